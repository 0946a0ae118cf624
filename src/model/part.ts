/**
 * How a piece of a Snapshot was come by, and how much of it was seen.
 *
 * The two questions every rule must be able to ask of its data: "is it there?" (`Ok` or `Gap`) and
 * "was all of it there?" (`coverage`). A rule may *find* in what was seen; it may *clear* only what was seen whole.
 */

/** Where a value was read: a line of a text, or the way it was taken from a live kernel. */
export type Origin =
  | { readonly file: string; readonly line: number; readonly command: string | null }
  | { readonly via: string }

/** Why a piece is not there. `absent`: nobody captured it, or the kernel has no such thing. */
export type GapReason = 'absent' | 'denied' | 'timeout' | 'unsupported' | 'malformed'

/**
 * A set of rows of which *every* member was seen. A part's coverage is a list of such sets: its union is complete,
 * outside of it rows may be missing. An empty list: rows were seen, nothing is known to be whole.
 *
 * - `all`: the whole answer
 * - `recv-queue-above`: rows whose Recv-Q is greater than `value` (`awk '$2 > 0'`)
 * - `recv-queue-above-limit`: rows whose Recv-Q is greater than their Send-Q (`awk '$2 > $3'`); of listeners, the full ones
 * - `port`: rows that name this port at either end (`grep 30720`)
 * - `state`: rows in this state (`grep CLOSE-WAIT`, `ss state syn-sent`, a live dump limited by a state mask)
 * - `process`: rows of this program (`grep kube-proxy`)
 * - `keys`: these keys of a map (`sysctl a b`, `nstat X`, `netstat -s | grep listen`)
 *
 * A filter chain (`grep 30720 | grep CLOSE-WAIT`) is the intersection: `and`.
 */
export type Coverage =
  | { readonly of: 'all' }
  | { readonly of: 'recv-queue-above'; readonly value: number }
  | { readonly of: 'recv-queue-above-limit' }
  | { readonly of: 'port'; readonly port: number }
  | { readonly of: 'state'; readonly state: string }
  | { readonly of: 'process'; readonly name: string }
  | { readonly of: 'address'; readonly address: string }
  | { readonly of: 'keys'; readonly keys: readonly string[] }
  | { readonly of: 'and'; readonly sets: readonly Coverage[] }

export interface Ok<T> {
  readonly ok: true
  readonly data: T
  /** The way it was read: `inet-diag`, `proc`, `ss`, `netstat -s`, `typed by hand`, `carried` … */
  readonly via: string
  readonly coverage: readonly Coverage[]
  /** Why it is not whole, in words of the input: `grep 30720`, `... at line 214`. Empty when whole. */
  readonly cuts: readonly string[]
  /** What was odd while reading: a row that did not parse, a value beyond 2^53. */
  readonly warnings: readonly Warning[]
}

export interface Gap {
  readonly ok: false
  readonly reason: GapReason
  /** What was wanted and what was met, e.g. `setns: EPERM (needs CAP_SYS_ADMIN)`. English, technical. */
  readonly detail: string
}

/** One piece of a Snapshot: there, or a gap with its reason. One gap never stops the rest. */
export type Part<T> = Ok<T> | Gap

export interface Warning {
  readonly origin: Origin
  readonly message: string
}
