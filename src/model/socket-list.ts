import type { RowListener, TableGap, TablePlace } from './service-table.ts'
import type { TcpState } from './socket.ts'
import type { Text } from './text.ts'

/** By what connections can be put together. */
export const SOCKET_KEYS = ['state', 'process', 'port', 'peer', 'pod'] as const
export type SocketKey = (typeof SOCKET_KEYS)[number]

/** What `recvq sockets` prints: a table for each namespace of each reading. They are never merged. */
export interface SocketList {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Sockets'
  readonly by: readonly SocketKey[]
  readonly tables: readonly SocketsTable[]
}

export interface SocketsTable extends TablePlace {
  /** null: not asked for, or none was read. */
  readonly listeners: readonly ListenerLine[] | null
  readonly connections: readonly ConnectionLine[] | null
  /** Connections in all these lines. */
  readonly count: number
  readonly gaps: readonly TableGap[]
}

export interface ListenerLine extends RowListener {
  readonly service: string | null
  readonly pod: string | null
  readonly drops: number | null
}

/** Connections that are alike in what was asked for; a key that was not asked for is not there, one that is not known is null. */
export interface ConnectionLine {
  readonly key: {
    readonly state?: TcpState
    /** Programs by name; null: nobody is named. */
    readonly process?: string | null
    /** `local`: a port of this side, the service. `peer`: the service is over there. */
    readonly port?: { readonly side: 'local' | 'peer'; readonly number: number } | null
    readonly peer?: string
    readonly pod?: string | null
  }
  /** Whose address the peer's is, where that is known and peers were asked for. */
  readonly peerName: Text | null
  readonly count: number
  /** Of these, still in an accept queue; null: it cannot be told of some. */
  readonly unaccepted: number | null
  /** Unread bytes, FINs taken off; null: not printed. */
  readonly unread: number | null
  /** Bytes sent and not acknowledged. */
  readonly unsent: number | null
  readonly oldestMs: number | null
}
