import { laterThanEach } from '../facts/later-than.ts'
import type { Draft, Finding } from '../model/finding.ts'
import type { Precedence } from '../model/snapshot.ts'
import type { Rule } from '../rules/define-rule.ts'

/** A draft with the place it was found in. `snapshot` is an index into the report's snapshots. */
export interface Found {
  readonly rule: Rule
  readonly draft: Draft
  readonly node: string | null
  readonly netns: string | null
  readonly snapshot: number
  /** Several seconds of one live run: the first reading only serves the second, it is not worth a line of its own. */
  readonly live: boolean
}

/**
 * The same key found at several readings is one finding. The newest speaks (where the order is not known: the last in the
 * input), the others add their summary and evidence, marked with their reading.
 */
export function mergeFound(found: readonly Found[], order: readonly Precedence[]): readonly Finding[] {
  const later = laterThanEach(order)
  const byId = new Map<string, Found[]>()
  for (const one of found) {
    const id = findingId(one)
    byId.set(id, [...(byId.get(id) ?? []), one])
  }
  return [...byId].map(([id, group]) => {
    const readings = group.map((one) => one.snapshot)
    const age = ({ snapshot }: Found) =>
      readings.filter((other) => other !== snapshot && later(other).has(snapshot)).length
    const inTime = [...group].sort((a, b) => age(a) - age(b) || a.snapshot - b.snapshot)
    const newest = inTime.at(-1)
    if (!newest) throw new Error('a group of found drafts cannot be empty')
    const older = newest.live ? [] : inTime.slice(0, -1).filter((one) => !saysTheSame(one, newest))
    return {
      id,
      rule: newest.rule.id,
      title: newest.rule.title,
      node: newest.node,
      netns: newest.netns,
      snapshots: [...new Set(inTime.map((one) => one.snapshot))],
      causes: [],
      ...newest.draft,
      evidence: withOlder(newest.draft.evidence, older.reverse()),
    }
  })
}

/** What was read once for the whole node (kubectl's word, carried rules) is found at each of its readings: told once. */
const saysTheSame = (a: Found, b: Found): boolean =>
  JSON.stringify([a.draft.summary, a.draft.evidence]) === JSON.stringify([b.draft.summary, b.draft.evidence])

/** What an older reading says in a sentence stands near the top, where a long list is not cut; its proofs stand at the end. */
function withOlder(evidence: Finding['evidence'], older: readonly Found[]): Finding['evidence'] {
  const marked = older.map((one) => asOlder(one))
  const summaries = marked.flatMap((one) => one.slice(0, 1))
  return [...evidence.slice(0, 1), ...summaries, ...evidence.slice(1), ...marked.flatMap((one) => one.slice(1))]
}

/** Its summary, then its evidence, marked with their reading. */
function asOlder({ draft, snapshot }: Found): Finding['evidence'] {
  const mark = { en: `reading ${snapshot + 1}: `, zh: `第 ${snapshot + 1} 次读数：` }
  const marked = (text: { en: string; zh: string }) => ({ en: mark.en + text.en, zh: mark.zh + text.zh })
  const first = draft.evidence[0]
  if (!first) return []
  const summary = {
    label: marked(draft.summary),
    value: null,
    unit: null,
    limit: null,
    source: first.source,
    command: null,
  }
  return [summary, ...draft.evidence.map((one) => ({ ...one, label: marked(one.label) }))]
}

/** Stable over runs: no counts, no pids, no order. */
function findingId({ rule, draft, node, netns }: Found): string {
  const key = [rule.id, node ?? '', netns ?? '', draft.subject.kind, draft.subject.key].join('\n')
  return `${rule.id}:${fnv1a(key).toString(16).padStart(8, '0')}`
}

/** FNV-1a, 32 bits: short ids without a hash library in a pure room. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}
