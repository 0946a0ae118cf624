import type { Origin } from '../model/part.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'
import { NETSTAT_S_NAMES } from './netstat-s-names.ts'

/**
 * Read counters of /proc/net/netstat and snmp that awk, paste or a script put one to a line: `ListenOverflows 1234`.
 * Shape:  nstat's names → totals since boot
 * Gaps:   the section is seldom printed: a name that two sections have (`InErrs`) is left out
 * Errors: a value beyond 2^53 is left out, with a warning
 */
export const counterPairs: Format = {
  name: 'counter-pairs',
  opens: (text) => readPair(text) !== null,
  read: start,
}

const SECTIONS = ['TcpExt', 'IpExt', 'Tcp', 'Udp', 'Ip', 'Icmp']
const PAIR =
  /^\s{0,8}(?:(TcpExt|IpExt|Tcp|Udp|Ip|Icmp)[:.\s]{1,4})?([A-Z][A-Za-z\d]{2,40})\s{0,4}[:=,|]?\s{0,60}(-?\d{1,24})\s{0,8}$/

/** Bare name → full name; null where two sections have it. */
const FULL: ReadonlyMap<string, string | null> = (() => {
  const found = new Map<string, string | null>()
  for (const section of SECTIONS)
    for (const name of Object.keys(NETSTAT_S_NAMES[section] ?? {}))
      found.set(name, found.has(name) ? null : section + name)
  return found
})()

function readPair(text: string): { readonly name: string; readonly digits: string } | null {
  const [, section, name = '', digits = ''] = PAIR.exec(text.length > 200 ? '' : text) ?? []
  if (section !== undefined) return { name: section + name, digits }
  const full =
    FULL.get(name) ?? (SECTIONS.some((one) => name.startsWith(one) && FULL.has(name.slice(one.length))) ? name : null)
  return full === null ? null : { name: full, digits }
}

function start(context: ReadContext): FormatReader {
  const values: Record<string, number> = {}
  const origins: Record<string, Origin> = {}
  const trouble = startTrouble(context)
  let entries = 0
  return {
    take(text, line) {
      const pair = readPair(text)
      if (pair === null || pair.name in values) return false
      if (entries++ >= MAX_ENTRIES) return true
      const value = Number(pair.digits)
      if (Number.isSafeInteger(value)) {
        values[pair.name] = value
        origins[pair.name] = originAt(context, line)
      } else trouble.warn(line, `${pair.name}: not a whole number below 2^53: ${pair.digits}`)
      return true
    },
    finish: () =>
      trouble.result([{ question: 'counters', counters: { values, origins, absentIsZero: false, kind: 'total' } }]),
  }
}
