import type { Origin } from './part.ts'

/**
 * What the machine under the sockets is doing: why a program may be too slow to call accept().
 *
 * Everything here stands as tools printed it, one entry a line or a group of lines, with its place. Lists are in the order
 * of the input; a list that nobody captured is empty, which tells nothing. A number that was not told is null.
 */
export interface Machine {
  readonly load: LoadAverage | null
  readonly cpu: readonly CpuSample[]
  readonly memory: Memory | null
  readonly pressure: readonly Pressure[]
  readonly mounts: readonly Mount[]
  readonly nfs: readonly NfsOperation[]
  readonly disks: readonly DiskSample[]
  readonly kernelLog: readonly KernelEvent[]
  readonly limits: readonly Limit[]
  readonly syscalls: readonly SyscallSummary[]
  readonly backlogs: readonly ConfiguredBacklog[]
}

/** `since-boot`: an average over the whole uptime, as the first report of vmstat and iostat is: no sample. `unknown`: may be either. */
export type Span = 'interval' | 'since-boot' | 'unknown'

export interface LoadAverage {
  readonly minute1: number
  readonly minutes5: number
  readonly minutes15: number
  readonly origin: Origin
}

/** Shares of one CPU, or of all of them together, in percent. */
export interface CpuSample {
  readonly span: Span
  /** `all`, or the CPU's number. */
  readonly cpu: string
  /** Niced processes and guests included. */
  readonly user: number | null
  /** Without interrupts where the tool has them apart. */
  readonly system: number | null
  readonly idle: number | null
  readonly iowait: number | null
  readonly steal: number | null
  readonly softirq: number | null
  /** Processes that run or wait for a CPU. */
  readonly runQueue: number | null
  /** Processes in uninterruptible sleep. */
  readonly blocked: number | null
  readonly origin: Origin
}

/** In bytes. Tools that round (`free -h`) are taken at their word. */
export interface Memory {
  readonly totalBytes: number | null
  readonly usedBytes: number | null
  readonly freeBytes: number | null
  /** Estimated by kernels since 3.14. */
  readonly availableBytes: number | null
  readonly swapTotalBytes: number | null
  readonly swapUsedBytes: number | null
  readonly origin: Origin
}

/** Pressure stall information, since kernel 4.20. */
export interface Pressure {
  readonly resource: 'cpu' | 'io' | 'memory' | 'irq' | 'unknown'
  /** `some`: at least one task waited; `full`: all of them at once. */
  readonly kind: 'some' | 'full'
  /** Path of the cgroup; null: the whole machine. */
  readonly cgroup: string | null
  /** Percent of the last 10, 60 and 300 seconds. */
  readonly avg10: number
  readonly avg60: number
  readonly avg300: number
  readonly totalUs: number | null
  readonly origin: Origin
}

export interface Mount {
  readonly device: string
  readonly path: string
  readonly type: string
  readonly options: readonly string[]
  readonly origin: Origin
}

/** One operation of the NFS client, or `all` of them. */
export interface NfsOperation {
  readonly span: Span
  /** Where it is mounted; null: all mounts of the machine. */
  readonly mount: string | null
  /** `server:/export` where told. */
  readonly server: string | null
  /** In capitals: READ, WRITE, GETATTR; `all`: every RPC call. */
  readonly operation: string
  readonly count: number | null
  readonly perSecond: number | null
  readonly retransmissions: number | null
  /** Requests that ran into a major timeout. */
  readonly timeouts: number | null
  readonly errors: number | null
  /** Averages of one request: waiting to be sent, from sending to the answer, both together. */
  readonly queueMs: number | null
  readonly rttMs: number | null
  readonly executeMs: number | null
  readonly origin: Origin
}

export interface DiskSample {
  readonly span: Span
  readonly device: string
  readonly readsPerSecond: number | null
  readonly writesPerSecond: number | null
  readonly readAwaitMs: number | null
  readonly writeAwaitMs: number | null
  /** Of reads and writes together. */
  readonly awaitMs: number | null
  readonly queueLength: number | null
  /** Percent of the time in which it was busy. */
  readonly utilisation: number | null
  readonly origin: Origin
}

export type KernelEventKind =
  | 'syn-flooding'
  | 'conntrack-full'
  | 'neighbour-overflow'
  | 'tcp-out-of-memory'
  | 'too-many-orphans'
  | 'time-wait-overflow'
  | 'martian'
  | 'hung-task'
  | 'nfs-not-responding'
  | 'nfs-ok'
  | 'oom-kill'
  /** Another fault of the network, the memory or a disk; its text says which. */
  | 'other'

export interface KernelEvent {
  readonly kind: KernelEventKind
  /** The time as printed: often without a year or a zone. */
  readonly when: string | null
  readonly sinceBootSeconds: number | null
  /** `syn-flooding`: the listener's port, and what the kernel then did with SYNs. */
  readonly port: number | null
  readonly answer: 'cookies' | 'dropping' | null
  /** The process that hangs or was killed, the NFS server, the neighbour table. */
  readonly who: string | null
  readonly pid: number | null
  readonly text: string
  readonly origin: Origin
}

/** A limit of a process, or of the shell that printed it. */
export interface Limit {
  /** As in setrlimit(2), without RLIMIT_: `nofile`, `nproc`, `memlock`. */
  readonly name: string
  readonly soft: number | 'unlimited' | null
  readonly hard: number | 'unlimited' | null
  /** null: not told whose; of `ulimit`, the shell's. */
  readonly pid: number | null
  readonly origin: Origin
}

/** How often and how long one system call was called while strace looked. */
export interface SyscallSummary {
  readonly syscall: string
  readonly calls: number
  readonly errors: number
  readonly seconds: number | null
  /** Only where single calls were printed with their time. */
  readonly longestSeconds: number | null
  /** Calls that had not returned when the text ends. */
  readonly unfinished: number
  /** By name, where single calls were printed: EAGAIN, EMFILE. */
  readonly errorNames: Readonly<Record<string, number>>
  readonly pid: number | null
  readonly origin: Origin
}

/** A backlog that somebody typed into a configuration: what the program will ask for, not what a listener has. */
export interface ConfiguredBacklog {
  readonly program: 'nginx' | 'haproxy' | 'redis' | 'apache'
  /** The setting's name: `listen backlog`, `maxconn`, `tcp-backlog`, `ListenBacklog`. */
  readonly setting: string
  readonly address: string | null
  readonly port: number | null
  readonly value: number
  readonly origin: Origin
}
