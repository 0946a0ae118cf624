import type { Origin } from './part.ts'
import type { PodRef } from './pod-ref.ts'

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
  /** Counters since boot: two readings make a sample. */
  readonly cpuTotals: readonly CpuTotal[]
  readonly diskTotals: readonly DiskTotal[]
  readonly cgroups: readonly CgroupSample[]
  readonly neighbourTables: readonly NeighbourTable[]
  readonly acceptErrors: readonly AcceptError[]
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

/** `cpu` rows of /proc/stat: time since boot in clock ticks, of which only shares are meant to be made. */
export interface CpuTotal {
  /** `all`, or the CPU's number. */
  readonly cpu: string
  /** Niced processes included; guests are counted in here by the kernel. */
  readonly user: number
  readonly system: number
  readonly idle: number
  readonly iowait: number
  readonly irq: number
  readonly softirq: number
  /** 0 where nothing is known of a hypervisor. */
  readonly steal: number
  /** Of `all` alone, at this moment: tasks that run or wait for a CPU, the reader among them; tasks in uninterruptible sleep for I/O. */
  readonly running: number | null
  readonly blocked: number | null
  readonly origin: Origin
}

/** A line of /proc/diskstats, since boot. Partitions are left out where their disk is there. */
export interface DiskTotal {
  readonly device: string
  readonly reads: number
  readonly writes: number
  /** Waiting in the queue included, summed over requests. */
  readonly readMs: number
  readonly writeMs: number
  /** Requests that the device has at this moment. */
  readonly inFlight: number
  /** Time in which it had at least one. */
  readonly busyMs: number
  readonly origin: Origin
}

/** Limits and counters of one cgroup, of either version. Its pressure stands in `pressure`, by the same path. */
export interface CgroupSample {
  /** Below the mount of the hierarchy: `/kubepods/burstable/pod…/…`. A container's own view is `/`. */
  readonly path: string
  readonly version: 1 | 2
  /** As far as the path tells. */
  readonly pod: PodRef | null
  readonly cpu: CgroupCpu | null
  readonly memory: CgroupMemory | null
  readonly origin: Origin
}

/** cpu.max and cpu.stat (v2), cpu.cfs_quota_us, cpu.cfs_period_us and cpu.stat (v1). Counters since the cgroup was made. */
export interface CgroupCpu {
  /** CPU time that may be used in each period; `unlimited`: no quota; null: not told. */
  readonly quotaUs: number | 'unlimited' | null
  readonly periodUs: number | null
  /** Periods in which somebody wanted to run, and those of them in which the quota ran out. */
  readonly periods: number | null
  readonly throttledPeriods: number | null
  /** Summed over CPUs. */
  readonly throttledUs: number | null
}

/** memory.current, memory.max, memory.events (v2); memory.usage_in_bytes, memory.limit_in_bytes, memory.failcnt (v1). */
export interface CgroupMemory {
  /** Page cache included. */
  readonly usedBytes: number | null
  readonly limitBytes: number | 'unlimited' | null
  /** How often the limit was met, so that something had to be reclaimed. */
  readonly limitHits: number | null
  readonly oomKills: number | null
}

/** /proc/net/stat/arp_cache and ndisc_cache: one table of the kernel for all namespaces. Counters since boot, over all CPUs. */
export interface NeighbourTable {
  readonly table: 'arp_cache' | 'ndisc_cache'
  /** To be held against net.ipv4.neigh.default.gc_thresh3, or net.ipv6's. Permanent entries count too. */
  readonly entries: number
  /** Garbage collections because the table stood at gc_thresh2 or above. */
  readonly forcedCollections: number | null
  /** Entries that were refused, as gc_thresh3 was met. Since kernel 4.9; null before. */
  readonly overflows: number | null
  /** Packets thrown away while their neighbour was being asked for. */
  readonly discards: number | null
  readonly origin: Origin
}

/** A program's own log line on accept() that failed for want of something. */
export interface AcceptError {
  /** As the line tells; null: it does not. */
  readonly program: string | null
  readonly pid: number | null
  readonly port: number | null
  /** `EMFILE`: the process is at its limit of descriptors; `ENFILE`: the machine; `ENOBUFS`, `ENOMEM`: memory. */
  readonly error: 'EMFILE' | 'ENFILE' | 'ENOBUFS' | 'ENOMEM'
  /** The time as printed. */
  readonly when: string | null
  readonly text: string
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
  /** A packet was thrown away for its checksum; `who` sent it to `port` of this machine, or is the card that cannot count. */
  | 'bad-checksum'
  | 'hung-task'
  /** The machine is at fs.file-max. */
  | 'file-table-full'
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
