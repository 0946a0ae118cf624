import type { Capture } from './capture.ts'
import type { Flows } from './flow.ts'
import type { Machine } from './machine.ts'
import type { Nat } from './nat.ts'
import type { Network } from './network.ts'
import type { Origin, Part } from './part.ts'
import type { PodRef } from './pod-ref.ts'
import type { ConnectionGroup, Listener, StateCensus } from './socket.ts'

/** A value with its place in the input. */
export interface Sourced<T> {
  readonly value: T
  readonly origin: Origin
}

/** What kind of machine this is. Each fact null where nobody captured it. */
export interface NodeFacts {
  readonly name: string | null
  readonly kernel: Sourced<string> | null
  readonly os: Sourced<string> | null
  readonly bootId: string | null
  readonly cores: number | null
  readonly uptimeSeconds: number | null
}

export interface Process {
  readonly pid: number
  readonly comm: string
  /** R, S, D, T, Z … as in /proc/PID/stat. */
  readonly state: string | null
  /** The kernel function it sleeps in. */
  readonly wchan: string | null
  readonly startedAt: string | null
  readonly fds: { readonly open: number; readonly limit: number | null } | null
  /** Inode of its network namespace. */
  readonly netns: number | null
  readonly pod: PodRef | null
  /** null: nobody looked at its threads. */
  readonly threads: ProcessThreads | null
  readonly cpuTime: ProcessCpuTime | null
  /** Path of its cgroup as `CgroupSample.path` has it: of cgroup v2, else of v1's cpu controller. */
  readonly cgroup: string | null
  /** Who traces it (strace, a debugger), asked where it is stopped; 0: nobody. */
  readonly tracer: number | null
}

/** The threads of one process, its first one among them. */
export interface ProcessThreads {
  /** How many there are; of these `looked` were looked at. */
  readonly total: number
  readonly looked: number
  /** How many are in each state, by its letter. */
  readonly states: Readonly<Record<string, number>>
  /** Those in uninterruptible sleep (D), by the kernel function they wait in; wchan null: not told. */
  readonly blocked: readonly { readonly wchan: string | null; readonly count: number }[]
}

/** /proc/PID/task/TID/schedstat, summed over the threads that live now, since each was started. A thread that ends takes its part away. */
export interface ProcessCpuTime {
  readonly ranUs: number
  /** Ready to run, and waiting for a CPU. Time in which its cgroup is throttled counts here. */
  readonly waitedUs: number
}

/** A container as docker or crictl lists it. */
export interface Container {
  /** As printed: 12 or 13 characters in tables, 64 elsewhere. */
  readonly id: string
  readonly name: string | null
  readonly image: string | null
  /** running, exited, created … in lower case. */
  readonly state: string | null
  /** On the host; null where only a table was printed, or where it does not run. */
  readonly pid: number | null
  /** null: the text does not name one. */
  readonly pod: PodRef | null
  readonly restarts: number | null
  readonly origin: Origin
}

/**
 * Counters by nstat's names (`TcpExtListenOverflows`, `TcpRetransSegs`), whole numbers since boot of this namespace.
 * Whether an absent name means 0 is told by `absentIsZero`: `netstat -s` leaves zeros out, a grep leaves out anything.
 */
export interface Counters {
  readonly values: Readonly<Record<string, number>>
  readonly origins: Readonly<Record<string, Origin>>
  readonly absentIsZero: boolean
  /** `total`: since boot. `delta`: already a difference, as plain `nstat` prints; over how long is not known. */
  readonly kind: 'total' | 'delta'
}

/** Dotted keys (`net.core.somaxconn`) and their values as the kernel prints them. */
export interface Sysctls {
  readonly values: Readonly<Record<string, string>>
  readonly origins: Readonly<Record<string, Origin>>
}

/** /proc/net/sockstat of one namespace (mem: of the machine). */
export interface Sockstat {
  readonly tcpInUse: number | null
  readonly orphans: number | null
  readonly timeWait: number | null
  readonly allocated: number | null
  readonly memPages: number | null
}

/** What people said near a reading. Names, dates or places a reading; proves nothing (confidence at most `possible`). */
export interface Hint {
  readonly kind: 'program' | 'sysctl' | 'counter' | 'namespace' | 'later' | 'date' | 'topic'
  readonly value: string
  readonly origin: Origin
}

/** Everything read inside one network namespace. */
export interface Netns {
  /** Stable within a node across readings: `host`, `pod 0b1c…`, `named cni-…`, `net:4026532008`, `unplaced`. */
  readonly key: string
  readonly kind: 'host' | 'pod' | 'named' | 'other' | 'unplaced'
  /** Kernel inode; null from text. Two readings can be compared only if it did not change. */
  readonly inode: number | null
  readonly pod: PodRef | null
  readonly listeners: Part<readonly Listener[]>
  readonly connections: Part<readonly ConnectionGroup[]>
  /** State counts as printed by a tool or counted from a whole dump. */
  readonly census: Part<StateCensus>
  readonly counters: Part<Counters>
  readonly sockstat: Part<Sockstat>
  readonly sysctls: Part<Sysctls>
  /** Interfaces, routes, sockets that are not TCP, probes. */
  readonly network: Part<Network>
  /** Rules that forward connections. Its coverage names tables: `iptables 4 nat`, `nftables`, `ipvs`. */
  readonly nat: Part<Nat>
  /** Connection tracking; of a large table only so many entries are kept. */
  readonly flows: Part<Flows>
}

/** One node at one instant. */
export interface Snapshot {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Snapshot'
  /** What it was read from: `live`, a file's name, a file's name with `#2` for its second reading. */
  readonly source: string
  readonly way: 'live' | 'transcript' | 'file'
  /** RFC 3339 UTC; null where the text does not say. */
  readonly takenAt: string | null
  /** First and last line of this reading in its file; null when live. */
  readonly lines: readonly [number, number] | null
  readonly node: NodeFacts
  readonly processes: Part<readonly Process[]>
  readonly containers: Part<readonly Container[]>
  /** Captures that were printed as text, in the order of the input. */
  readonly captures: Part<readonly Capture[]>
  /** Its coverage names the topics (`cpu`, `mounts` …) that were seen whole. */
  readonly machine: Part<Machine>
  readonly netns: readonly Netns[]
  readonly hints: readonly Hint[]
}

/** `before` happened earlier than `after` (indices into the Series' snapshots). */
export interface Precedence {
  readonly before: number
  readonly after: number
  /** `clock`: both are dated or come from one live run. `inferred`: from facts that move one way. `hint`: people said so. */
  readonly by: 'clock' | 'inferred' | 'hint'
  /** What it was inferred from, e.g. a counter that can only grow. Technical English with names and values. */
  readonly because: string
}

/** The readings of one node, in the order of the input, with what is known of their order in time. */
export interface Series {
  readonly node: string | null
  readonly snapshots: readonly Snapshot[]
  /** Filled from dates and by live runs; facts/order adds what can be inferred. */
  readonly order: readonly Precedence[]
}

/** What `recvq collect` writes: the readings of one node, with the format's name and version. */
export interface SnapshotFile extends Series {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Series'
}
