import type { Content, Question } from '../model/block.ts'
import type { Coverage, Gap, Warning } from '../model/part.ts'
import type { Hint, PodRef } from '../model/snapshot.ts'
import type { Proc } from './proc.ts'

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

/** Where a parsed content stands in its file, so that a row's line can be given its command. */
export interface Place {
  readonly file: string
  readonly lines: readonly [number, number]
  readonly command: string | null
}

export type Answer =
  | {
      readonly ok: true
      readonly via: string
      readonly content: Content
      /** null: no text (live). */
      readonly place: Place | null
      readonly coverage: readonly Coverage[]
      readonly cuts: readonly string[]
      readonly warnings: readonly Warning[]
    }
  /** Text of a kernel file, for the parser named `format`; `file` is its path. */
  | { readonly ok: true; readonly via: string; readonly format: string; readonly file: string; readonly text: string }
  | KernelDump
  /** `processes` of a live machine: what is to be read there depends on what was found before. */
  | { readonly ok: true; readonly via: string; readonly proc: Proc }
  | Gap

/**
 * Sockets of one namespace that the kernel hands over datagram by datagram, each time it is asked.
 * Errors of `run`: HostError; then `otherwise` tells what else can be had.
 */
export interface KernelDump {
  readonly ok: true
  readonly via: string
  run(request: Uint8Array, buffer: Uint8Array, onDatagram: (length: number) => boolean): void
  otherwise(): readonly Answer[]
}
