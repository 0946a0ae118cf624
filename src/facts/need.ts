import type { Netns, Precedence, Snapshot } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import type { KnownCluster } from './known-cluster.ts'

/**
 * What a rule looks at: one namespace at one reading, and the same namespace at the reading before, when there is one
 * that is known to be earlier.
 */
export interface View {
  readonly snapshot: Snapshot
  readonly netns: Netns
  /** Same node, same namespace, same boot, known to be earlier; null: no deltas. */
  readonly before: View | null
  /** How the order to `before` is known; null with it. */
  readonly order: Precedence | null
  /** The cluster that this machine is a node of, as far as the input shows it; null: it does not. */
  readonly cluster: KnownCluster | null
  /** The latest reading of every other machine of the input that has a name. */
  readonly peers: readonly Snapshot[]
  /** What needs have already worked out for this view. */
  readonly memo: Map<string, Got<unknown>>
}

/**
 * What a need got. `incomplete` null: all of it was seen, so a rule that finds nothing may say *clear*.
 * Otherwise it tells what was missing, and the rule's silence becomes *skipped*.
 */
export type Got<T> =
  | { readonly ok: true; readonly value: T; readonly incomplete: Text | null }
  | { readonly ok: false; readonly why: Text }

/** A typed handle to a fact. Pure; worked out once per view. */
export interface Need<T> {
  readonly id: string
  /** null-tolerant: see maybe(). */
  readonly optional: boolean
  get(view: View): Got<T>
}

/** Define a fact: `build` runs once per view. */
export function need<T>(id: string, build: (view: View) => Got<T>): Need<T> {
  return {
    id,
    optional: false,
    get(view) {
      const known = view.memo.get(id)
      if (known) return known as Got<T>
      const got = build(view)
      view.memo.set(id, got)
      return got
    },
  }
}

/** The same fact, null where it is not there; it never keeps a rule from judging. */
export function maybe<T>(inner: Need<T>): Need<T | null> {
  return {
    id: `${inner.id}?`,
    optional: true,
    get(view) {
      const got = inner.get(view)
      return got.ok ? { ...got, incomplete: null } : { ok: true, value: null, incomplete: null }
    },
  }
}

export const got = <T>(value: T, incomplete: Text | null = null): Got<T> => ({ ok: true, value, incomplete })
export const missing = (why: Text): { readonly ok: false; readonly why: Text } => ({ ok: false, why })
