import type { AcceptQueue } from '../facts/accept-queues.ts'
import type { View } from '../facts/need.ts'
import type { Holder } from '../facts/owners.ts'
import type { FilledQueue, QueueContents } from '../facts/queue-contents.ts'
import type { Evidence, Subject } from '../model/finding.ts'
import type { Listener } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatMs, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { peerList } from './peer-words.ts'

/** Part of the words of every rule that shows queues. */
export const QUEUE_WORDS = {
  byNamespace: {
    en: 'Ports by namespace, as their services are named: {namespaces}',
    zh: '按服务名所属的命名空间统计端口：{namespaces}',
  },
  portsOver: { en: '{namespace} {ports} ({over} over the limit)', zh: '{namespace} {ports} 个（{over} 个超限）' },
  sum: { en: 'Connections in {count} accept queues', zh: '{count} 个 accept 队列中的连接' },
  limitElsewhere: { en: '{listener} (limit as printed earlier)', zh: '{listener}（上限取自更早的读数）' },
  limitBound: { en: '{listener} (limit at most somaxconn)', zh: '{listener}（上限不超过 somaxconn）' },
  contents: {
    en: '{listener}: visible of those queued ({closeWait} CLOSE_WAIT, {established} ESTABLISHED), peers {peers}',
    zh: '{listener}：队列中可见的连接（CLOSE_WAIT {closeWait}，ESTABLISHED {established}），对端 {peers}',
  },
  bytes: {
    en: '{listener}: unread bytes in {withData} connections; in {finOnly} more only the FIN waits (Recv-Q 1)',
    zh: '{listener}：{withData} 条连接里未读的字节数；另有 {finOnly} 条只有 FIN（Recv-Q 为 1）',
  },
  oldest: { en: '{listener}: how long its oldest connection has waited', zh: '{listener}：最早的连接已等待的时间' },
} satisfies Record<string, Text>

/** The program that holds the queues, or the one listener where nobody is named; a single listener gives its address. */
export function subjectOf(holder: Holder | null, queues: readonly AcceptQueue[]): Subject {
  const [only] = queues
  const place =
    only && queues.length === 1 ? { address: only.listener.local.address, port: only.listener.local.port } : {}
  if (holder) return { kind: 'process', key: holder.program, process: holder.program, ...place }
  return { kind: 'listener', key: only ? formatEnd(only.listener.local) : 'none', ...place }
}

/** Longest first, then by port. */
export const longestFirst = <T extends AcceptQueue>(queues: readonly T[]): readonly T[] =>
  [...queues].sort((a, b) => b.length - a.length || a.listener.local.port - b.listener.local.port)

/** One queue against its limit. */
export function queueEvidence(view: View, { listener, length, limit }: AcceptQueue): Evidence {
  const name = nameOf(listener)
  const label =
    limit?.known === 'earlier'
      ? say(QUEUE_WORDS.limitElsewhere, { listener: name })
      : limit?.known === 'somaxconn'
        ? say(QUEUE_WORDS.limitBound, { listener: name })
        : plain(name)
  return {
    label,
    value: length,
    unit: 'connections',
    limit: limit?.value ?? null,
    source: listener.origin,
    command: inNetns(view, 'ss -nltp'),
  }
}

/** `[::]:30720`, with the service's name behind it where a table gives one. */
const nameOf = ({ local, service }: Listener): string => [formatEnd(local), ...(service ? [service] : [])].join(' ')

/** How the queues spread over Kubernetes namespaces, where the services behind them are named `namespace/service:port`. */
export function namespaceEvidence(view: View, queues: readonly AcceptQueue[]): readonly Evidence[] {
  const byNamespace = new Map<string, AcceptQueue[]>()
  for (const queue of queues) {
    const namespace = /^([a-z0-9-]{1,63})\//.exec(queue.listener.service ?? '')?.[1]
    if (namespace !== undefined) byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), queue])
  }
  const [first] = [...byNamespace.values()].flat()
  if (!first) return []
  const parts = [...byNamespace]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([namespace, those]) =>
      say(QUEUE_WORDS.portsOver, { namespace, ports: those.length, over: those.filter((one) => one.full).length }),
    )
  const namespaces = { en: parts.map((one) => one.en).join(', '), zh: parts.map((one) => one.zh).join('、') }
  const label = say(QUEUE_WORDS.byNamespace, { namespaces })
  const command = inNetns(view, 'ss -nltp')
  return [{ label, value: byNamespace.size, unit: 'namespaces', limit: null, source: first.listener.origin, command }]
}

/** All of them added up; its source is the first one's. */
export function sumEvidence(view: View, queues: readonly AcceptQueue[]): readonly Evidence[] {
  const [first] = queues
  if (!first || queues.length < 2) return []
  const value = queues.reduce((sum, one) => sum + one.length, 0)
  const label = say(QUEUE_WORDS.sum, { count: queues.length })
  const command = inNetns(view, 'ss -nltp')
  return [{ label, value, unit: 'connections', limit: null, source: first.listener.origin, command }]
}

/** What is seen of a queue's connections: how many, whose, how much they sent, how long they wait. */
export function contentsEvidence(view: View, queue: FilledQueue): readonly Evidence[] {
  const { listener, length, contents } = queue
  if (contents.origin === null) return []
  const name = formatEnd(listener.local)
  const command = inNetns(view, `ss -tanp 'sport = :${listener.local.port}'`)
  const base = { source: contents.origin, command }
  const visible: Evidence = {
    ...base,
    label: say(QUEUE_WORDS.contents, {
      listener: name,
      closeWait: contents.closeWait,
      established: contents.established,
      peers: peerList(view, contents.peers),
    }),
    value: contents.visible,
    unit: 'connections',
    limit: length,
  }
  return [visible, ...bytesEvidence(name, contents, base), ...ageEvidence(name, contents, base)]
}

type Base = Pick<Evidence, 'source' | 'command'>

function bytesEvidence(name: string, { bytes, withData, finOnly }: QueueContents, base: Base): readonly Evidence[] {
  if (bytes === null || withData === null || finOnly === null) return []
  const label = say(QUEUE_WORDS.bytes, { listener: name, withData, finOnly })
  return [{ ...base, label, value: bytes, unit: 'bytes', limit: null }]
}

function ageEvidence(name: string, { oldestMs }: QueueContents, base: Base): readonly Evidence[] {
  if (oldestMs === null) return []
  const label = say(QUEUE_WORDS.oldest, { listener: name })
  return [{ ...base, label, value: formatMs(oldestMs), unit: null, limit: null }]
}
