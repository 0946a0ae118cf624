import type { Content, Question } from '../model/block.ts'
import type { Coverage, Gap, Warning } from '../model/part.ts'
import type { Hint, NodeFacts, PodRef, Sourced } from '../model/snapshot.ts'

/**
 * Something that can be asked about a node at one instant: this machine, or what somebody captured of another.
 *
 * A Host is asked a *question*, never for a command: each answers from what it has. A live Host hands over kernel text or a
 * socket dump for collect to parse; a transcript was parsed while it was split, so it answers with contents. No answer at all
 * means absent: nobody captured it.
 */
export interface Host {
  /** `live`, a file's name, or a file's name with `#2`. */
  readonly source: string
  readonly way: 'live' | 'transcript'
  readonly node: string | null
  /** RFC 3339 UTC. */
  readonly takenAt: string | null
  readonly lines: readonly [number, number] | null
  readonly hints: readonly Hint[]
  /** The network namespaces it knows of; the host's first. Never empty. */
  readonly netns: readonly NetnsRef[]
  /** `netns` null: a question about the machine (`node`, `processes`). Never throws. */
  ask(question: Question, netns: NetnsRef | null): readonly Answer[]
}

export interface NetnsRef {
  readonly key: string
  readonly kind: 'host' | 'pod' | 'named' | 'other' | 'unplaced'
  readonly inode: number | null
  readonly pod: PodRef | null
  /** Live only: a path that opens it (`/proc/PID/ns/net`, `/run/netns/x`), and a process inside, if any. */
  readonly path: string | null
  readonly pid: number | null
}

export type Answer =
  | {
      readonly ok: true
      readonly via: string
      readonly content: Content
      readonly coverage: readonly Coverage[]
      readonly cuts: readonly string[]
      readonly warnings: readonly Warning[]
    }
  /** Text of a kernel file, for the parser named `format`; `file` is its path. */
  | { readonly ok: true; readonly via: string; readonly format: string; readonly file: string; readonly text: string }
  | Gap

export type { Gap, NodeFacts, Sourced }
