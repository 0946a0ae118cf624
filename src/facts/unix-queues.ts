import type { UnixSocket } from '../model/network.ts'
import type { Coverage } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { cutsOf } from './coverage.ts'
import { got, missing, type Need, need } from './need.ts'

/** A unix socket that listens, with the length and the limit of its queue. */
export interface UnixQueue {
  readonly socket: UnixSocket
  readonly length: number
  readonly max: number
  /** unix_recvq_full(): length > max, so that it holds one more than its limit. */
  readonly full: boolean
  /** Length at the reading before; null: not known. */
  readonly before: number | null
}

/** The listening unix sockets. Gaps: incomplete where the list is cut, or carries no queues (netstat, /proc/net/unix). */
export const unixQueues: Need<readonly UnixQueue[]> = need('unix-queues', (view) => {
  const { network } = view.netns
  if (!network.ok) return missing(notRead(network.detail))
  if (network.data.unix === null) return missing(NOT_LISTED)
  const then =
    view.order?.by === 'clock' && view.before?.netns.network.ok ? (view.before.netns.network.data.unix ?? []) : []
  const listening = network.data.unix.filter((one) => one.state === 'listening')
  const told = listening.flatMap((socket): readonly UnixQueue[] => {
    const length = socket.acceptQueue?.length ?? null
    const max = socket.acceptQueue?.max ?? null
    if (length === null || max === null) return []
    const earlier = then.find((one) => isSame(one, socket))?.acceptQueue?.length ?? null
    return [{ socket, length, max, full: length > max, before: earlier }]
  })
  const whole = network.coverage.some(coversListening)
  if (!whole) return got(told, cutShort(cutsOf(network)))
  return got(told, told.length < listening.length ? NO_QUEUES : null)
})

/** All unix sockets, or all of them that listen. */
function coversListening(set: Coverage): boolean {
  if (set.of === 'and') return set.sets.length > 0 && set.sets.every((one) => coversListening(one) || isListen(one))
  return set.of === 'all' || (set.of === 'keys' && set.keys.includes('unix'))
}

const isListen = (set: Coverage): boolean => set.of === 'state' && /^LISTEN/i.test(set.state)

const isSame = (a: UnixSocket, b: UnixSocket): boolean =>
  a.state === 'listening' &&
  (a.inode !== null && b.inode !== null ? a.inode === b.inode : a.path !== null && a.path === b.path)

const NOT_LISTED: Text = { en: 'no unix sockets were listed (ss -xlp)', zh: '没有列出 unix 套接字（ss -xlp）' }
const NO_QUEUES: Text = {
  en: 'the list of unix sockets carries no queues: ss -xl shows them, netstat and /proc/net/unix do not',
  zh: '列出的 unix 套接字不带队列长度：ss -xl 有，netstat 和 /proc/net/unix 没有',
}
const notRead = (detail: string): Text => ({
  en: `unix sockets were not read: ${detail}`,
  zh: `没有读到 unix 套接字：${detail}`,
})
const cutShort = (cuts: string | null): Text => ({
  en: `only part of the unix sockets was seen${cuts === null ? '' : ` (${cuts})`}`,
  zh: `只看到一部分 unix 套接字${cuts === null ? '' : `（${cuts}）`}`,
})
