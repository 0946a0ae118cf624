import type { Origin } from '../../model/part.ts'
import {
  type Format,
  type FormatReader,
  MAX_ENTRIES,
  originAt,
  type ReadContext,
  startTrouble,
  wholeNumber,
} from '../format.ts'

/**
 * Read `/proc/net/snmp6` in a text: `Udp6RcvbufErrors   0`, by the names that nstat uses as well.
 * Errors: a value beyond 2^53 is left out, with a warning
 */
export const procNetSnmp6: Format = {
  name: 'proc-net-snmp6',
  opens: (text) => ROW.test(text.trimEnd()),
  read: startSnmp6,
}

const ROW = /^((?:Ip6|Icmp6|Udp6|UdpLite6)[A-Z]\w{0,60})\s{1,60}(\d{1,24})$/

function startSnmp6(context: ReadContext): FormatReader {
  const values: Record<string, number> = {}
  const origins: Record<string, Origin> = {}
  const trouble = startTrouble(context)
  let entries = 0
  return {
    take(text, line) {
      const row = ROW.exec(text.trimEnd())
      const name = row?.[1]
      if (name === undefined || Object.hasOwn(values, name)) return false
      const value = wholeNumber(row?.[2] ?? '')
      if (value === null) trouble.warn(line, `${name}: not a whole number below 2^53`)
      else if (entries++ < MAX_ENTRIES) {
        values[name] = value
        origins[name] = originAt(context, line)
      }
      return true
    },
    finish: () =>
      trouble.result([{ question: 'counters', counters: { values, origins, absentIsZero: false, kind: 'total' } }]),
  }
}
