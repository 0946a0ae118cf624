import type { Origin } from './part.ts'
import type { Payload } from './payload.ts'

/** One output of tcpdump, tshark or Wireshark, as text. */
export interface Capture {
  readonly tool: 'tcpdump' | 'tshark' | 'wireshark'
  readonly packets: readonly Packet[]
  /** Packets beyond the bound: only counted. */
  readonly beyond: number
  /** As tcpdump says at its end; null where it does not. */
  readonly droppedByKernel: number | null
  readonly origin: Origin
}

/**
 * The time as printed, in seconds.
 * - `clock`: seconds since midnight, of whatever zone · `date`: since 1970, if its zone were UTC · `epoch`: since 1970
 * - `delta`: since the packet before · `relative`: since the first packet · `unknown`: one of these, the text does not tell which
 */
export interface PacketTime {
  readonly kind: 'clock' | 'date' | 'epoch' | 'delta' | 'relative' | 'unknown'
  readonly seconds: number
}

export interface PacketEnd {
  /** An address, or the name that was printed in its place. */
  readonly address: string
  readonly port: number | null
}

export type TcpFlag = 'SYN' | 'ACK' | 'FIN' | 'RST' | 'PSH' | 'URG' | 'ECE' | 'CWR'

export interface TcpOptions {
  readonly mss: number | null
  readonly windowScale: number | null
  readonly sackPermitted: boolean
  readonly timestamp: { readonly value: number; readonly echo: number } | null
}

export interface Packet {
  readonly time: PacketTime | null
  /** Seconds since the first packet of the capture; null where that cannot be told. */
  readonly elapsed: number | null
  readonly link: string | null
  readonly family: 4 | 6 | null
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'arp' | 'other'
  readonly from: PacketEnd | null
  readonly to: PacketEnd | null
  /** null: not TCP, or not printed. */
  readonly flags: readonly TcpFlag[] | null
  /** As printed: relative to the connection's first one behind the handshake. */
  readonly seq: number | null
  readonly ack: number | null
  readonly window: number | null
  readonly options: TcpOptions | null
  /** Bytes of payload. */
  readonly length: number | null
  /** `incorrect` under -v: usually offloading. null: not checked. */
  readonly badChecksum: boolean | null
  /** What the payload's first bytes say, where a dump of them is printed. */
  readonly payload: Payload | null
  /** The packet inside a VXLAN packet. */
  readonly inner: Packet | null
  readonly vni: number | null
  /** What the tool adds: `ICMP host unreachable`, `TCP Retransmission`. */
  readonly note: string | null
  readonly origin: Origin
}
