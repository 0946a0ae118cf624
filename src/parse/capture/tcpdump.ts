import type { Line } from '../../model/line.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble, wholeNumber } from '../format.ts'
import { parseHexBytes } from '../hex-bytes.ts'
import { payloadOfFrame } from './frame-bytes.ts'
import { type PacketDraft, packetOf, startPackets } from './packet.ts'
import { readEnds, readPacketLine } from './packet-line.ts'
import { kindAsked, readTime, settleTimes } from './packet-time.ts'

/**
 * Read the text of tcpdump 3.x to 4.99: all time formats, IPv4 and IPv6, -v on two lines, -e, `-i any`, -q, names, -x -X -XX -A.
 * Shape:  packets → Capture; the packet inside VXLAN (or OTV, as port 8472 is called) stands in `inner`
 * Units:  times as printed, and since the first packet where that can be told
 * Gaps:   -A prints bytes as characters and dots: no payload from that. A port by an unknown name is null
 * Errors: a packet line that breaks off is lost
 */
export const tcpdump: Format = {
  name: 'tcpdump',
  opens: (text) => isStatus(text) || isPacket(text),
  read: startTcpdump,
}

const isStatus = (text: string): boolean =>
  /^(?:tcpdump: (?:verbose|listening|data link|WARNING|NOTE)|listening on \S+, link-type |reading from file \S+, link-type |dropped privs to |\(Promiscuous mode not supported on )/.test(
    text,
  ) || /^\d{1,20} packets? (?:captured|received by filter|dropped by (?:kernel|interface))/.test(text)

function isPacket(text: string): boolean {
  const { time, length } = readTime(text)
  const rest = text.slice(length)
  if (time === null && !/^(?:IP6? |ARP, |[\da-f]{2}:)/.test(rest)) return false
  const packet = packetOf({ via: '' })
  const read = readPacketLine(rest, packet)
  return read === 'head' || (read === 'whole' && (packet.protocol !== 'other' || /^IP6? /.test(rest)))
}

const HEX = /^\s+0x([\da-f]{4}):\s/
const MAX_HEX_LINES = 300

function startTcpdump(context: ReadContext): FormatReader {
  const list = startPackets()
  const trouble = startTrouble(context)
  const characters = context.args.some((arg) => /^-[a-zA-Z]*A/.test(arg))
  let dropped: number | null = null
  let current: PacketDraft | null = null
  /** Its addresses come on the next line. */
  let open: PacketDraft | null = null
  let hex: Line[] = []
  const flush = () => {
    if (current && hex.length > 0) {
      const read = parseHexBytes(hex)
      const target = current
      if (read) target.payload = payloadOfFrame(read.bytes)
    }
    hex = []
  }
  const begin = (packet: PacketDraft, timed: boolean) => {
    flush()
    const outer = list.packets.at(-1)
    // Without a time and right below a tunnel's packet: what is inside of it.
    if (!timed && outer && outer === current && outer.vni !== null && outer.inner === null) outer.inner = packet
    else list.push(packet)
    current = outer?.inner === packet ? outer : packet
  }
  return {
    take(text, line) {
      const status = /^(\d{1,20}) packets? dropped by kernel/.exec(text)
      if (status) dropped = wholeNumber(status[1] ?? '')
      if (isStatus(text) || /^\^C/.test(text)) return true
      if (HEX.test(text)) {
        if (current && hex.length < MAX_HEX_LINES) hex.push({ number: line, text, cut: false })
        return current !== null
      }
      if (open && /^\s{2,}\S/.test(text)) {
        const packet = open
        open = null
        if (!readEnds(text.trimStart().slice(0, 3000), packet))
          trouble.lose(line, `a packet that was not understood: ${text.slice(0, 80)}`)
        return true
      }
      const { time, length } = readTime(text)
      const packet = packetOf(originAt(context, line))
      packet.time = time
      const rest = text.slice(length)
      const read = time !== null || /^(?:IP6? |ARP, |[\da-f]{2}:)/.test(rest) ? readPacketLine(rest, packet) : null
      if (read !== null) {
        begin(packet, time !== null)
        open = read === 'head' ? packet : null
        return true
      }
      if (time !== null && /^(?:IP6?|ARP)/.test(rest)) {
        trouble.lose(line, `a packet that breaks off: ${text.slice(0, 80)}`)
        return true
      }
      // Other protocols have a time and no meaning here; -v explains some below.
      if (time !== null && list.packets.length > 0) return true
      return (characters || /^\t/.test(text)) && current !== null
    },
    finish() {
      flush()
      // Without its command nothing tells of a filter: the timestamps that settled the kind agree with the rows that are there.
      const filtered = context.filtered && context.command !== null
      settleTimes(list.packets, kindAsked(context.command, context.args), filtered)
      const capture = list.capture('tcpdump', dropped)
      return trouble.result(capture ? [{ question: 'capture', capture }] : [])
    },
  }
}
