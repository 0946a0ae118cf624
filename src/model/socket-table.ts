import type { Holding, ProcessRef } from './socket.ts'

/**
 * Many sockets of one namespace, one row each, column by column: 500 000 rows must fit a small agent.
 * Filled by parse/inet-diag (bytes), parse/proc-net-tcp and the text formats; grouped by parse/group-sockets.
 *
 * Addresses are four 32-bit words in network order read big-endian; IPv4 (and v4-mapped) sits in word 3 with words 0..2 = 0, 0, 0xffff.
 * Which family the *socket* has is in `family`. An address printed as a name, or with a scope, is in `names`.
 * A column that the way of reading does not carry holds its `NONE`. Those from `inode` to `cgroupId` may be empty instead: as long
 * as nobody told any of them, they take no room.
 */
export interface SocketTable {
  length: number
  /** 4, 6; 46 for a dual-stack any-address; 0 not told. */
  family: Uint8Array
  /** Kernel state number, 1 to 11 (12 stored as 3). */
  state: Uint8Array
  localPort: Uint16Array
  peerPort: Uint16Array
  /** 4 words a row. */
  local: Uint32Array
  peer: Uint32Array
  /** NONE where not printed. */
  recvQueue: Uint32Array
  sendQueue: Uint32Array
  inode: Uint32Array
  uid: Uint32Array
  drops: Uint32Array
  /** Milliseconds since the handshake. */
  age: Uint32Array
  /** Two words a row; both NONE where unknown. */
  cookie: Uint32Array
  /** NaN where unknown. */
  cgroupId: Float64Array
  /** Index into HOLDINGS. */
  holding: Uint8Array
  /** Index into `processes`; 0 = none named. */
  process: Uint32Array
  /** Line in the file; 0 when live. */
  line: Uint32Array
  /** Which of the united outputs it stands in, in their order; 0 where there is one. */
  source: Uint16Array
  /** Index 0 is the empty list. Rows with the same text share an entry. */
  processes: (readonly ProcessRef[])[]
  /** Row number → printed address where it is not a plain number: `localhost`, `fe80::1%eth0`, `*`. */
  localNames: Map<number, string>
  peerNames: Map<number, string>
  /** What the rows that were given up come to; null while every row stands for itself. */
  folded: FoldedSockets | null
  /** Rows that are not even summed up (hostile texts), counted by state number only. */
  beyond: Uint32Array
}

/**
 * Connections beyond what is kept one by one, summed up where they are alike. The rows before `front` are listeners and the first
 * connection of each sum. Laid out and filled by parse/fold-sockets.
 */
export interface FoldedSockets {
  front: number
  listeners: number
  /** How many sums there are. */
  size: number
  /** What makes them alike and the first row of them, so many words a sum. */
  keys: Int32Array
  /** What they come to, so many numbers a sum. */
  sums: Float64Array
  /** Ages and cookies; empty until one is told. */
  further: Float64Array
  /** Hash and number of the sum, side by side; -1 where a slot is free. */
  slots: Int32Array
  /** Sum → indices into `processes`, of those that several lists of processes hold. */
  readonly held: Map<number, Set<number>>
  readonly names: Map<string, number>
  /** By index into `processes`: the same number for the same programs. */
  readonly programs: { readonly ids: number[]; readonly known: Map<string, number> }
  /** In how many rows each port has stood so far, at the local end and at the peer's. */
  ports: { readonly local: Uint32Array; readonly peer: Uint32Array } | null
  /** Port → rows of the listeners before `front`. */
  readonly listening: Map<number, number[]>
  /** Port → what parse/service-side makes of those listeners. */
  readonly kinds: Uint8Array
}

/** "Not told" in a 32-bit column. The kernel never uses it for what we store. */
export const NONE = 0xffffffff

export const HOLDINGS: readonly Holding[] = ['unknown', 'unaccepted', 'unowned', 'process', 'kernel']
