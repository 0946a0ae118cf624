import type { View } from '../facts/need.ts'
import type { Evidence } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'

export const TABLE_WORDS = {
  stateOf: { en: 'entries in {state}, of {all} listed', zh: '{state} 的条目数（共列出 {all} 条）' },
} satisfies Record<string, Text>

/** More states than these hide what matters. */
const SHOWN = 3

/** Which states the listed entries are in, the most first: what kind of traffic fills the table. */
export function fullestStates(view: View): readonly Evidence[] {
  const { flows } = view.netns
  if (!flows.ok) return []
  const counts = new Map<string, number>()
  const listed = flows.data.listings.flatMap((one) => one.flows)
  for (const { protocol, state, unreplied } of listed) {
    const name = state === null ? `${protocol}${unreplied ? ' unreplied' : ''}` : `${protocol} ${state}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const [first] = flows.data.listings
  if (!first) return []
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, SHOWN)
    .map(([state, value]) => ({
      label: say(TABLE_WORDS.stateOf, { state, all: listed.length }),
      value,
      unit: 'entries',
      limit: null,
      source: first.origin,
      command: inNetns(view, 'conntrack -L'),
    }))
}
