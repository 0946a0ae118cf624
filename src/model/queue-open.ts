import type { TableGap, TablePlace } from './service-table.ts'
import type { End } from './socket.ts'
import type { Text } from './text.ts'

/** What `recvq queue open` shows of a port: each accept queue, seen from outside. */
export interface QueueOpen {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'QueueContents'
  readonly port: number
  readonly queues: readonly OpenQueue[]
  /** Namespaces that could not be looked into. English, technical. */
  readonly denied: readonly string[]
}

export interface OpenQueue extends TablePlace {
  /** One; more where sockets share address and port (SO_REUSEPORT), and so their connections. */
  readonly listeners: readonly {
    readonly local: End
    readonly length: number
    readonly limit: number
    readonly drops: number | null
    readonly inode: number
    readonly cookie: string
  }[]
  readonly program: string | null
  readonly pids: readonly number[]
  readonly service: string | null
  /** The pod of whoever listens. */
  readonly podName: string | null
  /** Connections in the queue, those included that no tool can list. */
  readonly length: number
  /** Their peers have closed them (CLOSE_WAIT). */
  readonly closed: number
  /** Their peers still wait (ESTABLISHED). */
  readonly alive: number
  /** Reset by their peers while queued: they keep their place. null: it moved while being read. */
  readonly reset: number | null
  /** Bytes that nobody has read, FINs taken off. */
  readonly unread: number
  /** How many hold such bytes. */
  readonly withData: number
  /** When the handshake of the oldest that can be seen ended; null: none can be seen. */
  readonly stuckSince: { readonly at: string; readonly ms: number } | null
  /** Its owner is older than the 49.7 days after which ages begin anew: they are at least so long. */
  readonly agesMayWrap: boolean
  /** Connections of this port that somebody holds. */
  readonly owned: number
  /** By peer and state, most first. */
  readonly groups: readonly OpenGroup[]
  /** One by one, the oldest first. */
  readonly connections: readonly OpenConnection[]
  readonly gaps: readonly TableGap[]
}

export interface OpenGroup {
  readonly peer: string
  /** Whose address that is, where it is known. */
  readonly peerName: Text | null
  readonly state: 'ESTABLISHED' | 'CLOSE_WAIT'
  readonly count: number
  readonly unread: number
  readonly oldestMs: number | null
  readonly youngestMs: number | null
  /** Since the last bytes of any of them; null: none sent any. */
  readonly dataMs: number | null
  /** Since the last FIN; null: none has closed. */
  readonly finMs: number | null
}

export interface OpenConnection {
  readonly peer: End
  readonly peerName: Text | null
  readonly state: 'ESTABLISHED' | 'CLOSE_WAIT'
  readonly unread: number
  /** Milliseconds since the handshake; null: not told. */
  readonly handshakeMs: number | null
  /** Since its last bytes; null: it sent none. */
  readonly dataMs: number | null
  /** Since its FIN; null: it has not closed. */
  readonly finMs: number | null
  readonly cookie: string
}
