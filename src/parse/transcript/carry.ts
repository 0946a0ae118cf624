import type { Block, Content } from '../../model/block.ts'
import { limitsOf } from './answers.ts'
import type { Draft } from './readings.ts'

/**
 * Settings and facts about the machine that hold for a node's other readings too, where these have none of their own.
 * Gaps: sockets, queues and counters never; a somaxconn that is below a listener's limit there cannot have held when it listened
 */
export function carriedTo(to: Draft, drafts: readonly Draft[]): readonly Block[] {
  const nearestFirst = drafts
    .filter((draft) => draft !== to)
    .sort((a, b) => Math.abs(a.index - to.index) - Math.abs(b.index - to.index))
  const known = new Set(to.blocks.flatMap((block) => block.content.flatMap((one) => namesOf(one, block.netns))))
  return nearestFirst.flatMap((draft) =>
    draft.blocks.flatMap((block): Block[] => {
      const content = block.content.flatMap((one) => remaining(one, block.netns, to, known))
      for (const one of content) for (const name of namesOf(one, block.netns)) known.add(name)
      return content.length > 0 ? [{ ...block, content }] : []
    }),
  )
}

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
