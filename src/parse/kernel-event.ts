import type { KernelEvent, KernelEventKind } from '../model/machine.ts'

/** What a line of the kernel's log means, as far as it has to do with sockets, memory or disks. */
export type EventMeaning = Pick<KernelEvent, 'kind' | 'port' | 'answer' | 'who' | 'pid'>

interface Wording {
  readonly kind: KernelEventKind
  /** Groups: port, answer, who, pid. */
  readonly pattern: RegExp
}

/** Wordings since 2.6.32. Cheap words first; every repetition is bounded. */
const WORDINGS: readonly Wording[] = [
  // tcp_syn_flood_action(); with the address since 6.2
  {
    kind: 'syn-flooding',
    pattern:
      /possible SYN flooding on port (?:\S{1,60}:)?(?<port>\d{1,5})\.\s{1,2}(?<answer>Sending cookies|Dropping request)/i,
  },
  // with the namespace's inode since 2025, unless it is the first one
  {
    kind: 'conntrack-full',
    pattern: /(?:nf|ip)_conntrack: (?:nf_conntrack: )?table full(?: in netns (?<who>\d{1,12}))?, dropping packet/,
  },
  { kind: 'neighbour-overflow', pattern: /(?:(?<who>arp_cache|ndisc_cache|\w{1,20}): )?neighbou?r table overflow/i },
  { kind: 'tcp-out-of-memory', pattern: /out of memory -- consider tuning tcp_mem/ },
  { kind: 'too-many-orphans', pattern: /too many (?:of )?orphaned sockets/i },
  { kind: 'time-wait-overflow', pattern: /time wait bucket table overflow/i },
  { kind: 'martian', pattern: /martian (?:source|destination) / },
  // __udp4_lib_rcv() at level debug; netdev_rx_csum_fault()
  {
    kind: 'bad-checksum',
    pattern:
      /(?:UDP(?:-Lite)?: bad checksum\. From (?<sender>[\d.]{7,15}):\d{1,5} to [\d.]{7,15}:(?<port>\d{1,5})|(?<card>[\w.@-]{1,32}): hw csum failure)/,
  },
  // check_hung_task(); with `in I/O wait` since 6.17
  {
    kind: 'hung-task',
    pattern: /INFO: task (?<who>.{1,60}):(?<pid>\d{1,10}) blocked(?: in I\/O wait)? for more than \d{1,10} seconds/,
  },
  { kind: 'file-table-full', pattern: /VFS: file-max limit \d{1,20} reached/ },
  { kind: 'nfs-not-responding', pattern: /nfs4?: server (?<who>\S{1,255}) not responding/i },
  { kind: 'nfs-ok', pattern: /nfs4?: server (?<who>\S{1,255}) OK/i },
  {
    kind: 'oom-kill',
    pattern:
      /(?:Out of memory|Memory cgroup out of memory|Out of memory \(oom_kill_allocating_task\)): Kill(?:ed)? process (?<pid>\d{1,10}) \((?<who>[^)]{1,64})\)/,
  },
  {
    kind: 'other',
    pattern:
      /soft lockup|hard LOCKUP|detected stalls? on CPU|self-detected stall|NETDEV WATCHDOG|page allocation (?:failure|stall)|I\/O error|EXT4-fs error|XFS \([^)]{1,40}\): .{0,60}error|drop open request from|unexpectedly shrunk window|[Ll]ink is [Dd]own|segfault at|Kernel panic|bad page state|SLUB: Unable to allocate|callbacks suppressed/,
  },
]

/** null: nothing that matters here. */
export function readKernelEvent(text: string): EventMeaning | null {
  const start = text.slice(0, 600)
  for (const { kind, pattern } of WORDINGS) {
    const found = pattern.exec(start)
    if (!found) continue
    const { port, answer, who, sender, card, pid } = found.groups ?? {}
    return {
      kind,
      port: port === undefined ? null : Number(port),
      answer: answer === undefined ? null : /cookies/i.test(answer) ? 'cookies' : 'dropping',
      who: who ?? sender ?? card ?? null,
      pid: pid === undefined ? null : Number(pid),
    }
  }
  return null
}
