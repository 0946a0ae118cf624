import type { Line } from '../../model/line.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { parseHexBytes } from '../hex-bytes.ts'
import { parsePayload } from '../payload.ts'
import { payloadOfFrame } from './frame-bytes.ts'
import { inOrder, NO_OPTIONS, type PacketDraft, packetOf, startPackets, word32 } from './packet.ts'
import { settleTimes } from './packet-time.ts'

/**
 * Read Wireshark's packet details as text (also `tshark -V`, `-O`), and the bytes below them in any shape.
 * Shape:  `Frame 4: 131 bytes on wire …`, `Internet Protocol Version 4, Src: …`, `Transmission Control Protocol, Src Port: …, Len: 63`,
 *         `Data (63 bytes)`; bytes as `Data: 0000…`, `00:00:18:…` or a dump with offsets → packets, their payload decoded
 * Gaps:   a byte row that Wireshark cut (`...`) is used only until a whole one follows
 */
export const wiresharkDetails: Format = {
  name: 'wireshark-details',
  opens: (text) => FRAME.test(text),
  read: startDetails,
}

const FRAME = /^\s{0,4}Frame (\d{1,10}): \d{1,7} bytes on wire/
const LAYER =
  /^(?:Ethernet|Linux cooked|Internet Protocol|Internet Control|Transmission Control|User Datagram|Virtual eXtensible|Address Resolution|Data \(\d|Hypertext|HyperText|Transport Layer|Secure Sockets|Null\/Loopback|Raw packet|802\.1Q|Domain Name|MySQL|PostgreSQL|SSH|Redis|GRPC|Line-based|\[\d+ Reassembled)/
const HEX_DUMP = /^\s{0,4}[\da-f]{4,8}\s{1,4}(?:[\da-f]{2}\s){1,16}/i
const HEX_ROW =
  /^\s{0,12}(?:(?:Data|TCP payload(?: \(\d{1,6} bytes\))?|Payload):\s{0,4})?(?:[\da-f]{2}[:\s]?){8,}(?:…|\.{3})?\s*$/i
const MAX_HEX_LINES = 600

function startDetails(context: ReadContext): FormatReader {
  const list = startPackets()
  const trouble = startTrouble(context)
  let current: PacketDraft | null = null
  let layer = ''
  let rows: Line[] = []
  let dump: Line[] = []
  let wanted: number | null = null
  const flush = () => {
    const packet = current
    if (packet) packet.payload = payloadIn(rows, dump, wanted)
    rows = []
    dump = []
    wanted = null
  }
  return {
    take(text, line) {
      if (FRAME.test(text)) {
        flush()
        current = packetOf(originAt(context, line))
        layer = 'Frame'
        list.push(current)
        return true
      }
      if (!current) return false
      const bare = text.slice(0, 4000)
      if (HEX_DUMP.test(bare)) {
        if (dump.length < MAX_HEX_LINES) dump.push({ number: line, text, cut: false })
        return true
      }
      if (/^\s*(?:[\da-f]{2}:){7}/i.test(bare) || (layer.startsWith('Data') && HEX_ROW.test(bare.slice(0, 2000)))) {
        if (rows.length < MAX_HEX_LINES) rows.push({ number: line, text, cut: false })
        return true
      }
      if (LAYER.test(text)) {
        layer = text.slice(0, 80)
        readLayer(bare, current)
        wanted ??= word32(/^Data \((\d{1,6}) bytes\)/.exec(text)?.[1])
        return true
      }
      // A remark between the details and their bytes: `--- 具体为`.
      if (/^-{2,}/.test(text) && rows.length > 0) return true
      if (!/^\s{2,}\S|^\[/.test(text)) return false
      readField(bare.trim(), layer, current)
      return true
    },
    finish() {
      flush()
      settleTimes(list.packets, null, context.filtered)
      const capture = list.capture('wireshark', null)
      return trouble.result(capture ? [{ question: 'capture', capture }] : [])
    },
  }
}

/** The longest row of bytes that is whole; of dumps with offsets the whole frame. */
function payloadIn(rows: readonly Line[], dump: readonly Line[], wanted: number | null) {
  const frame = dump.length > 0 ? parseHexBytes(dump) : null
  const fromFrame = frame ? payloadOfFrame(frame.bytes) : null
  if (fromFrame) return fromFrame
  const read = rows.flatMap((row) => parseHexBytes([row]) ?? [])
  const best = read.sort((a, b) => b.bytes.length - a.bytes.length)[0] ?? frame
  if (!best || (wanted !== null && best.bytes.length > wanted)) return null
  const payload = parsePayload(best.bytes)
  return payload.protocol === 'unknown' ? null : payload
}

function readLayer(text: string, packet: PacketDraft): void {
  const ip = /^Internet Protocol(?: Version ([46]))?, Src: (\S{1,80})(?: \([^)]{1,64}\))?, Dst: (\S{1,80})/.exec(text)
  if (ip) {
    packet.family = ip[1] === '6' ? 6 : 4
    packet.from = { address: (ip[2] ?? '').replace(/,$/, ''), port: null }
    packet.to = { address: ip[3] ?? '', port: null }
    return
  }
  const transport =
    /^(Transmission Control|User Datagram) Protocol, Src Port: (?:[\w-]{1,40} \()?(\d{1,5})\)?, Dst Port: (?:[\w-]{1,40} \()?(\d{1,5})\)?/.exec(
      text,
    )
  if (transport) {
    packet.protocol = transport[1] === 'User Datagram' ? 'udp' : 'tcp'
    packet.from = { address: packet.from?.address ?? '', port: word32(transport[2]) }
    packet.to = { address: packet.to?.address ?? '', port: word32(transport[3]) }
    const value = (name: string) => word32(new RegExp(`, ${name}: (\\d{1,10})`).exec(text)?.[1])
    packet.seq = value('Seq')
    packet.ack = value('Ack')
    packet.length = value('Len')
    return
  }
  if (text.startsWith('Internet Control')) packet.protocol = 'icmp'
  if (text.startsWith('Address Resolution')) packet.protocol = 'arp'
}

function readField(text: string, layer: string, packet: PacketDraft): void {
  if (layer === 'Frame') {
    const since = /^\[Time since reference or first frame: (\d{1,10}\.\d{1,9}) seconds\]/.exec(text)?.[1]
    if (since !== undefined) packet.time = { kind: 'relative', seconds: Number(since) }
    return
  }
  if (!layer.startsWith('Transmission')) return
  const flags = /^Flags: 0x[\da-f]{3} \(([A-Z, ]{3,60})\)/.exec(text)?.[1]
  if (flags !== undefined)
    packet.flags = inOrder(
      (['SYN', 'ACK', 'FIN', 'RST', 'PSH', 'URG', 'ECE', 'CWR'] as const).filter((one) => flags.includes(one)),
    )
  const window = /^Window(?: size value)?: (\d{1,10})/.exec(text)?.[1]
  if (window !== undefined) packet.window = word32(window)
  const mss = /^TCP Option - Maximum segment size: (\d{1,5}) bytes/.exec(text)?.[1]
  if (mss !== undefined) packet.options = { ...(packet.options ?? NO_OPTIONS), mss: word32(mss) }
  const stamp = /^TCP Option - Timestamps: TSval (\d{1,10}), TSecr (\d{1,10})/.exec(text)
  if (stamp)
    packet.options = {
      ...(packet.options ?? NO_OPTIONS),
      timestamp: { value: Number(stamp[1]), echo: Number(stamp[2]) },
    }
  if (/^\[(?:Expert Info|This frame is a) .{0,120}[Rr]etransmission/.test(text)) packet.note = 'TCP Retransmission'
}
