import type { Origin } from '../model/part.ts'
import type { Netns } from '../model/snapshot.ts'
import type { Listener } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { coversAll } from './coverage.ts'
import { got, missing, type Need, need } from './need.ts'
import { neverAcceptedPorts } from './never-accepted.ts'

/** One accept queue at two readings. */
export interface QueueChange {
  readonly port: number
  readonly from: number
  readonly to: number
  readonly origin: Origin
  readonly originBefore: Origin
}

/** A queue of the earlier reading whose port the later one does not list. */
export interface QueueNotListed {
  readonly port: number
  readonly was: number
  readonly originBefore: Origin
  /** The later reading lists every listener: the port is gone. Otherwise that is only likely. */
  readonly gone: boolean
}

/** What became, from one reading to the next, of the queues that nobody accepts from. Ports in the later listing's order. */
export interface QueueChanges {
  readonly grown: readonly QueueChange[]
  readonly unchanged: readonly QueueChange[]
  /** Not possible while the same socket stands: the owner was restarted, or it accepts after all. */
  readonly shrunk: readonly QueueChange[]
  readonly notListed: readonly QueueNotListed[]
}

/** The queues that nobody accepts from, against the reading before. */
export const queueChanges: Need<QueueChanges> = need('queue-changes', (view) => {
  if (view.before === null) return missing(ONE_READING)
  const { listeners } = view.netns
  if (!listeners.ok || !view.before.netns.listeners.ok) return missing(NO_LISTENERS)
  return got(compareQueues(view.before.netns, view.netns))
})

/** Compare the queues of ports that either reading judges never accepted from. */
export function compareQueues(then: Netns, now: Netns): QueueChanges {
  const held = new Set([...neverAcceptedPorts(then), ...neverAcceptedPorts(now)])
  const [earlier, later] = [singlesByPort(then, held), singlesByPort(now, held)]
  const changes = [...later].flatMap(([port, listener]): QueueChange[] => {
    const before = earlier.get(port)
    const [from, to] = [before?.acceptQueue.length ?? null, listener.acceptQueue.length]
    if (!before || from === null || to === null) return []
    return [{ port, from, to, origin: listener.origin, originBefore: before.origin }]
  })
  const gone = now.listeners.ok && coversAll(now.listeners.coverage)
  return {
    grown: changes.filter((one) => one.to > one.from),
    unchanged: changes.filter((one) => one.to === one.from),
    shrunk: changes.filter((one) => one.to < one.from),
    notListed: [...earlier].flatMap(([port, { acceptQueue, origin }]) => {
      if (listedPorts(now).has(port) || acceptQueue.length === null || acceptQueue.length === 0) return []
      return [{ port, was: acceptQueue.length, originBefore: origin, gone }]
    }),
  }
}

/** Listeners by port, without ports that several sockets share: which of them is which at another reading cannot be told. */
function singlesByPort(netns: Netns, ports: ReadonlySet<number>): ReadonlyMap<number, Listener> {
  const byPort = new Map<number, Listener | null>()
  for (const one of netns.listeners.ok ? netns.listeners.data : []) {
    if (ports.has(one.local.port)) byPort.set(one.local.port, byPort.has(one.local.port) ? null : one)
  }
  return new Map([...byPort].flatMap(([port, one]) => (one ? [[port, one]] : [])))
}

const listedPorts = (netns: Netns): ReadonlySet<number> =>
  new Set(netns.listeners.ok ? netns.listeners.data.map((one) => one.local.port) : [])

const ONE_READING: Text = {
  en: 'needs a second reading of the listeners, known to be later',
  zh: '需要监听套接字的第二次读数，并且已知先后次序',
}
const NO_LISTENERS: Text = {
  en: 'one of the two readings has no listeners',
  zh: '两次读数中有一次没有监听套接字',
}
