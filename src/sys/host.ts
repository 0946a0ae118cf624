import type { Content, Question } from '../model/block.ts'
import type { Coverage, Gap, Warning } from '../model/part.ts'
import type { PodRef } from '../model/pod-ref.ts'
import type { Hint } from '../model/snapshot.ts'
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
  | KernelTalk
  | ForwardingDoor
  /** `processes` of a live machine: what is to be read there depends on what was found before. */
  | { readonly ok: true; readonly via: string; readonly proc: Proc; readonly podOf: (cgroup: string) => PodRef | null }
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

/** Dumps of one netlink protocol in one namespace, asked one after the other over the same socket. */
export interface KernelTalk {
  readonly ok: true
  readonly via: 'rtnetlink' | 'ctnetlink' | 'sock_diag' | 'nf_tables'
  /**
   * The socket is open while `act` runs. A dump that is left before its end must be the last one.
   * Errors of it and of `run`: HostError
   */
  talk(act: (run: KernelDump['run']) => void): void
}

/** How one namespace's forwarding rules can be come by: what tells that there are any, and who prints them. */
export interface ForwardingDoor {
  readonly ok: true
  readonly via: 'forwarding'
  /** A file of /proc/net; null: this kernel or namespace has none of that name. Errors: HostError */
  file(name: string): string | null
  /** Tables of nf_tables; null: there is no nf_tables in this kernel; a gap: nobody may ask. */
  readonly nftables: KernelTalk | Gap | null
  /** Run inside, by the first of these programs that is there. Errors: HostError `unsupported` where none is */
  run(programs: readonly WantedProgram[], withinMs: number): CommandOutput
  /** Names of what BPF programs have pinned, where this is the host's namespace. */
  readonly pinned: readonly string[]
}

export interface WantedProgram {
  readonly name: string
  readonly args: readonly string[]
  /** iptables has two back ends under one name: which one is wanted. */
  readonly backend?: 'legacy' | 'nf_tables'
}

export interface CommandOutput {
  /** `iptables-legacy-save v1.8.9 (legacy)`. */
  readonly via: string
  readonly name: string
  readonly bytes: Uint8Array
  readonly cuts: readonly string[]
}
