import type { Block, Content } from '../../model/block.ts'
import { limitsOf } from './answers.ts'
import type { Draft } from './readings.ts'

/**
 * Settings, forwarding rules and facts about the machine that hold for a node's other readings too, where these have none of
 * their own.
 * Gaps: sockets, queues, counters and connection tracking never; a somaxconn that is below a listener's limit there cannot have held when it listened
 */
export function carriedTo(to: Draft, drafts: readonly Draft[]): readonly Block[] {
  const nearestFirst = drafts
    .filter((draft) => draft !== to)
    .sort((a, b) => Math.abs(a.index - to.index) - Math.abs(b.index - to.index))
  const known = new Set(to.blocks.flatMap((block) => block.content.flatMap((one) => namesOf(one, block.netns))))
  const settings = nearestFirst.flatMap((draft) =>
    draft.blocks.flatMap((block): Block[] => {
      const content = block.content.flatMap((one) => remaining(one, block.netns, to, known))
      for (const one of content) for (const name of namesOf(one, block.netns)) known.add(name)
      return content.length > 0 ? [{ ...block, content }] : []
    }),
  )
  return [...settings, ...rulesFrom(to, nearestFirst)]
}

/** Forwarding rules of the nearest reading that shows any, for namespaces of which this one shows none: all of its outputs. */
function rulesFrom(to: Draft, nearestFirst: readonly Draft[]): readonly Block[] {
  const known = new Set(rulesIn(to).map((block) => block.netns))
  return nearestFirst.flatMap((draft) => {
    const fresh = rulesIn(draft).filter((block) => !known.has(block.netns))
    for (const { netns } of fresh) known.add(netns)
    return fresh
  })
}

const rulesIn = ({ blocks }: Draft): readonly Block[] =>
  blocks.flatMap((block) => {
    const content = block.content.filter((one) => one.question === 'nat')
    return content.length > 0 ? [{ ...block, content }] : []
  })

function namesOf(content: Content, netns: string): readonly string[] {
  if (content.question === 'sysctls') return Object.keys(content.sysctls.values).map((key) => `${netns} ${key}`)
  return content.question === 'node' ? Object.keys(content.facts) : []
}

function remaining(content: Content, netns: string, to: Draft, known: ReadonlySet<string>): readonly Content[] {
  if (content.question === 'sysctls') {
    const left = Object.entries(content.sysctls.values).filter(
      ([key, value]) =>
        !known.has(`${netns} ${key}`) && !(key === 'net.core.somaxconn' && isContradicted(Number(value), netns, to)),
    )
    if (left.length === 0) return []
    const origins = Object.fromEntries(
      left.flatMap(([key]) => (content.sysctls.origins[key] ? [[key, content.sysctls.origins[key]]] : [])),
    )
    return [{ question: 'sysctls', sysctls: { values: Object.fromEntries(left), origins } }]
  }
  if (content.question !== 'node') return []
  const left = Object.entries(content.facts).filter(([name]) => !known.has(name))
  return left.length > 0 ? [{ question: 'node', facts: Object.fromEntries(left) }] : []
}

const isContradicted = (somaxconn: number, netns: string, to: Draft): boolean =>
  to.blocks.some((block) => block.netns === netns && limitsOf(block.content).some((limit) => limit > somaxconn))
