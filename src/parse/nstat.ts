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

/**
 * Read `nstat`, as a table or as JSON.
 * Shape:  `TcpExtListenDrops   12  0.0` or `{"kernel": {"TcpExtListenDrops": 12}}`
 * Units:  totals since boot with -a; without it a difference since nstat's own last run
 * Gaps:   zeros are printed only with -z; behind a grep absence means nothing
 * Errors: a value beyond 2^53 is left out, with a warning
 * Source: iproute2 misc/nstat.c
 */
export const nstat: Format = {
  name: 'nstat',
  opens: (text) => text === '#kernel' || ROW.test(text) || /^\{\s*"kernel"/.test(text),
  read: startNstat,
}

const ROW =
  /^((?:Ip|Icmp|IcmpMsg|Tcp|Udp|UdpLite|Ip6|Icmp6|Udp6|UdpLite6|TcpExt|IpExt|MPTcpExt|Sctp|TlsStat)[A-Z]\w*)\s+(\d{1,24})(?:\s+-?[\d.]+)?$/
const MAX_JSON = 1024 * 1024

function startNstat(context: ReadContext): FormatReader {
  const values: Record<string, number> = {}
  const origins: Record<string, Origin> = {}
  const trouble = startTrouble(context)
  let entries = 0
  let json: { text: string; from: number } | null = null
  const put = (name: string, digits: string, line: number) => {
    if (entries++ >= MAX_ENTRIES) return
    const value = Number(digits)
    if (Number.isSafeInteger(value) && value >= 0) {
      values[name] = value
      origins[name] = originAt(context, line)
    } else trouble.warn(line, `${name}: not a whole number below 2^53: ${digits}`)
  }
  const takeRow = (text: string, line: number): boolean => {
    const row = ROW.exec(text)
    const name = row?.[1]
    if (!row || name === undefined || name in values) return false
    put(name, row[2] ?? '', line)
    return true
  }
  const readJson = () => {
    if (!json) return
    for (const match of json.text.matchAll(/"([A-Z]\w{2,60})":\s{0,8}(\d{1,24})/g))
      put(match[1] ?? '', match[2] ?? '', json.from)
  }
  const options = context.args.filter((arg) => /^-\w/.test(arg)).join('')
  const patterns = context.args.some((arg) => !arg.startsWith('-'))
  const absolute = options.includes('a') || context.args.includes('--ignore')
  return {
    take(text, line) {
      if (json) {
        if (json.text.length > MAX_JSON || !/["{}]/.test(text)) return false
        json.text += text
        return true
      }
      if (/^\{\s*"kernel"/.test(text)) {
        json = { text, from: line }
        return true
      }
      if (/^#\w/.test(text)) return Object.keys(values).length === 0
      const bare = withoutRemark(text)
      return takeRow(text, line) || (bare !== null && takeRow(bare, line))
    },
    finish() {
      readJson()
      const zerosLeftOut =
        !options.includes('z') && context.command !== null && absolute && !patterns && !context.filtered
      const kind = absolute || context.command === null ? 'total' : 'delta'
      return trouble.result([{ question: 'counters', counters: { values, origins, absentIsZero: zerosLeftOut, kind } }])
    },
  }
}
