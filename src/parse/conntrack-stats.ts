import type { FlowStats } from '../model/flow.ts'
import type { Line } from '../model/line.ts'
import { wholeNumber } from './nat-fields.ts'
import { Account, type Reading } from './reading.ts'

/**
 * Parse `conntrack -S` or `/proc/net/stat/nf_conntrack`: one row a processor, added up.
 * Shape:  `cpu=0 found=0 invalid=12 …`, or a head and hexadecimal rows → sums by the kernel's names
 * Units:  counters since boot; `entries` stands on every processor's row with the same total and is taken once
 * Errors: rows of neither shape are counted; never throws
 * Source: conntrack(8); kernel nf_conntrack_standalone.c ct_cpu_seq_show()
 */
export function parseConntrackStats(lines: readonly Line[]): Reading<FlowStats> {
  const values: Record<string, number> = {}
  const account = new Account()
  let entries: number | null = null
  let head: readonly string[] | null = null
  for (const line of lines) {
    const words = line.text.split(/\s+/).filter((word) => word !== '')
    if (words[0] === 'entries' && words.every((word) => /^[a-z_]{1,30}$/.test(word))) {
      head = words
      continue
    }
    const row = rowOf(words, head)
    if (!row) {
      account.strange(line)
      continue
    }
    for (const [name, value] of row)
      if (name === 'entries') entries = value
      else values[name] = (values[name] ?? 0) + value
  }
  return account.reading({ entries, values })
}

function rowOf(
  words: readonly string[],
  head: readonly string[] | null,
): readonly (readonly [string, number])[] | null {
  if (/^cpu=\d{1,4}$/.test(words[0] ?? '')) {
    const pairs = words.slice(1).map((word) => {
      const [name, value] = word.split('=', 2)
      return [name ?? '', wholeNumber(value) ?? Number.NaN] as const
    })
    return pairs.every(([name, value]) => /^[a-z_]{1,30}$/.test(name) && !Number.isNaN(value)) ? pairs : null
  }
  if (!head || words.length !== head.length || !words.every((word) => /^[\da-f]{8}$/i.test(word))) return null
  return words.map((word, index) => [head[index] ?? '', Number.parseInt(word, 16)] as const)
}

/** `conntrack -C`, `nf_conntrack_count`: the first line that is a bare number; null: none. */
export function parseConntrackCount(lines: readonly Line[]): number | null {
  for (const line of lines) {
    const count = wholeNumber(line.text.trim())
    if (count !== null) return count
  }
  return null
}
