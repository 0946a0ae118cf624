import type { Origin } from '../model/part.ts'
import {
  type Format,
  type FormatReader,
  MAX_ENTRIES,
  originAt,
  type ReadContext,
  startTrouble,
  withoutRemark,
} from './format.ts'
import { NETSTAT_S_NAMES } from './netstat-s-names.ts'

/**
 * Read `netstat -s*` in every wording of net-tools since 2001, with its sections or grepped out of them.
 * Shape:  nstat's names (`TcpExtListenOverflows`); lines are known by their words or by the raw `Name: n`
 * Units:  totals since boot of the namespace
 * Gaps:   zeros are not printed; behind a grep absence means nothing. Without its section a line that could be of several is left out
 * Errors: an unknown wording is a warning
 */
export const netstatS: Format = {
  name: 'netstat-s',
  opens: (text) => isSection(text) || lookUp(shapeOf(text)?.key ?? '', null, null) !== null,
  read: startNetstatS,
}

/** Those without wordings too: their lines are always raw. */
const SECTIONS = new Set([...Object.keys(NETSTAT_S_NAMES), 'IcmpMsg', 'UdpLite', 'MPTcpExt', 'Sctp'])

const isSection = (text: string) => /^[A-Z][A-Za-z]{1,9}:$/.test(text) && SECTIONS.has(text.slice(0, -1))

/** Wording with {n} for the number → names it can stand for, as [section, name]. */
const BY_WORDING = ((): ReadonlyMap<string, readonly (readonly [string, string])[]> => {
  const map = new Map<string, (readonly [string, string])[]>()
  const add = (key: string, section: string, name: string) => {
    const known = map.get(key)
    if (known) known.push([section, name])
    else map.set(key, [[section, name]])
  }
  for (const [section, names] of Object.entries(NETSTAT_S_NAMES)) {
    for (const [name, wordings] of Object.entries(names)) {
      add(`${name}: {n}`, section, name)
      for (const wording of wordings) {
        if (wording.includes('{n}')) add(wording, section, name)
        else {
          add(`{n} ${wording}`, section, name)
          add(`${wording}: {n}`, section, name)
        }
      }
    }
  }
  return map
})()

interface Shape {
  /** The line with its number replaced by {n}, without the full stop. */
  readonly key: string
  readonly digits: string
  /** `Name` of a raw line. */
  readonly raw: string | null
}

function shapeOf(text: string): Shape | null {
  if (text.length > 200) return null
  const line = text.trim()
  const number = /(?:^|\s)(\d{1,24})(?=\s|\.?$)/.exec(line)
  const digits = number?.[1]
  if (!number || digits === undefined) return null
  const at = number.index + number[0].length - digits.length
  const key = `${line.slice(0, at)}{n}${line.slice(at + digits.length)}`.replace(/\s+/g, ' ').replace(/\.$/, '')
  return { key, digits, raw: /^(\w+): \{n\}$/.exec(key)?.[1] ?? null }
}

/** nstat's name of a line; null when it is unknown, or of several sections and none is known. */
function lookUp(key: string, section: string | null, histogram: 'In' | 'Out' | null): string | null {
  const all = BY_WORDING.get(key) ?? []
  const here = section === null ? all : all.filter(([of]) => of === section)
  const fitting = here.length > 1 && histogram ? here.filter(([, name]) => name.startsWith(histogram)) : here
  const [one] = fitting
  return one && fitting.length === 1 ? one.join('') : null
}

function startNetstatS(context: ReadContext): FormatReader {
  const values: Record<string, number> = {}
  const origins: Record<string, Origin> = {}
  const trouble = startTrouble(context)
  let section: string | null = null
  let histogram: 'In' | 'Out' | null = null
  let entries = 0
  const put = (text: string, line: number): boolean => {
    const shape = shapeOf(text)
    if (shape === null) return false
    const indented = /^\s/.test(text)
    const known = lookUp(shape.key, section, histogram)
    // A counter that this table does not know yet is kept under its raw name, where the section is told.
    const name = known ?? (section !== null && shape.raw !== null && indented ? `${section}${shape.raw}` : null)
    if (name === null) {
      const ours = BY_WORDING.has(shape.key) || (section !== null && indented)
      if (ours) trouble.warn(line, `not understood: ${text.trim().slice(0, 80)}`)
      return ours
    }
    if (name in values && section === null) return false
    if (entries++ > MAX_ENTRIES) return true
    const value = Number(shape.digits)
    if (!Number.isSafeInteger(value)) trouble.warn(line, `${name}: beyond 2^53: ${shape.digits}`)
    else {
      values[name] = value
      origins[name] = originAt(context, line)
    }
    return true
  }
  return {
    take(text, line) {
      if (isSection(text)) {
        // The first section again: another output begins.
        if (
          text.slice(0, -1) === section ||
          Object.keys(values).some(
            (name) => name.startsWith(`${text.slice(0, -1)}`) && sectionOf(name) === text.slice(0, -1),
          )
        )
          return false
        section = text.slice(0, -1)
        histogram = null
        return true
      }
      if (section !== null && /^\s+ICMP (?:in|out)put histogram:$/.test(text)) {
        histogram = text.includes(' input ') ? 'In' : 'Out'
        return true
      }
      if (section !== null && /^\s+(?:RTO algorithm is \w+|Forwarding is \w+|\w+: -\d+)$/.test(text)) return true
      const bare = withoutRemark(text)
      return put(text, line) || (bare !== null && put(bare, line))
    },
    finish: () =>
      trouble.result([
        {
          question: 'counters',
          counters: { values, origins, absentIsZero: !context.filtered && section !== null, kind: 'total' },
        },
      ]),
  }
}

/** The section of an nstat name: `TcpExt` is one of its own, not `Tcp`. */
function sectionOf(name: string): string {
  let best = ''
  for (const section of SECTIONS) if (name.startsWith(section) && section.length > best.length) best = section
  return best
}

/**
 * Names of which every printed form holds one of these words: had they been above zero, a grep for the words would show them.
 * `raw`: the words stand in nstat's own names instead.
 */
export function countersNamedBy(words: readonly string[], ignoreCase: boolean, raw: boolean): readonly string[] {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
  const wanted = words.map(fold)
  const hit = (text: string) => wanted.some((word) => fold(text).includes(word))
  const names: string[] = []
  for (const [section, entries] of Object.entries(NETSTAT_S_NAMES)) {
    for (const [name, wordings] of Object.entries(entries)) {
      const full = `${section}${name}`
      if (raw ? hit(full) : [name, ...wordings].every(hit)) names.push(full)
      else if (!raw && wordings.length > 0 && wordings.every(hit)) names.push(full)
    }
  }
  return names
}
