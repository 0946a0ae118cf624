import { byName, countOf, servicePort } from '../facts/connections.ts'
import type { View } from '../facts/need.ts'
import type { OwnedCloseWait } from '../facts/owned-close-wait.ts'
import type { Evidence } from '../model/finding.ts'
import type { Process } from '../model/snapshot.ts'
import type { ConnectionGroup } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { formatMs } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { peerList } from './peer-words.ts'

/** A handler that still works on its answer holds a closed connection for seconds, hardly for a minute. */
export const STANDING_SECONDS = 60

const WORDS = {
  clientGroup: { en: 'to port {port}: {peers}', zh: '到端口 {port}：{peers}' },
  serverGroup: { en: 'at its port {port}, from {peers}', zh: '在其端口 {port}，来自 {peers}' },
  portGroup: { en: 'with {peers}', zh: '对端 {peers}' },
  endRead: { en: 'Recv-Q 0: the end was read, the connection not closed', zh: 'Recv-Q 为 0：已读到结束，但没有关闭' },
  notRead: {
    en: 'Recv-Q 1 or more: unread, the FIN counting 1 (data besides: {bytes} bytes)',
    zh: 'Recv-Q 不小于 1：尚未读取，其中 FIN 占 1（此外数据 {bytes} 字节）',
  },
  census: {
    en: 'CLOSE_WAIT in the whole namespace, by the census',
    zh: '整个网络命名空间的 CLOSE_WAIT 数（状态统计）',
  },
  before: { en: 'at the reading before', zh: '前一次读数时的数量' },
  standing: { en: 'the same sockets as at the reading before', zh: '与前一次读数相同的套接字数' },
  fds: { en: 'open file descriptors of pid {pid}', zh: '进程 {pid} 打开的文件描述符' },
  forecast: { en: 'until the file descriptors run out, at this rate', zh: '按此速度，距文件描述符耗尽还有' },
} satisfies Record<string, Text>

/** Who holds what, whether it was read, how many there are besides, and how long the descriptors last. */
export function evidenceOf(one: OwnedCloseWait, running: readonly Process[], view: View): readonly Evidence[] {
  return [
    ...groupEvidence(one.groups, view),
    ...queueEvidence(one),
    ...censusEvidence(view),
    ...beforeEvidence(one),
    ...fdEvidence(one, running, view),
  ]
}

/** One line per side and port, the peers that have most of them first. */
function groupEvidence(groups: readonly ConnectionGroup[], view: View): readonly Evidence[] {
  return [...byName(groups, (one) => `${one.role} ${one.role === 'unknown' ? '' : servicePort(one)}`)].flatMap(
    ([, held]) => {
      const [first] = held
      if (!first) return []
      const byPeer = byName(held, (one) => one.peer.address)
      const counts = [...byPeer].map(([address, rows]) => ({ address, count: countOf(rows) }))
      const peers = peerList(
        view,
        counts.sort((a, b) => b.count - a.count),
      )
      const port = String(servicePort(first) ?? '')
      const label = { client: WORDS.clientGroup, server: WORDS.serverGroup, unknown: WORDS.portGroup }[first.role]
      return [
        {
          label: say(label, { port, peers }),
          value: countOf(held),
          unit: 'connections',
          limit: null,
          source: first.origin,
          command: inNetns(view, `ss -tanpo state close-wait${filterOf(first)}`),
        },
      ]
    },
  )
}

/** The words that make `ss` show this group's kind alone. */
export function filterOf({ role, local, peer }: ConnectionGroup): string {
  if (role === 'unknown') return ''
  return role === 'client' ? ` 'dport = :${peer.port}'` : ` 'sport = :${local.port}'`
}

function queueEvidence({ groups, endRead, unread, unreadBytes }: OwnedCloseWait): readonly Evidence[] {
  const [first] = groups
  if (!first || endRead === null || unread === null) return []
  const base = { unit: 'connections', limit: null, source: first.origin, command: null }
  return [
    ...(endRead > 0 ? [{ ...base, label: WORDS.endRead, value: endRead }] : []),
    ...(unread > 0 ? [{ ...base, label: say(WORDS.notRead, { bytes: unreadBytes ?? 0 }), value: unread }] : []),
  ]
}

function censusEvidence(view: View): readonly Evidence[] {
  const { census } = view.netns
  const counted = census.ok ? census.data.counts.CLOSE_WAIT : undefined
  if (!census.ok || counted === undefined) return []
  const command = inNetns(view, 'ss -Htan state close-wait | wc -l')
  return [
    { label: WORDS.census, value: counted, unit: 'connections', limit: null, source: census.data.origin, command },
  ]
}

function beforeEvidence({ before, groups }: OwnedCloseWait): readonly Evidence[] {
  const [first] = groups
  if (!before || !first) return []
  const base = { unit: 'connections', limit: null, source: first.origin, command: null }
  return [
    { ...base, label: WORDS.before, value: before.count },
    ...(before.standing === null ? [] : [{ ...base, label: WORDS.standing, value: before.standing }]),
  ]
}

export const runningOf = (pids: readonly number[], { snapshot }: View): readonly Process[] =>
  snapshot.processes.ok ? snapshot.processes.data.filter(({ pid }) => pids.includes(pid)) : []

/** Descriptors against their limit and, where the number grew over a known time, when they will be gone. */
function fdEvidence({ count, before }: OwnedCloseWait, running: readonly Process[], view: View): readonly Evidence[] {
  const via = view.snapshot.processes.ok ? view.snapshot.processes.via : 'processes'
  return running.flatMap(({ pid, fds }): Evidence[] => {
    if (!fds) return []
    const base = { limit: null, source: { via }, command: `ls /proc/${pid}/fd | wc -l` }
    const shown = {
      ...base,
      label: say(WORDS.fds, { pid: String(pid) }),
      value: fds.open,
      unit: null,
      limit: fds.limit,
    }
    const seconds = before?.seconds ?? null
    const grown = before ? count - before.count : 0
    if (
      fds.limit === null ||
      seconds === null ||
      seconds < STANDING_SECONDS ||
      grown <= 0 ||
      view.order?.by !== 'clock'
    )
      return [shown]
    const left = ((fds.limit - fds.open) / grown) * seconds
    return [shown, { ...base, label: WORDS.forecast, value: formatMs(left * 1000), unit: null }]
  })
}
