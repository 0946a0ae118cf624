import type { Line } from '../model/line.ts'
import type { Account } from './reading.ts'

/** A row of `kubectl get` with its cells by head. Heads are in capitals, as printed. */
export interface TableRow {
  readonly cells: ReadonlyMap<string, string>
  readonly line: number
}

/** Heads of two words: kubectl parts columns by three spaces, but pasted tables are often squeezed. */
const TWO_WORDS = ['LAST SEEN', 'FIRST SEEN', 'NOMINATED NODE', 'READINESS GATES']
const HEADS_ALONE = new Set(['NAME', 'NAMESPACE', 'LAST', 'LASTSEEN', 'LAST SEEN', 'FIRSTSEEN', 'CLUSTER'])

/**
 * Read the tables of `kubectl get`: any columns, several tables in one output, squeezed by a paste or an awk, without heads.
 * Shape:  rows without a head above them are known by their own shape (pod, node, service, endpoints)
 * Errors: rows that fit no head and no shape are counted; never throws
 */
export function readTables(lines: readonly Line[], account: Account): readonly TableRow[] {
  const rows: TableRow[] = []
  let head: Head | null = null
  for (const line of lines) {
    const text = line.text.trimEnd()
    if (text.trim() === '') continue
    const read = readHead(text)
    if (read) {
      head = read
      continue
    }
    if (/^No resources found/.test(text)) continue
    const cells = line.cut ? null : ((head && cellsUnder(text, head)) ?? cellsByShape(text))
    if (cells) rows.push({ cells, line: line.number })
    else account.strange(line)
  }
  return rows
}

interface Head {
  readonly names: readonly string[]
  /** Where each column begins in the heading. */
  readonly starts: readonly number[]
}

/** Whether a line is a table's heading. */
export const isTableHead = (text: string): boolean => readHead(text.trimEnd()) !== null

function readHead(text: string): Head | null {
  if (!/^[A-Z][A-Z0-9 ()/_.:\t-]{1,400}$/.test(text)) return null
  const names: string[] = []
  const starts: number[] = []
  for (const word of text.matchAll(/\S+/g)) {
    const joined = `${names.at(-1)} ${word[0]}`
    if (TWO_WORDS.includes(joined)) names[names.length - 1] = joined
    else {
      names.push(word[0])
      starts.push(word.index)
    }
  }
  return names.length > 1 && HEADS_ALONE.has(names[0] ?? '') ? { names, starts } : null
}

function cellsUnder(text: string, head: Head): ReadonlyMap<string, string> | null {
  const { names } = head
  const wide = text.trim().split(/\t+| {2,}/)
  if (wide.length === names.length) return zip(names, wide)
  const aligned = cutAt(text, head.starts)
  if (aligned) return zip(names, aligned)
  const words = joinKnown(text.trim().split(/\s+/))
  if (words.length === names.length) return zip(names, words)
  // A message, or labels with spaces, may hold any number of words: it stands last.
  const last = names.at(-1)
  if (words.length > names.length && (last === 'MESSAGE' || last === 'CONTAINER-RUNTIME'))
    return zip(names, [...words.slice(0, names.length - 1), words.slice(names.length - 1).join(' ')])
  return null
}

/** Cut a row at the heading's columns; null where a word crosses a border, or a cell other than a middle one is empty. */
function cutAt(text: string, starts: readonly number[]): readonly string[] | null {
  const cells: string[] = []
  for (const [index, start] of starts.entries()) {
    if (start > 0 && (start > text.length || text[start - 1] !== ' ')) return null
    cells.push(text.slice(start, starts[index + 1] ?? text.length).trim())
  }
  return cells[0] === '' || cells.at(-1) === '' ? null : cells
}

const zip = (names: readonly string[], cells: readonly string[]) =>
  new Map(names.map((name, index) => [name, cells[index] ?? '']))

/** Put cells that hold spaces together again: `1 (3d ago)`, `10.0.0.1:80 + 3 more...`. */
function joinKnown(words: readonly string[]): readonly string[] {
  const out: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word.startsWith('(') && words[at + 1] === 'ago)' && out.length > 0) {
      out[out.length - 1] += ` ${word} ago)`
      at += 1
    } else if (word === '+' && /^more\.{0,3}$/.test(words[at + 2] ?? '') && out.length > 0) {
      out[out.length - 1] += ` + ${words[at + 1]} more...`
      at += 2
    } else out.push(word)
  }
  return out
}

const POD = ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES']
const NODE = ['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION']
const SERVICE = ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE', 'SELECTOR']

/** What a row without heads shows by itself: a `grep` has taken the heads away. */
function cellsByShape(text: string): ReadonlyMap<string, string> | null {
  const words = joinKnown(text.trim().split(/\s+/))
  for (const front of [[], ['NAMESPACE']]) {
    const rest = words.slice(front.length)
    const names = shapeOf(rest)
    if (names) return zip([...front, ...names].slice(0, words.length), words)
  }
  return null
}

function shapeOf(words: readonly string[]): readonly string[] | null {
  const is = (at: number, shape: RegExp) => shape.test(words[at] ?? '')
  const age = /^(?:(?:\d{1,6}[smhdy]){1,5}|<unknown>|<invalid>)$/
  if (is(1, /^\d{1,3}\/\d{1,3}$/) && is(2, /^[A-Z]/) && is(3, /^\d+(?: \(|$)/) && is(4, age) && words.length <= 10) {
    const labelled = words.length > 5 && (words.at(-1)?.includes('=') ?? false)
    const columns = labelled ? words.length - 1 : words.length
    if (columns === 5 || (columns >= 7 && columns <= 9)) return labelled ? [...POD.slice(0, columns), 'LABELS'] : POD
  }
  if (words.length === 5 && is(1, /^(?:Not)?Ready(?:,SchedulingDisabled)?$/) && is(3, age) && is(4, /^v\d/)) return NODE
  if (is(1, /^(?:ClusterIP|NodePort|LoadBalancer|ExternalName)$/) && is(5, age) && words.length <= 7) return SERVICE
  if (words.length === 3 && is(1, /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]+\]):\d{1,5}/) && is(2, age))
    return ['NAME', 'ENDPOINTS', 'AGE']
  return null
}
