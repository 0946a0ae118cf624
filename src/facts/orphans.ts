import type { KernelEvent } from '../model/machine.ts'
import type { ConnectionGroup, TcpState } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { byName, countOf } from './connections.ts'
import type { Counter } from './counters.ts'
import { logged } from './kernel-log.ts'
import { gainedEverywhere, machineSockstat, machineSysctl, totalEverywhere } from './machine-sockets.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import type { Sysctl } from './sysctls.ts'

/** Closed connections that no program holds any more and that the kernel still has to bring to their end. */
export interface Orphans {
  readonly count: Counter | null
  /** tcp_max_orphans, one limit for the machine. */
  readonly max: Sysctl | null
  /** TCPAbortOnMemory since boot, and between the readings: reset because of too many orphans, or for want of memory. */
  readonly aborted: Counter | null
  readonly abortedNow: Counter | null
  readonly log: readonly KernelEvent[]
  readonly logSecondsAgo: number | null
  /** As far as they were listed, by state, the most first. */
  readonly states: readonly OrphanState[]
}

export interface OrphanState {
  readonly state: TcpState
  readonly count: number
  readonly groups: readonly ConnectionGroup[]
}

const ORPHAN_STATES: readonly TcpState[] = ['FIN_WAIT1', 'FIN_WAIT2', 'LAST_ACK', 'CLOSING']
const ABORTED = 'TcpExtTCPAbortOnMemory'

/** Gaps: missing where neither count and limit nor log was captured; incomplete without count and limit */
export const orphans: Need<Orphans> = need('orphans', (view) => {
  const count = machineSockstat(view, 'orphans')
  const max = machineSysctl(view, 'net.ipv4.tcp_max_orphans')
  const events = logged('too-many-orphans').get(view)
  const log = events.ok ? events.value.events : []
  const isTold = count !== null && max !== null && max.number !== null
  if (!isTold && log.length === 0) return missing(NO_ORPHANS)
  const value: Orphans = {
    count,
    max,
    aborted: totalEverywhere(view, ABORTED),
    abortedNow: gainedEverywhere(view, ABORTED),
    log,
    logSecondsAgo: events.ok ? events.value.secondsAgo : null,
    states: statesIn(view),
  }
  return got(value, isTold ? null : NO_ORPHANS)
})

function statesIn({ snapshot }: View): readonly OrphanState[] {
  const groups = snapshot.netns
    .flatMap(({ connections }) => (connections.ok ? connections.data : []))
    .filter(({ state, holding }) => ORPHAN_STATES.includes(state) && (holding === 'kernel' || holding === 'unowned'))
  return [...byName(groups, (one) => one.state).values()]
    .flatMap((rows): readonly OrphanState[] => {
      const [first] = rows
      return first ? [{ state: first.state, count: countOf(rows), groups: rows }] : []
    })
    .toSorted((a, b) => b.count - a.count)
}

const NO_ORPHANS: Text = {
  en: 'orphaned sockets and their limit were not captured (cat /proc/net/sockstat; sysctl net.ipv4.tcp_max_orphans)',
  zh: '没有采集到孤儿套接字数及其上限（cat /proc/net/sockstat；sysctl net.ipv4.tcp_max_orphans）',
}
