import type { TcpFlag } from '../../model/capture.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { inOrder, type PacketDraft, packetOf, startPackets, word32 } from './packet.ts'
import { settleTimes } from './packet-time.ts'

/**
 * Read `tshark -T fields -e ip.src -e tcp.flags …`: columns of one's own choice, parted by tabs.
 * Shape:  what the columns are tells the command (-e …) or the head (`-E header=y`)
 * Gaps:   of a field that occurs twice in a packet (a tunnel) the first value; other fields are passed over
 * Errors: a row with more columns than were asked for is lost
 */
export const tsharkFields: Format = {
  name: 'tshark-fields',
  opens: (text) =>
    /^frame\.\S{1,40}\t/.test(text) ||
    /^(?:ip|ipv6|tcp|udp|frame)\.[\w.]{1,40}(?:\t[a-z\d_]{1,20}\.[\w.]{1,40}){1,40}$/.test(text),
  read: startFields,
}

function startFields(context: ReadContext): FormatReader {
  const list = startPackets()
  const trouble = startTrouble(context)
  const { args } = context
  let columns = args.flatMap((arg, i) =>
    args[i - 1] === '-e' ? [arg] : arg.startsWith('-e') && arg.length > 2 ? [arg.slice(2)] : [],
  )
  return {
    take(text, line) {
      if (/^(?:Running as user|Capturing on|\d{1,10} packets? captured)/.test(text)) return true
      if (tsharkFields.opens(text)) {
        columns = text.split('\t', 100)
        return true
      }
      if (columns.length === 0 || (columns.length > 1 && !text.includes('\t'))) return false
      const cells = text.slice(0, 4000).split('\t', 101)
      if (cells.length > columns.length) {
        trouble.lose(line, `more columns than were asked for: ${text.slice(0, 80)}`)
        return true
      }
      list.push(
        packetIn(new Map(columns.map((name, i) => [name, cells[i]?.split(',', 1)[0] ?? ''])), originAt(context, line)),
      )
      return true
    },
    finish() {
      settleTimes(list.packets, null, context.filtered)
      const capture = list.capture('tshark', null)
      return trouble.result(capture ? [{ question: 'capture', capture }] : [])
    },
  }
}

function packetIn(cells: ReadonlyMap<string, string>, origin: PacketDraft['origin']): PacketDraft {
  const packet = packetOf(origin)
  const text = (...names: readonly string[]) =>
    names.map((name) => cells.get(name)).find((cell) => cell !== undefined && cell !== '') ?? null
  const number = (...names: readonly string[]) => word32(text(...names) ?? undefined)
  const [from, to] = [text('ip.src', 'ipv6.src'), text('ip.dst', 'ipv6.dst')]
  const tcp = [...cells].some(([name, cell]) => name.startsWith('tcp.') && cell !== '')
  const udp = [...cells].some(([name, cell]) => name.startsWith('udp.') && cell !== '')
  packet.protocol = tcp ? 'tcp' : udp ? 'udp' : 'other'
  packet.family = from === null ? null : from.includes(':') ? 6 : 4
  packet.from = from === null ? null : { address: from, port: number('tcp.srcport', 'udp.srcport') }
  packet.to = to === null ? null : { address: to, port: number('tcp.dstport', 'udp.dstport') }
  packet.flags = flagsOf(text('tcp.flags', 'tcp.flags.str'))
  packet.seq = number('tcp.seq')
  packet.ack = number('tcp.ack')
  packet.window = number('tcp.window_size', 'tcp.window_size_value')
  packet.length = number('tcp.len', 'udp.length')
  packet.link = text('frame.interface_name')
  const time = (['frame.time_relative', 'frame.time_epoch', 'frame.time_delta'] as const).find((name) =>
    /^\d{1,12}(?:\.\d{1,9})?$/.test(cells.get(name) ?? ''),
  )
  if (time !== undefined) {
    const kind = time === 'frame.time_epoch' ? 'epoch' : time === 'frame.time_delta' ? 'delta' : 'relative'
    packet.time = { kind, seconds: Number(cells.get(time)) }
  }
  return packet
}

const BITS: readonly TcpFlag[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']
const LETTERS: Readonly<Record<string, TcpFlag>> = {
  F: 'FIN',
  S: 'SYN',
  R: 'RST',
  P: 'PSH',
  A: 'ACK',
  U: 'URG',
  E: 'ECE',
  C: 'CWR',
}

/** `0x0012` or `·······A··S·` (`*` in place of the dots in old versions). */
function flagsOf(text: string | null): readonly TcpFlag[] | null {
  if (text === null) return null
  const hex = /^0x([\da-f]{1,8})$/i.exec(text)?.[1]
  if (hex !== undefined) {
    const value = Number.parseInt(hex, 16)
    return inOrder(BITS.filter((_, bit) => (value & (1 << bit)) !== 0))
  }
  if (!/^[·*.A-Z]{8,12}$/.test(text)) return null
  return inOrder([...text].flatMap((letter) => (Object.hasOwn(LETTERS, letter) ? [LETTERS[letter] ?? 'ACK'] : [])))
}
