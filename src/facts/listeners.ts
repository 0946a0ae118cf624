import type { Listener } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { coversAll, coversQueued, cutsOf } from './coverage.ts'
import { got, missing, type Need, need, type View } from './need.ts'

/** Every listener that was seen. Gaps: incomplete unless the whole listing was. */
export const listeners: Need<readonly Listener[]> = need('listeners', (view) => {
  const part = view.netns.listeners
  if (!part.ok) return missing(notRead(part.detail))
  return got(part.data, coversAll(part.coverage) ? null : cutShort(cutsOf(part)))
})

/** Listeners with something in their accept queue. Gaps: a filter that only hides empty queues leaves it complete. */
export const queuedListeners: Need<readonly Listener[]> = need('queued-listeners', (view) => {
  const part = view.netns.listeners
  if (!part.ok) return missing(notRead(part.detail))
  const queued = part.data.filter((one) => (one.acceptQueue.length ?? 0) > 0)
  if (!coversQueued(part.coverage)) return got(queued, cutShort(cutsOf(part)))
  return got(queued, part.data.some((one) => one.acceptQueue.length === null) ? NO_LENGTH : null)
})

/**
 * Does this listing carry limits?
 * `ss` falls back to /proc/net/tcp without a word when netlink fails, and prints Send-Q 0 for every listener then. A dump
 * from sock_diag cannot lie so: there a 0 is a backlog of 0.
 */
export function limitsTold(view: View): boolean {
  const part = view.netns.listeners
  if (!part.ok) return false
  return part.via.startsWith('inet-diag') || part.data.some((one) => (one.acceptQueue.max ?? 0) > 0)
}

/** A listening socket as an earlier reading shows it. */
export interface EarlierSelf {
  readonly listener: Listener
  readonly view: View
}

/**
 * The same listening socket at the latest earlier reading that tells what is asked for (`tells`), as far back as the order is
 * known; null: no such reading.
 */
export function earlierSelf(
  view: View,
  listener: Listener,
  tells: (self: EarlierSelf) => boolean = () => true,
): EarlierSelf | null {
  for (let back = view.before; back !== null; back = back.before) {
    const rows = back.netns.listeners.ok ? back.netns.listeners.data : []
    const [same, ...others] = rows.filter((one) => isSameSocket(one, listener))
    if (same && others.length === 0 && tells({ listener: same, view: back })) return { listener: same, view: back }
  }
  return null
}

/** Cookies and inodes decide where both were read; else the address and port, `*` standing for any. */
function isSameSocket(a: Listener, b: Listener): boolean {
  if (a.cookie !== null && b.cookie !== null) return a.cookie === b.cookie
  if (a.local.port !== b.local.port) return false
  if (a.inode !== null && b.inode !== null && a.inode !== 0 && b.inode !== 0) return a.inode === b.inode
  return a.local.address === b.local.address || a.local.address === '*' || b.local.address === '*'
}

const NO_LENGTH: Text = {
  en: 'some listeners were printed without their queue length',
  zh: '有些监听套接字没有打印出队列长度',
}
const notRead = (detail: string): Text => ({
  en: `listeners were not read: ${detail}`,
  zh: `没有读到监听套接字：${detail}`,
})
const cutShort = (cuts: string | null): Text => ({
  en: `only part of the listeners was seen${cuts === null ? '' : ` (${cuts})`}`,
  zh: `只看到一部分监听套接字${cuts === null ? '' : `（${cuts}）`}`,
})
