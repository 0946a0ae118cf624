import type { Capture } from './capture.ts'
import type { Cluster } from './cluster.ts'
import type { Flows } from './flow.ts'
import type { Machine } from './machine.ts'
import type { NatListing } from './nat.ts'
import type { Network } from './network.ts'
import type { Coverage, Gap, Origin, Warning } from './part.ts'
import type { PodRef } from './pod-ref.ts'
import type { Container, Counters, Hint, NodeFacts, Process, Sockstat, Sysctls } from './snapshot.ts'
import type { Listener, StateCensus } from './socket.ts'
import type { SocketTable } from './socket-table.ts'

/** What a piece of text or a kernel answer turned out to hold, by the question it answers. */
export type Content =
  | { readonly question: 'sockets'; readonly table: SocketTable }
  /** A table that a person wrote, with known heads: listeners without owners or inodes. */
  | { readonly question: 'listeners'; readonly listeners: readonly Listener[] }
  | { readonly question: 'census'; readonly census: StateCensus }
  /** A bare number, as `… | wc -l` prints: how many rows the filtered listing had. */
  | { readonly question: 'count'; readonly count: number; readonly origin: Origin }
  | { readonly question: 'counters'; readonly counters: Counters }
  | { readonly question: 'sockstat'; readonly sockstat: Sockstat }
  | { readonly question: 'sysctls'; readonly sysctls: Sysctls }
  | { readonly question: 'node'; readonly facts: Partial<NodeFacts> }
  | { readonly question: 'processes'; readonly processes: readonly Process[] }
  | { readonly question: 'network'; readonly network: Network }
  | { readonly question: 'capture'; readonly capture: Capture }
  | { readonly question: 'containers'; readonly containers: readonly Container[] }
  | { readonly question: 'nat'; readonly nat: NatListing }
  | { readonly question: 'flows'; readonly flows: Flows }
  /** Speaks of a cluster, not of the machine it was asked on. */
  | { readonly question: 'cluster'; readonly cluster: Cluster }
  | { readonly question: 'machine'; readonly machine: Partial<Machine> }
  /** The command had no answer, and said why: it is not there, or may not look. */
  | { readonly question: 'refused'; readonly of: Question; readonly gap: Gap }

export type Question =
  | 'sockets'
  | 'listeners'
  | 'census'
  | 'count'
  | 'counters'
  | 'sockstat'
  | 'sysctls'
  | 'node'
  | 'processes'
  | 'network'
  | 'capture'
  | 'containers'
  | 'nat'
  | 'flows'
  | 'cluster'
  | 'machine'
  | 'refused'

/**
 * One command's output inside a transcript, split off, placed and parsed.
 */
export interface Block {
  readonly file: string
  /** First and last line, the prompt line included. */
  readonly lines: readonly [number, number]
  /** The command as typed, without the prompt; null where none stands there. */
  readonly command: string | null
  /** The parser's name (`ss`, `netstat-s`, `hand-table` …); null: nobody understood it. */
  readonly format: string | null
  /** Name of the node it ran on; null where the text never says. */
  readonly node: string | null
  /** Namespace key as in Netns.key: `host`, `pod …`, `unplaced`. */
  readonly netns: string
  /** Which reading of that node, counted from 0 in the file's order. */
  readonly reading: number
  /** null where nothing was understood. One output can answer several questions (`netstat -s` after a `;`). */
  readonly content: readonly Content[]
  readonly coverage: readonly Coverage[]
  /** Why it is not whole, in words of the input. */
  readonly cuts: readonly string[]
  readonly byHand: boolean
  readonly warnings: readonly Warning[]
}

/** A namespace that a text speaks of. */
export interface NamedNetns {
  readonly key: string
  readonly kind: 'host' | 'pod' | 'named' | 'other' | 'unplaced'
  readonly pod: PodRef | null
}

/** One node at one time, as a text shows it: what a transcript's Host answers from. */
export interface Reading {
  /** null where the text never names the machine. */
  readonly node: string | null
  /** The file's name; from the file's second reading on with its number, `x.md#2`. */
  readonly source: string
  readonly lines: readonly [number, number]
  /** RFC 3339 UTC; null where no clock was printed. */
  readonly takenAt: string | null
  readonly hints: readonly Hint[]
  /** The host's first. */
  readonly netns: readonly NamedNetns[]
  readonly blocks: readonly Block[]
  /** Settings and node facts of the same node's other readings, where this one has none of its own. */
  readonly carried: readonly Block[]
}
