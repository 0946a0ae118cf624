import type { TcpFlag } from '../../model/capture.ts'
import { parseAddress } from '../address.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { inOrder, NO_OPTIONS, type PacketDraft, packetOf, startPackets, word32 } from './packet.ts'
import { settleTimes } from './packet-time.ts'

/**
 * Read the packet list of tshark, and of Wireshark where it was copied as text.
 * Shape:  `  1   0.000000  10.0.0.1 → 10.0.0.2  TCP 74 51980 → 8000 [SYN] Seq=0 Win=64240 Len=0 MSS=1460 …`, `->` in old versions
 * Units:  Win is what Wireshark calculates: scaled where it saw the handshake
 * Gaps:   seconds are since the first packet unless -t asks otherwise; sequence numbers are relative
 */
export const tshark: Format = {
  name: 'tshark',
  opens: (text) => ROW.test(text.slice(0, 1000)),
  read: startTshark,
}

const ROW =
  /^\s{0,10}(\d{1,10})\s{1,10}(?:(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)|(\d{1,10}\.\d{1,9}))\s{1,24}(\S{1,64})\s{1,24}(?:(?:→|->)\s{1,24})?(\S{1,64})\s{1,24}([A-Z][\w./-]{1,23})\s{1,24}(\d{1,6})\s(.{0,800})/

function startTshark(context: ReadContext): FormatReader {
  const list = startPackets()
  const trouble = startTrouble(context)
  const asked = context.args[context.args.indexOf('-t') + 1]
  return {
    take(text, line) {
      if (/^(?:Running as user|Capturing on|\d{1,10} packets? captured|\s*No\.\s+Time\s+Source)/.test(text)) return true
      const row = ROW.exec(text.slice(0, 1000))
      if (!row) return false
      const packet = packetOf(originAt(context, line))
      const [, , year, month, day, hour, minute, second, seconds, from = '', to = '', protocol = '', , info = ''] = row
      if (year !== undefined) {
        const date = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) / 1000
        packet.time = { kind: 'date', seconds: date + Number(second) }
      } else {
        const kind = asked === 'd' || asked === 'dd' ? 'delta' : asked === 'e' ? 'epoch' : 'relative'
        packet.time = { kind: Number(seconds) > 1e8 ? 'epoch' : kind, seconds: Number(seconds) }
      }
      readInfo(info, protocol, packet)
      packet.from = { address: from, port: packet.from?.port ?? null }
      packet.to = { address: to, port: packet.to?.port ?? null }
      packet.family = from.includes(':') ? 6 : parseAddress(from).family === 4 ? 4 : null
      list.push(packet)
      return true
    },
    finish() {
      settleTimes(list.packets, null, context.filtered)
      const capture = list.capture('tshark', null)
      return trouble.result(capture ? [{ question: 'capture', capture }] : [])
    },
  }
}

const NAMES: readonly TcpFlag[] = ['SYN', 'ACK', 'FIN', 'RST', 'PSH', 'URG', 'ECE', 'CWR']

/** `[TCP Retransmission] 48378 → 7777 [SYN] Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM=1 TSval=1 TSecr=0 WS=128` */
function readInfo(info: string, protocol: string, packet: PacketDraft): void {
  const ports = /(?:^|[\]\s])(\d{1,5}) (?:→|->|>) (\d{1,5})(?:\s|$)/.exec(info)
  const note = /^\[((?:TCP|Malformed|Checksum)[^\]]{1,80})\]/.exec(info)?.[1] ?? null
  packet.note = note ?? (protocol.startsWith('ICMP') ? info.slice(0, 200) : null)
  packet.protocol = protocol.startsWith('ICMP')
    ? 'icmp'
    : protocol === 'ARP'
      ? 'arp'
      : protocol === 'UDP'
        ? 'udp'
        : 'other'
  if (ports) {
    packet.from = { address: '', port: word32(ports[1]) }
    packet.to = { address: '', port: word32(ports[2]) }
  }
  const value = (name: string) => word32(new RegExp(`(?:^|\\s)${name}=(\\d{1,10})(?:\\s|$)`).exec(info)?.[1])
  packet.length = value('Len')
  const flags =
    /\[((?:SYN|ACK|FIN|RST|PSH|URG|ECE|CWR|ECN|<None>)(?:, (?:SYN|ACK|FIN|RST|PSH|URG|ECE|CWR|ECN)){0,7})\]/.exec(info)
  if (!flags) {
    // A protocol above TCP: `HTTP 148 GET / HTTP/1.1`.
    if (/^(?:HTTP|HTTP2|GRPC|TLS|SSL|SSH|MySQL|PGSQL|REDIS|RESP)/.test(protocol) || protocol === 'TCP')
      packet.protocol = 'tcp'
    return
  }
  packet.protocol = 'tcp'
  packet.flags = inOrder(NAMES.filter((name) => (flags[1] ?? '').includes(name)))
  packet.seq = value('Seq')
  packet.ack = value('Ack')
  packet.window = value('Win')
  const stamp = { value: value('TSval'), echo: value('TSecr') }
  const scale = value('WS')
  packet.options = {
    ...NO_OPTIONS,
    mss: value('MSS'),
    windowScale: scale === null || scale === 0 ? null : Math.round(Math.log2(scale)),
    sackPermitted: info.includes('SACK_PERM'),
    timestamp: stamp.value === null || stamp.echo === null ? null : { value: stamp.value, echo: stamp.echo },
  }
}
