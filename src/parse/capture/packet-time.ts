import type { PacketTime } from '../../model/capture.ts'
import { type PacketDraft, sameEnd } from './packet.ts'

/** A time in front of a packet, and where the packet begins behind it. */
export interface TimePrefix {
  readonly time: PacketTime | null
  readonly length: number
}

const NONE: TimePrefix = { time: null, length: 0 }

/**
 * Read the time that tcpdump prints in front of a packet.
 * Shape:  `10:11:12.123456` (and -ttt, -ttttt: `unknown` until the capture ends) · `2018-03-06 10:11:12.123456` (-tttt) ·
 *         `1520331072.123456` (-tt) · `001032` microseconds (-ttt before 4.0) · nothing (-t)
 */
export function readTime(text: string): TimePrefix {
  const clock = /^( ?)(?:(\d{4})-(\d\d)-(\d\d) )?(\d\d):(\d\d):(\d\d)(\.\d{1,9})? /.exec(text.slice(0, 40))
  if (clock) {
    const [all, , year, month, day, hour, minute, second, fraction = ''] = clock
    const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) + Number(`0${fraction}`)
    if (year === undefined) return { time: { kind: 'unknown', seconds }, length: all.length }
    const date = Date.UTC(Number(year), Number(month) - 1, Number(day)) / 1000
    return { time: { kind: 'date', seconds: date + seconds }, length: all.length }
  }
  const epoch = /^(\d{9,10}\.\d{1,9}) /.exec(text.slice(0, 24))
  if (epoch) return { time: { kind: 'epoch', seconds: Number(epoch[1]) }, length: epoch[0].length }
  const micros = /^(\d{6,9}) (?=IP6? )/.exec(text.slice(0, 16))
  return micros ? { time: { kind: 'delta', seconds: Number(micros[1]) / 1e6 }, length: micros[0].length } : NONE
}

/** What `-t`, `-tt` … of these arguments make of the time; null where there is no command. */
export function kindAsked(command: string | null, args: readonly string[]): PacketTime['kind'] | null {
  if (command === null) return null
  const level = args
    .filter((arg) => /^-[nvtqepAXxSNlUOHKbdDfLuR#]+$/.test(arg))
    .reduce((sum, arg) => sum + (arg.split('t').length - 1), 0)
  return (['clock', null, 'epoch', 'delta', 'date', 'relative'] as const)[level] ?? null
}

/**
 * Settle what the printed times are, and how long after the first packet each one came.
 * Gaps: where deltas were filtered, or the text does not tell deltas from times since the first packet, that is not known
 */
export function settleTimes(
  packets: readonly PacketDraft[],
  asked: PacketTime['kind'] | null,
  filtered: boolean,
): void {
  const [first] = packets
  const kind = first?.time?.kind === 'unknown' ? (asked ?? guessKind(packets)) : (first?.time?.kind ?? 'unknown')
  let sum = 0
  let days = 0
  let last: number | null = null
  const start = first?.time?.seconds ?? 0
  for (const packet of packets) {
    if (packet.time === null) continue
    const { seconds } = packet.time
    packet.time = { kind, seconds }
    sum += seconds
    // Midnight.
    if (kind === 'clock' && last !== null && last - seconds > 43_200) days++
    last = seconds
    if (kind === 'delta') packet.elapsed = filtered ? null : rounded(sum - start)
    else if (kind === 'relative') packet.elapsed = seconds
    else packet.elapsed = kind === 'unknown' ? null : rounded(seconds + days * 86_400 - start)
  }
}

const rounded = (seconds: number) => Math.round(seconds * 1e6) / 1e6

/** Clocks of TCP timestamps tick this often in a second: Linux since 4.10 always 1000, before with its own HZ. */
const TICKS = [1000, 250, 100]

/** A clock does not begin at midnight sharp; deltas fall, times since the first packet never; and TCP timestamps tell the time as well. */
function guessKind(packets: readonly PacketDraft[]): PacketTime['kind'] {
  const times = packets.flatMap((packet) => (packet.time ? [packet.time.seconds] : []))
  if (times[0] !== 0) return 'clock'
  if (times.some((time, i) => time < (times[i - 1] ?? 0))) return 'delta'
  const votes = { delta: 0, relative: 0 }
  for (const [earlier, later] of pairsOfOneSender(packets)) {
    const from = packets.indexOf(earlier)
    const to = packets.indexOf(later, from)
    const ticks = (later.options?.timestamp?.value ?? 0) - (earlier.options?.timestamp?.value ?? 0)
    const sum = packets.slice(from + 1, to + 1).reduce((total, packet) => total + (packet.time?.seconds ?? 0), 0)
    const difference = (later.time?.seconds ?? 0) - (earlier.time?.seconds ?? 0)
    const fits = (seconds: number) => seconds > 0.5 && TICKS.some((hz) => Math.abs(ticks / seconds / hz - 1) < 0.03)
    if (fits(sum) !== fits(difference)) votes[fits(sum) ? 'delta' : 'relative']++
  }
  if (votes.delta > 0 && votes.relative === 0) return 'delta'
  return votes.relative > 0 && votes.delta === 0 ? 'relative' : 'unknown'
}

/** First and last packet with a timestamp of the first few senders. */
function pairsOfOneSender(packets: readonly PacketDraft[]): readonly (readonly [PacketDraft, PacketDraft])[] {
  const stamped = packets.slice(0, 500).filter((packet) => packet.options?.timestamp)
  const firsts = stamped
    .filter(
      (packet, i) => stamped.findIndex((one) => sameEnd(one.from, packet.from) && sameEnd(one.to, packet.to)) === i,
    )
    .slice(0, 8)
  return firsts.flatMap((first) => {
    const last = stamped.findLast((one) => sameEnd(one.from, first.from) && sameEnd(one.to, first.to))
    return last && last !== first ? [[first, last] as const] : []
  })
}
