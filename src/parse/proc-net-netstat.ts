import type { Origin, Warning } from '../model/part.ts'
import type { Counters } from '../model/snapshot.ts'

export interface ParsedCounters {
  readonly counters: Counters
  readonly warnings: readonly Warning[]
}

/**
 * Parse `/proc/net/netstat` and `/proc/net/snmp`: pairs of lines, names above values, matched by position.
 * Shape:  nstat's names: prefix and name run together (`TcpExtListenOverflows`, `TcpRetransSegs`, `IpExtInOctets`)
 * Units:  totals since boot of the namespace, except the gauges that nstat also prints (`TcpCurrEstab`)
 * Gaps:   a name that this kernel does not have is absent; unknown names are kept; a value beyond 2^53 is left out, with a warning
 * Errors: a pair whose lengths differ gives what stands on both lines, with a warning; never throws
 */
export function parseProcNetstat(text: string, originOf: (line: number) => Origin): ParsedCounters {
  const values: Record<string, number> = {}
  const origins: Record<string, Origin> = {}
  const warnings: Warning[] = []
  const lines = text.split(/\r?\n/)
  for (let i = 0; i + 1 < lines.length; i++) {
    const head = lines[i] ?? ''
    const body = lines[i + 1] ?? ''
    const colon = head.indexOf(':')
    const prefix = head.slice(0, colon)
    if (colon <= 0 || !body.startsWith(`${prefix}:`)) continue
    const names = head
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
    const numbers = body
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
    const origin = originOf(i + 2)
    if (names.length !== numbers.length)
      warnings.push({ origin, message: `${prefix}: ${names.length} names but ${numbers.length} values` })
    for (let n = 0; n < names.length && n < numbers.length; n++) {
      const name = `${prefix}${names[n]}`
      const value = Number(numbers[n])
      if (Number.isSafeInteger(value)) {
        values[name] = value
        origins[name] = origin
      } else warnings.push({ origin, message: `${name}: not a whole number below 2^53: ${numbers[n]}` })
    }
    i++
  }
  return { counters: { values, origins, absentIsZero: false, kind: 'total' }, warnings }
}
