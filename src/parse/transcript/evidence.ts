import type { NamedNetns } from '../../model/block.ts'
import type { Said } from '../hints.ts'
import { type Fact, limitsOf } from './answers.ts'
import { HOST_NETNS, UNPLACED } from './namespaces.ts'
import { conflicts, type Draft } from './readings.ts'

/** What people said since the last output, with its line. */
export interface PendingHint {
  readonly kind: Said['kind']
  readonly value: string
  readonly line: number
}

const SOMAXCONN = 'net.core.somaxconn'

const valueTold = (facts: readonly Fact[], name: string): string | undefined =>
  facts.find((fact) => fact.name === name)?.value

/** Limits of the listeners that a reading shows in one namespace. */
const limitsIn = (draft: Draft | null, key: string): readonly number[] =>
  draft?.blocks.flatMap((block) => (block.netns === key ? limitsOf(block.content) : [])) ?? []

/**
 * The namespace of an output that nothing places for certain: by values equal to those of a namespace that was entered before, by
 * the limit of a listener there, by the words around. `entered`: those of this node, the last one first.
 */
export function netnsByEvidence(
  draft: Draft | null,
  facts: readonly Fact[],
  entered: readonly NamedNetns[],
  place: 'host' | 'pod' | null,
): NamedNetns {
  const alike = entered.find((one) => draft !== null && sharesValue(draft, one.key, facts))
  if (alike) return alike
  const somaxconn = valueTold(facts, SOMAXCONN)
  if (somaxconn !== undefined) {
    const fitting = entered.find((one) => limitsIn(draft, one.key).includes(Number(somaxconn)))
    if (fitting) return fitting
    if (place === 'pod' && entered.some((one) => limitsIn(draft, one.key).length > 0)) return UNPLACED
  }
  if (place === 'pod') return entered[0] ?? UNPLACED
  return place === 'host' ? HOST_NETNS : UNPLACED
}

/** A large counter or a listener's queue with the same value, and nothing against it. */
function sharesValue(draft: Draft, key: string, facts: readonly Fact[]): boolean {
  const same = facts.some(
    ({ kind, name, value }) =>
      (kind === 'counter' ? Number(value) > 1000 : kind === 'listener') && draft.facts.get(`${key} ${name}`) === value,
  )
  return same && conflicts(draft, key, facts).length === 0
}

/**
 * Two values of somaxconn in one place, and nobody changed it: the one that a listener's limit equals stays, the other is of
 * elsewhere. Returns where this output belongs; an earlier one that has to go is moved.
 */
export function settleSomaxconn(draft: Draft | null, netns: NamedNetns, facts: readonly Fact[]): NamedNetns {
  const told = valueTold(facts, SOMAXCONN)
  const known = draft?.facts.get(`${netns.key} ${SOMAXCONN}`)
  if (!draft || told === undefined || known === undefined || told === known) return netns
  const limits = limitsIn(draft, netns.key)
  if (limits.includes(Number(known))) return UNPLACED
  if (!limits.includes(Number(told))) return netns
  const at = draft.blocks.findIndex(
    (block) =>
      block.netns === netns.key &&
      block.content.some((one) => one.question === 'sysctls' && SOMAXCONN in one.sysctls.values),
  )
  const block = draft.blocks[at]
  if (block) {
    draft.blocks[at] = { ...block, netns: UNPLACED.key }
    draft.facts.delete(`${netns.key} ${SOMAXCONN}`)
  }
  return netns
}

/** People say that a setting got another value than it has in this reading: what contradicts it would be later. null: they do not. */
export function whyLater(draft: Draft | null, netns: string, pending: readonly PendingHint[]): string | null {
  const said = pending.find(({ kind, value }) => {
    const [key = '', told] = value.split('=')
    const known = draft?.facts.get(`${netns} ${key}`)
    return kind === 'sysctl' && told !== undefined && known !== undefined && known !== told
  })
  return said ? `line ${said.line} says: ${said.value}` : null
}
