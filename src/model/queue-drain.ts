import type { Payload } from './payload.ts'
import type { End } from './socket.ts'

/** Why a queue is left alone. */
export type RefusalCode =
  | 'old-kernel'
  | 'yama'
  | 'no-rights'
  | 'no-calls'
  | 'gone'
  | 'pid-reused'
  | 'wrong-pid'
  | 'no-owner'
  | 'several-owners'
  | 'several-places'
  | 'several-listeners'
  | 'reuse-port'
  | 'mptcp'
  | 'fast-open'
  | 'accepting'
  | 'nothing-visible'
  | 'no-ages'
  | 'old-ages'

/** Why taking connections came to its end. */
export type StopReason =
  /** Nothing waits any more. */
  | 'empty'
  /** The next one is alive, or may be. */
  | 'live-at-head'
  /** As many as were asked for. */
  | 'limit'
  /** The owner began to accept: the order of the queue guarantees nothing any more. */
  | 'owner-accepts'
  | 'listener-gone'
  /** The process that accepts from a blocking socket gave no answer, and was ended. */
  | 'helper-failed'
  /** The kernel could not be asked any more. */
  | 'not-readable'

/** The listener that is meant, and who holds it. */
export interface QueueOwner {
  readonly pid: number
  readonly comm: string
  /** Its descriptor of the listening socket. */
  readonly fd: number
  /** Clock ticks since boot: with the pid it names a process for ever. */
  readonly startTicks: number
  readonly ageMs: number
}

/** What would be done, and what was found before anything was done. */
export interface DrainPlan {
  readonly port: number
  readonly netns: string
  readonly listener: { readonly local: End; readonly limit: number; readonly inode: number; readonly cookie: string }
  readonly owner: QueueOwner
  /** Its socket blocks: a process of ours accepts, under a timer, since the flag must not be touched. */
  readonly blocking: boolean
  readonly length: number
  readonly closed: number
  readonly alive: number
  /** At the head and dead: what the first run of accepts takes. */
  readonly takable: number
  /** Connections of the port that the owner holds: it did accept, once. */
  readonly owned: number
  readonly proof: { readonly oldestCookie: string | null; readonly intervalMs: number }
  readonly policy: DrainPolicy
}

export interface DrainPolicy {
  /** `keep`: stop before the first that is alive. `reset`: go on, and reset it. */
  readonly live: 'keep' | 'reset'
  /** Take no more than so many; null: no such limit. */
  readonly most: number | null
  /** Read the first bytes of each and keep what they are. */
  readonly payload: boolean
}

export interface TakenConnection {
  readonly peer: End | null
  /** As it was seen last before it was taken; `reset`: in no listing, its peer had reset it. */
  readonly was: 'CLOSE_WAIT' | 'reset' | 'ESTABLISHED'
  readonly handshakeMs: number | null
  /** Bytes that nobody had read, the FIN taken off; null: it could not be seen. */
  readonly unread: number | null
  /** Only where asked for. */
  readonly payload: TakenPayload | null
}

export interface TakenPayload {
  readonly bytes: number
  /** A PROXY header that stood before. */
  readonly proxy: ProxyHeader | null
  readonly is: Payload
  /** The first of them as ASCII, a dot for what is none; where nothing was recognised. */
  readonly excerpt: string | null
}

/** What a load balancer wrote before the client's own bytes: whose connection it is. */
export interface ProxyHeader {
  readonly version: 1 | 2
  readonly source: End | null
  readonly destination: End | null
}

/** What was done, for whoever asks later. */
export interface DrainRecord {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'QueueDrain'
  readonly startedAt: string
  readonly endedAt: string
  readonly plan: DrainPlan
  readonly taken: readonly TakenConnection[]
  readonly stopped: StopReason
  /** Of those taken, how many were alive. */
  readonly liveReset: number
  /** Waiting afterwards; null: not seen. */
  readonly left: number | null
}
