import type { Capture, Packet } from '../model/capture.ts'
import type { Origin } from '../model/part.ts'

/** A large segment that was sent again and again, while smaller ones of the same connection arrived. */
export interface StuckSegment {
  readonly from: { readonly address: string; readonly port: number | null }
  readonly to: { readonly address: string; readonly port: number | null }
  /** Bytes of payload. */
  readonly length: number
  readonly times: number
  readonly origin: Origin
  /** "need to frag" that came to the sender meanwhile, as printed; null: none stands in the capture. */
  readonly told: string | null
}

/** The smallest payload that a path of the Internet may cut off: 576 bytes always pass, less the two heads. */
const LARGE = 536
/** TCP's first three timeouts have passed: 0.2, 0.4 and 0.8 s at the least. What is lost by chance comes through by then. */
export const STUCK_TIMES = 4

interface Sent {
  readonly first: Packet
  times: number
  /** All before it was acknowledged when it was sent: an acknowledgement of the same place is one of what came behind it. */
  readonly isNext: boolean
  /** The other end was heard of while it was missing: it lives, and smaller packets pass. */
  isHeard: boolean
}

interface Way {
  readonly from: NonNullable<Packet['from']>
  readonly to: NonNullable<Packet['to']>
  readonly link: string | null
  /** What is not acknowledged, by sequence number. */
  readonly sent: Map<number, Sent>
  acked: number
}

/** Gaps: needs sequence and acknowledgement numbers of one direction each; the first link that saw the segment counts */
export function stuckSegments(capture: Capture): readonly StuckSegment[] {
  const ways = new Map<string, Way>()
  const told: string[] = []
  for (const outer of capture.packets) {
    const packet = outer.inner ?? outer
    if (packet.protocol === 'icmp' && /need(?:ed)? to frag|packet too big/i.test(packet.note ?? ''))
      told.push((packet.note ?? '').slice(0, 160))
    const { from, to, flags, seq, ack, length } = packet
    if (packet.protocol !== 'tcp' || !from || !to || flags === null) continue
    const back = ways.get(keyOf(to, from))
    // A SYN-ACK's numbers are printed as they are, all others relative to it.
    if (back && !flags.includes('SYN')) hear(back, ack, flags.includes('RST'))
    if (seq === null || length === null || length === 0 || flags.includes('SYN')) continue
    const key = keyOf(from, to)
    const way = ways.get(key) ?? { from, to, link: outer.link, sent: new Map(), acked: 0 }
    ways.set(key, way)
    if (way.link !== outer.link) continue
    const known = way.sent.get(seq)
    if (known) known.times++
    else way.sent.set(seq, { first: packet, times: 1, isNext: way.acked === seq, isHeard: false })
  }
  return [...ways.values()].flatMap((way) => worstOf(way, told))
}

const keyOf = (from: NonNullable<Packet['from']>, to: NonNullable<Packet['to']>) =>
  `${from.address} ${from.port} ${to.address} ${to.port}`

/** The other end answers: what it has, and that it is there. */
function hear(way: Way, ack: number | null, isReset: boolean): void {
  if (isReset || ack === null) return
  way.acked = Math.max(way.acked, ack)
  for (const [seq, one] of way.sent) {
    if (seq < ack) way.sent.delete(seq)
    else if (one.times > 1 || (one.isNext && seq === ack)) one.isHeard = true
  }
}

function worstOf({ from, to, sent, acked }: Way, told: readonly string[]): readonly StuckSegment[] {
  const stuck = [...sent].filter(([, one]) => one.times >= STUCK_TIMES)
  // Where small ones do not arrive either, their size is not what is wrong.
  if (stuck.some(([, { first }]) => (first.length ?? 0) < LARGE)) return []
  const found = stuck.find(([seq, one]) => seq <= acked && one.isHeard)?.[1]
  if (!found) return []
  const { first, times } = found
  const note = told.find((one) => one.includes(to.address)) ?? null
  return [{ from, to, length: first.length ?? 0, times, origin: first.origin, told: note }]
}
