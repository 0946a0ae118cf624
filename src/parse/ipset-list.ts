import type { Line } from '../model/line.ts'
import type { IpSet } from '../model/nat.ts'
import { Account, type Reading } from './reading.ts'

type Draft = { -readonly [K in keyof IpSet]: IpSet[K] } & { members: string[] }

/**
 * Parse `ipset list`, with members or without (`-t`), and `ipset save`.
 * Shape:  sets in the order printed, members as printed less timeouts, counters and comments
 * Errors: lines outside a set and of another shape are counted; never throws
 * Source: ipset(8) 6.x and 7.x
 */
export function parseIpsetList(lines: readonly Line[]): Reading<readonly IpSet[]> {
  const sets: Draft[] = []
  const account = new Account()
  let members = false
  for (const line of lines) {
    const text = line.text.trim()
    const head = /^Name: (\S{1,31})$/.exec(text)
    const words = text.split(/\s+/)
    const set = sets.at(-1)
    if (head) {
      sets.push(emptySet(head[1] ?? '', line.number))
      members = false
    } else if (words[0] === 'create' && words.length >= 3) {
      sets.push({ ...emptySet(words[1] ?? '', line.number), type: words[2] ?? null, family: familyIn(words) })
      members = false
    } else if (words[0] === 'add' && words.length >= 3) {
      const named = sets.find((one) => one.name === words[1])
      if (named) named.members.push(words[2] ?? '')
      else account.strange(line)
    } else if (text === 'Members:') members = true
    else if (set && !members && readHeading(text, set)) continue
    else if (
      set &&
      members &&
      text !== '' &&
      /^[\w.:,/[\]-]{1,128}(?: (?:timeout|packets|bytes|comment|nomatch|skbmark)\b|$)/.test(text)
    )
      set.members.push(words[0] ?? '')
    else {
      // A blank line ends a set.
      if (text === '') members = false
      account.strange(line)
    }
  }
  return account.reading(sets)
}

const emptySet = (name: string, line: number): Draft => ({
  name,
  type: null,
  family: null,
  references: null,
  count: null,
  members: [],
  line,
})

function readHeading(text: string, set: Draft): boolean {
  const found = /^(Type|Revision|Header|Size in memory|References|Number of entries): (.{1,200})$/.exec(text)
  if (!found) return false
  const value = found[2] ?? ''
  if (found[1] === 'Type') set.type = value
  else if (found[1] === 'Header') set.family = familyIn(value.split(' '))
  else if (found[1] === 'References') set.references = /^\d+$/.test(value) ? Number(value) : null
  else if (found[1] === 'Number of entries') set.count = /^\d+$/.test(value) ? Number(value) : null
  return true
}

function familyIn(words: readonly string[]): 4 | 6 | null {
  const family = words[words.indexOf('family') + 1]
  return !words.includes('family') ? null : family === 'inet' ? 4 : family === 'inet6' ? 6 : null
}
