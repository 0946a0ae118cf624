import type { Holding, ProcessRef } from './socket.ts'

/**
 * Many sockets of one namespace, one row each, column by column: 500 000 rows must fit a small agent.
 * Filled by parse/inet-diag (bytes), parse/proc-net-tcp and the text formats; grouped by parse/group-sockets.
 *
 * Addresses are four 32-bit words in network order read big-endian; IPv4 (and v4-mapped) sits in word 3 with words 0..2 = 0, 0, 0xffff.
 * Which family the *socket* has is in `family`. An address printed as a name, or with a scope, is in `names`.
 * A column that the way of reading does not carry holds its `NONE`.
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
  /** Index 0 is the empty list. Rows with the same text share an entry. */
  processes: (readonly ProcessRef[])[]
  /** Row number → printed address where it is not a plain number: `localhost`, `fe80::1%eth0`, `*`. */
  localNames: Map<number, string>
  peerNames: Map<number, string>
  /**
   * Row number → what many connections that are alike come to: they stand in this one row, the first of them. Empty while
   * there are no more rows than are kept one by one.
   */
  sums: Map<number, SocketSum>
  /** Rows that are not even summed up (hostile texts), counted by state number only. */
  beyond: Uint32Array
}

/** What connections that are alike come to. */
export interface SocketSum {
  /** Which end is the service: see parse/service-side. */
  readonly side: number
  /** United over peers. */
  readonly anyPeer: boolean
  count: number
  /** How many have a Recv-Q, and what they come to: the FIN's byte taken off in CLOSE_WAIT. */
  told: number
  bytes: number
  zero: number
  one: number
  sendTold: number
  sendBytes: number
  /** Milliseconds; -1 where not told. */
  oldest: number
  youngest: number
  /** Of the oldest: two words, both NONE where unknown. */
  oldestCookie: readonly [low: number, high: number]
  /** How many have a cookie, and the fingerprint of those. */
  cookies: number
  print: [number, number]
  /** Indices into `processes`. */
  processes: Set<number> | null
}

/** "Not told" in a 32-bit column. The kernel never uses it for what we store. */
export const NONE = 0xffffffff

export const HOLDINGS: readonly Holding[] = ['unknown', 'unaccepted', 'unowned', 'process', 'kernel']
