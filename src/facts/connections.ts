import type { ConnectionGroup, TcpState } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { coversState, cutsOf } from './coverage.ts'
import { got, missing, type Need, need } from './need.ts'

/** The connections in one state, and how many a census counts where a tool printed one. */
export interface InState {
  readonly groups: readonly ConnectionGroup[]
  /** Sum over the groups. */
  readonly seen: number
  /** How many the node has by the census of this namespace; null: none was taken. May be another second's. */
  readonly counted: number | null
}

/**
 * Connections in one state.
 * Gaps: incomplete unless all rows of that state were seen; a census that counts none of them is as good as all rows.
 */
export function connectionsIn(state: TcpState): Need<InState> {
  return need(`connections ${state}`, (view) => {
    const { connections, census } = view.netns
    // Behind `grep PORT` or a cut, a state that is not there may have been taken away.
    const countedAll = census.ok && coversState(census.coverage, state)
    const counted = census.ok ? (census.data.counts[state] ?? (countedAll ? 0 : null)) : null
    if (!connections.ok) {
      if (counted === 0) return got({ groups: [], seen: 0, counted })
      return counted === null
        ? missing(notRead(state, connections.detail))
        : got({ groups: [], seen: 0, counted }, onlyCounted(state, counted))
    }
    const groups = connections.data.filter((group) => group.state === state)
    const seen = countOf(groups)
    const whole = coversState(connections.coverage, state) || (countedAll && counted !== null && seen >= counted)
    return got({ groups, seen, counted }, whole ? null : notAllSeen(state, cutsOf(connections)))
  })
}

export const countOf = (groups: readonly ConnectionGroup[]): number => groups.reduce((sum, one) => sum + one.count, 0)

/** Groups by a name, in the order of their first rows. */
export function byName<T>(rows: readonly T[], nameOf: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const map = new Map<string, T[]>()
  for (const row of rows) {
    const list = map.get(nameOf(row))
    if (list) list.push(row)
    else map.set(nameOf(row), [row])
  }
  return map
}

/** The program that holds a group; null where none is named. Several names (a socket shared after fork) are joined. */
export function programOf(group: ConnectionGroup): string | null {
  const names = new Set((group.processes ?? []).map((process) => process.comm))
  return names.size === 0 ? null : [...names].sort().join(', ')
}

/** The port that names the service: the local one of a server, the peer's of a client. */
export const servicePort = (group: ConnectionGroup): number | null => group.local.port ?? group.peer.port

const notRead = (state: string, detail: string): Text => ({
  en: `connections in ${state} were not read: ${detail}`,
  zh: `没有读到 ${state} 状态的连接：${detail}`,
})
const onlyCounted = (state: string, counted: number): Text => ({
  en: `${counted} connections in ${state} were counted, but not listed: ss -tanp shows who holds them`,
  zh: `只统计到 ${counted} 条 ${state} 连接，没有逐条列出：用 ss -tanp 可以看到归属进程`,
})
const notAllSeen = (state: string, cuts: string | null): Text => ({
  en: `not all connections in ${state} were seen${cuts === null ? '' : ` (${cuts})`}`,
  zh: `没有看到全部 ${state} 连接${cuts === null ? '' : `（${cuts}）`}`,
})
