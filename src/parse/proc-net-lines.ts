import type { Origin } from '../model/part.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from './format.ts'
import { isUdpHeader, isUdpRow } from './network/proc-net-udp.ts'
import { parseProcNetstat } from './proc-net-netstat.ts'
import { parseSockstat } from './proc-net-sockstat.ts'
import { parseProcNetTcp } from './proc-net-tcp.ts'
import { createSocketTable } from './socket-table.ts'

/** `cat /proc/net/netstat /proc/net/snmp` in a text: pairs of lines, names above values. */
export const procNetNetstat: Format = {
  name: 'proc-net-netstat',
  opens: (text) => NAMES.test(text),
  read: startPairs,
}

/** `cat /proc/net/tcp /proc/net/tcp6` in a text. */
export const procNetTcp: Format = {
  name: 'proc-net-tcp',
  opens: (text) => isTcpLine(text),
  read: startTcp,
}

/** `cat /proc/net/sockstat` in a text. */
export const procNetSockstat: Format = {
  name: 'proc-net-sockstat',
  opens: (text) => SOCKSTAT.test(text),
  read: startSockstat,
}

const NAMES = /^(?:Ip|Icmp|IcmpMsg|Tcp|Udp|UdpLite|TcpExt|IpExt|MPTcpExt):\s{1,60}[A-Z]\w/
const VALUES = /^(?:Ip|Icmp|IcmpMsg|Tcp|Udp|UdpLite|TcpExt|IpExt|MPTcpExt):\s{1,60}-?\d/

function startPairs(context: ReadContext): FormatReader {
  const values: Record<string, number> = {}
  const origins: Record<string, Origin> = {}
  const trouble = startTrouble(context)
  let names: string | null = null
  return {
    take(text, line) {
      if (NAMES.test(text)) {
        const prefix = text.slice(0, text.indexOf(':'))
        const first =
          text
            .slice(prefix.length + 1)
            .trim()
            .split(/\s/, 1)[0] ?? ''
        if (names === null && `${prefix}${first}` in values) return false
        names = text
        return true
      }
      if (!VALUES.test(text)) return false
      if (names === null) {
        trouble.lose(line, `values without their names: ${text.slice(0, 60)}`)
        return true
      }
      const pair = parseProcNetstat(`${names}\n${text}`, () => originAt(context, line))
      Object.assign(values, pair.counters.values)
      Object.assign(origins, pair.counters.origins)
      for (const { message } of pair.warnings) trouble.warn(line, message)
      names = null
      return true
    },
    finish: () =>
      trouble.result([{ question: 'counters', counters: { values, origins, absentIsZero: false, kind: 'total' } }]),
  }
}

const TCP_HEADER = /^\s*sl\s+local_address\s/
const TCP_ROW = /^\s*\d+: [\dA-Fa-f]{8,32}:[\dA-Fa-f]{4} [\dA-Fa-f]{8,32}:[\dA-Fa-f]{4} [\dA-Fa-f]{2} /

/** UDP and raw sockets have nearly the same rows. */
const isTcpLine = (text: string) => (TCP_HEADER.test(text) ? !isUdpHeader(text) : TCP_ROW.test(text) && !isUdpRow(text))

function startTcp(context: ReadContext): FormatReader {
  const table = createSocketTable()
  const trouble = startTrouble(context)
  return {
    take(text, line) {
      if (!isTcpLine(text)) return false
      if (TCP_HEADER.test(text)) return true
      const broken = parseProcNetTcp(text, table, line, (at) => originAt(context, at))
      for (const { message } of broken) trouble.lose(line, message)
      return true
    },
    finish: () => trouble.result([{ question: 'sockets', table }]),
  }
}

const SOCKSTAT = /^(?:sockets: used \d|(?:TCP|UDP|UDPLITE|RAW|FRAG)6?: inuse \d)/

function startSockstat(): FormatReader {
  const lines: string[] = []
  return {
    take(text) {
      if (!SOCKSTAT.test(text) || lines.length > 16) return false
      lines.push(text)
      return true
    },
    finish() {
      const sockstat = parseSockstat(lines.join('\n'))
      const nothing = Object.values(sockstat).every((value) => value === null)
      return { content: nothing ? [] : [{ question: 'sockstat', sockstat }], warnings: [], lost: 0 }
    },
  }
}
