import type { KernelEvent } from '../model/machine.ts'
import { type Counter, type Deltas, deltas, totals } from './counters.ts'
import { type HalfOpen, halfOpen } from './half-open.ts'
import { logged } from './kernel-log.ts'
import { isKernelAtLeast } from './kernel-release.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { readHere, type Sysctl } from './sysctls.ts'

export const SYNCOOKIES = 'net.ipv4.tcp_syncookies'
export const MAX_SYN_BACKLOG = 'net.ipv4.tcp_max_syn_backlog'
export const [FULL_DROP, FULL_COOKIES] = ['TcpExtTCPReqQFullDrop', 'TcpExtTCPReqQFullDoCookies'] as const

/** What tells of the SYN queues of a namespace: its counters, its settings, what stands in them, and the kernel's log. */
export interface SynQueues {
  readonly total: SynQueueCounts
  /** Between the readings; null: one reading. */
  readonly grown: (SynQueueCounts & Pick<Deltas, 'seconds' | 'sameBoot'>) | null
  readonly cookies: Sysctl | null
  readonly maxSynBacklog: Sysctl | null
  /** null: connections were not read. */
  readonly halfOpen: readonly HalfOpen[] | null
  /**
   * "Possible SYN flooding", once per listener. It does not name the namespace: those whose port listens here, and of which the
   * counters of this namespace do not say that it never came to it.
   */
  readonly log: readonly KernelEvent[]
}

/** null: not captured. */
export interface SynQueueCounts {
  /** SYNs dropped because the queue was full and SYN cookies were off. */
  readonly dropped: Counter | null
  /** SYNs that were answered with a cookie because the queue was full, or always with tcp_syncookies = 2. */
  readonly answered: Counter | null
  readonly passive: Counter | null
  /** Drops at listeners that neither the accept queue nor a full SYN queue nor tcp_tw_recycle accounts for. */
  readonly otherDrops: Counter | null
}

/**
 * Gaps: missing where neither the counters nor the connections nor a line of the log tell of a SYN queue; incomplete where the
 *       counters do not: then nothing tells of what is over.
 */
export const synQueues: Need<SynQueues> = need('syn-queues', (view) => {
  const counters = totals([], NAMES).get(view)
  const total = countsOf((name) => (counters.ok ? counters.value[name] : null))
  const moved = deltas.get(view)
  const grown = moved.ok
    ? { ...countsOf(moved.value.of), seconds: moved.value.seconds, sameBoot: moved.value.sameBoot }
    : null
  const open = halfOpen.get(view)
  const log = logOf(view).filter(({ answer }) => (answer === 'dropping' ? total.dropped : total.answered)?.value !== 0)
  const told = total.dropped !== null && total.answered !== null
  if (!told && !open.ok && log.length === 0) return missing(NOTHING)
  return got(
    {
      total,
      grown,
      cookies: readHere(view, SYNCOOKIES),
      maxSynBacklog: readHere(view, MAX_SYN_BACKLOG),
      halfOpen: open.ok ? open.value : null,
      log,
    },
    told ? (counters.ok ? counters.incomplete : null) : NOTHING,
  )
})

const NAMES = [
  FULL_DROP,
  FULL_COOKIES,
  'TcpPassiveOpens',
  'TcpExtListenDrops',
  'TcpExtListenOverflows',
  'TcpExtPAWSPassive',
] as const

function countsOf(read: (name: (typeof NAMES)[number]) => Counter | null): SynQueueCounts {
  const [drops, overflows] = [read('TcpExtListenDrops'), read('TcpExtListenOverflows')]
  const dropped = read(FULL_DROP)
  const rest =
    drops && overflows && dropped
      ? drops.value - overflows.value - dropped.value - (read('TcpExtPAWSPassive')?.value ?? 0)
      : null
  return {
    dropped,
    answered: read(FULL_COOKIES),
    passive: read('TcpPassiveOpens'),
    otherDrops: drops && rest !== null ? { value: Math.max(0, rest), origin: drops.origin } : null,
  }
}

/** The log is the machine's: a line belongs where its port listens. Where nobody read the listeners, to the first namespace. */
function logOf(view: View): readonly KernelEvent[] {
  const log = logged('syn-flooding').get(view)
  if (!log.ok) return []
  const { listeners } = view.netns
  if (!listeners.ok) return view.netns === view.snapshot.netns[0] ? log.value.events : []
  const ports = new Set(listeners.data.map((one) => one.local.port))
  return log.value.events.filter(({ port }) => port !== null && ports.has(port))
}

/**
 * How many half-open requests of addresses that were not seen before a listener takes while SYN cookies are off: one more than
 * three quarters of tcp_max_syn_backlog. What comes beyond counts as ListenDrops and nowhere else.
 * Source: net/ipv4/tcp_input.c tcp_conn_request(); measured on 6.18: 8 gives 7, 16 gives 13
 */
export const lastQuarter = (maxSynBacklog: number): number => maxSynBacklog - (maxSynBacklog >> 2) + 1

/** The ports whose SYN queue holds as many as its listener takes; since 4.4, that is the limit of the accept queue. */
export const atTheirLimit = ({ halfOpen: open }: SynQueues): readonly HalfOpen[] =>
  (open ?? []).filter(({ limit, count }) => limit !== null && limit > 0 && count >= limit)

/** Drops for want of the last quarter, by what stands in the queue and by the drops that nothing else accounts for. */
export function lackingLastQuarter(queues: SynQueues, view: View): HalfOpen | null {
  const { cookies, maxSynBacklog, halfOpen: open, total, grown } = queues
  const most = maxSynBacklog?.number ?? null
  if (cookies?.number !== 0 || most === null || isKernelAtLeast(view, 4, 4) === false) return null
  const drops = grown ? grown.otherDrops : total.otherDrops
  if (drops === null || drops.value === 0) return null
  return (open ?? []).find(({ count }) => count >= lastQuarter(most)) ?? null
}

const NOTHING = {
  en: `the counters of the SYN queue were not captured (nstat -az ${FULL_DROP} ${FULL_COOKIES})`,
  zh: `没有采集到 SYN 队列的计数器（nstat -az ${FULL_DROP} ${FULL_COOKIES}）`,
}
