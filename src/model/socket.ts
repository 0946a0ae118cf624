import type { Origin } from './part.ts'

/** The kernel's names (include/net/tcp_states.h). `NEW_SYN_RECV` is reported as SYN_RECV. */
export type TcpState =
  | 'ESTABLISHED'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'FIN_WAIT1'
  | 'FIN_WAIT2'
  | 'TIME_WAIT'
  | 'CLOSE'
  | 'CLOSE_WAIT'
  | 'LAST_ACK'
  | 'LISTEN'
  | 'CLOSING'

/** Indexed by the kernel's number; 0 and 12 stand for nothing that a reader sees. */
export const TCP_STATES: readonly (TcpState | null)[] = [
  null,
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'SYN_RECV',
]

/**
 * One end of a socket. `address` is canonical (`0.0.0.0`, `::`, `10.0.0.1`, `fe80::1%eth0`); `*` only where the text did not
 * say which family. A v4-mapped address is given as IPv4. Either may be a name where a tool printed names.
 */
export interface End {
  readonly address: string
  readonly port: number
}

/** A process that holds a socket. */
export interface ProcessRef {
  readonly pid: number | null
  readonly comm: string
  readonly fd: number | null
}

/** A socket in LISTEN. Its two queue numbers count *connections*. */
export interface Listener {
  readonly local: End
  /** 4, 6, or 46 for a dual-stack `::` socket; null where the text did not say. */
  readonly family: 4 | 6 | 46 | null
  /** Full: length > max (the kernel admits max + 1). `max` null: the way of reading does not carry it. */
  readonly acceptQueue: { readonly length: number | null; readonly max: number | null }
  /** sk_drops of this listener since it was made; since Linux 4.7. A dropped final ACK counts twice: see kernel-facts. */
  readonly drops: number | null
  readonly inode: number | null
  /** Socket cookie in hex: the same socket at two readings has the same one. */
  readonly cookie: string | null
  readonly uid: number | null
  /** Inode of the cgroup v2 directory it was made in. */
  readonly cgroupId: number | null
  /** The Service behind it (`backend/shop:http`), as a person's table, forwarding rules or kubectl name it; null where nothing does. */
  readonly service: string | null
  /** null: not known. Empty: known to have none that we may see. */
  readonly owners: readonly ProcessRef[] | null
  readonly origin: Origin
}

/**
 * Who holds a connection.
 * - `unaccepted`: ESTABLISHED or CLOSE_WAIT with inode 0: still in an accept queue
 * - `unowned`: the tool names owners for other rows of the same output but not for this one, inodes unknown (old `ss -p`).
 *   In ESTABLISHED and CLOSE_WAIT behind a listener this too means unaccepted, but a missing privilege looks alike
 * - `process`: a process is named, or the inode is not 0
 * - `kernel`: no user socket by nature (TIME_WAIT, SYN_RECV, an orphan in FIN_WAIT…)
 * - `unknown`: the text does not tell
 */
export type Holding = 'unaccepted' | 'unowned' | 'process' | 'kernel' | 'unknown'

/** Connections that are alike: same state, holder, program, peer address, and the same service port at one end. */
export interface ConnectionGroup {
  readonly state: TcpState
  readonly holding: Holding
  /** Programs that hold them (pids and fds united away where there are many); null: not known. */
  readonly processes: readonly ProcessRef[] | null
  /** `server`: the local port is the service. `client`: the peer's port is. `unknown`: neither could be told. */
  readonly role: 'server' | 'client' | 'unknown'
  /** `local.port` is null where the role is client (ephemeral ports are not kept). */
  readonly local: { readonly address: string; readonly port: number | null }
  /** `peer.port` is null where the role is server. `address` is `*` where very many peers of few connections each were united. */
  readonly peer: { readonly address: string; readonly port: number | null }
  readonly count: number
  /** Unread bytes, the FIN's one in CLOSE_WAIT taken off; null where no Recv-Q was printed. */
  readonly recvQueueBytes: number | null
  /** Bytes sent and not acknowledged; in SYN_SENT the SYN itself counts 1. */
  readonly sendQueueBytes: number | null
  /** How many have Recv-Q 0 · exactly 1 (in CLOSE_WAIT: the peer's FIN alone) · more. null where no Recv-Q was printed. */
  readonly recvQueue: { readonly zero: number; readonly one: number; readonly more: number } | null
  /** Milliseconds since the handshake (`lastsnd` of one that never sent); null where ages were not read. */
  readonly oldestMs: number | null
  readonly youngestMs: number | null
  /** Cookie of the oldest, in hex: the same oldest at two readings proves that nobody accepts. */
  readonly oldestCookie: string | null
  /**
   * XOR over all their cookies, stirred: the same at two readings means the very same sockets, none came and none went.
   * Connections of one burst are equally old, so which is *the* oldest may differ from one dump to the next; this does not.
   * null: of some the cookie is not known.
   */
  readonly fingerprint: string | null
  /** The first row's place. */
  readonly origin: Origin
}

/** How many sockets stand in each state. */
export interface StateCensus {
  readonly counts: Readonly<Partial<Record<TcpState, number>>>
  readonly origin: Origin
}
