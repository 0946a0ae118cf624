import type { Listener } from '../model/socket.ts'
import { secondsBetween } from './counters.ts'
import { earlierSelf } from './listeners.ts'
import { got, missing, type Need, need } from './need.ts'

/** A listener that turned something away between two readings. */
export interface ListenerDrops {
  readonly listener: Listener
  /** Growth of sk_drops: 1 per SYN, 2 per final ACK that was turned away. */
  readonly drops: number
  readonly seconds: number | null
}

/** Listeners whose own drop count grew since the reading before, the most drops first. The kernel counts them since 4.7. */
export const listenerDrops: Need<readonly ListenerDrops[]> = need('listener-drops', (view) => {
  const part = view.netns.listeners
  if (!part.ok || view.before === null)
    return missing({ en: 'needs listeners at two readings', zh: '需要两次读数中的监听套接字' })
  const grown = part.data.flatMap((listener): ListenerDrops[] => {
    const earlier = earlierSelf(view, listener)
    const was = earlier?.listener.drops ?? null
    if (!earlier || was === null || listener.drops === null || listener.drops <= was) return []
    const seconds = secondsBetween(earlier.view.snapshot.takenAt, view.snapshot.takenAt)
    return [{ listener, drops: listener.drops - was, seconds }]
  })
  return got(grown.sort((a, b) => b.drops - a.drops))
})
