import type { Capture, Packet, PacketEnd } from '../model/capture.ts'
import type { Origin } from '../model/part.ts'

/** One SYN as the capture shows it. */
export interface SynSent {
  /** Seconds since the first of them; null where the text does not tell. */
  readonly at: number | null
  readonly origin: Origin
}

/** One attempt to connect: the same ports and the same first sequence number. */
export interface ConnectAttempt {
  readonly client: PacketEnd
  readonly server: PacketEnd
  readonly seq: number | null
  /** The first one and its retransmissions, in the capture's order. */
  readonly syns: readonly SynSent[]
  /** `none`: no packet of the server stands in the capture. */
  readonly answer: 'SYN-ACK' | 'RST' | 'none'
  /** The SYNs stood inside a tunnel's packets. */
  readonly vni: number | null
  /** Seconds from the capture's first packet to the first SYN; null where the text does not tell. */
  readonly startedAt: number | null
}

const key = (from: PacketEnd, to: PacketEnd) => `${from.address} ${from.port} ${to.address} ${to.port}`

/**
 * The attempts to connect that a capture shows, each SYN with its retransmissions.
 * Gaps: whether an answer was sent and filtered out of the capture is not known; a packet seen on several links counts once a link,
 *       so only the link that saw the SYN first is followed
 */
export function connectAttempts(capture: Capture): readonly ConnectAttempt[] {
  const attempts = new Map<string, ConnectAttempt & { syns: SynSent[]; first: Packet }>()
  const latest = new Map<string, string>()
  for (const outer of capture.packets) {
    const packet = outer.inner ?? outer
    const { from, to, flags } = packet
    if (packet.protocol !== 'tcp' || from === null || to === null || flags === null) continue
    if (flags.includes('SYN') && !flags.includes('ACK')) {
      const name = `${key(from, to)} ${packet.seq}`
      const known = attempts.get(name)
      if (!known) {
        const syns = [{ at: outer.elapsed === null ? null : 0, origin: outer.origin }]
        attempts.set(name, {
          client: from,
          server: to,
          seq: packet.seq,
          syns,
          answer: 'none',
          vni: outer.vni,
          startedAt: outer.elapsed,
          first: outer,
        })
        latest.set(key(from, to), name)
      } else if (known.first.link === outer.link && known.vni === outer.vni)
        known.syns.push({ at: since(known.first, outer), origin: outer.origin })
      continue
    }
    const name = latest.get(key(to, from))
    const asked = name === undefined ? undefined : attempts.get(name)
    if (name !== undefined && asked?.answer === 'none')
      attempts.set(name, { ...asked, answer: flags.includes('RST') ? 'RST' : 'SYN-ACK' })
  }
  return [...attempts.values()].map(({ first: _, ...attempt }) => attempt)
}

function since(first: Packet, later: Packet): number | null {
  if (first.elapsed === null || later.elapsed === null) return null
  return Math.round((later.elapsed - first.elapsed) * 1e6) / 1e6
}

/** Attempts that were sent again and never answered: somebody drops the SYN, or the answer. */
export const unansweredSyns = (capture: Capture): readonly ConnectAttempt[] =>
  connectAttempts(capture).filter(({ answer, syns }) => answer === 'none' && syns.length > 1)
