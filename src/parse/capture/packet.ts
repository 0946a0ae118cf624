import type { Capture, Packet, PacketEnd, TcpFlag, TcpOptions } from '../../model/capture.ts'
import type { Origin } from '../../model/part.ts'

/** A packet while it is read. */
export type PacketDraft = { -readonly [K in keyof Packet]: Packet[K] }

export const packetOf = (origin: Origin): PacketDraft => ({
  time: null,
  elapsed: null,
  link: null,
  family: null,
  protocol: 'other',
  from: null,
  to: null,
  flags: null,
  seq: null,
  ack: null,
  window: null,
  options: null,
  length: null,
  badChecksum: null,
  payload: null,
  inner: null,
  vni: null,
  note: null,
  origin,
})

/** More packets of one capture are only counted. */
const MAX_PACKETS = 20_000

export interface PacketList {
  readonly packets: readonly PacketDraft[]
  push(packet: PacketDraft): void
  capture(tool: Capture['tool'], droppedByKernel: number | null): Capture | null
}

export function startPackets(): PacketList {
  const packets: PacketDraft[] = []
  let beyond = 0
  return {
    packets,
    push(packet) {
      if (packets.length < MAX_PACKETS) packets.push(packet)
      else beyond++
    },
    capture(tool, droppedByKernel) {
      const [first] = packets
      return first ? { tool, packets, beyond, droppedByKernel, origin: first.origin } : null
    },
  }
}

export const NO_OPTIONS: TcpOptions = { mss: null, windowScale: null, sackPermitted: false, timestamp: null }

/** Up to 32 bits, as all numbers of a TCP header are. */
export function word32(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null
  const value = Number(text)
  return value <= 0xffffffff ? value : null
}

const ORDER: readonly TcpFlag[] = ['SYN', 'FIN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']

export const inOrder = (flags: Iterable<TcpFlag>): readonly TcpFlag[] => {
  const set = new Set(flags)
  return ORDER.filter((flag) => set.has(flag))
}

export const sameEnd = (a: PacketEnd | null, b: PacketEnd | null): boolean =>
  a !== null && b !== null && a.address === b.address && a.port === b.port
