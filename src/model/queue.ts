import type { End, TcpState } from './socket.ts'

/** One TCP socket of a port as the kernel shows it at one instant: rows, not groups, for what has to go one by one. */
export interface PortSocket {
  readonly state: TcpState
  readonly family: 4 | 6
  /** Of a `::` listener: takes no IPv4. null: not told. */
  readonly onlyV6: boolean | null
  /** v4-mapped addresses are given as IPv4. */
  readonly local: End
  readonly peer: End
  /** Bound to this interface's index; 0: to none. */
  readonly device: number
  /** The kernel's name for this socket, in hex: never given twice between two boots. */
  readonly cookie: string
  /** LISTEN: connections waiting. Others: unread bytes, the peer's FIN counting one. */
  readonly recvQueue: number
  /** LISTEN: the limit. */
  readonly sendQueue: number
  /** 0: nobody has accepted it. */
  readonly inode: number
  /** Of a listener, since Linux 4.7; null: not told. */
  readonly drops: number | null
  readonly clocks: SocketClocks | null
}

/** Milliseconds, as 32-bit numbers: they begin anew after 49.7 days. Right as long as nothing was sent, which a queued socket never does. */
export interface SocketClocks {
  /** Since the handshake ended (tcpi_last_data_sent). */
  readonly handshakeMs: number
  /** Since the last bytes of a request (tcpi_last_data_recv). */
  readonly dataMs: number
  /** Since the last segment (tcpi_last_ack_recv): the FIN, in CLOSE_WAIT. */
  readonly segmentMs: number
}

/** All sockets of one local port: listeners first, everything else after. */
export interface PortReading {
  readonly listeners: readonly PortSocket[]
  readonly rows: readonly PortSocket[]
  /** How long reading the rows took, in milliseconds: so far apart the ages of two rows may have been looked at. */
  readonly tookMs: number
}
