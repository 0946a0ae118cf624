import { setTimeout as sleep } from 'node:timers/promises'
import type { PortSocket } from '../model/queue.ts'
import type { DrainPlan, DrainPolicy, QueueOwner } from '../model/queue-drain.ts'
import { HostError } from '../sys/host-error.ts'
import type { Proc } from '../sys/proc.ts'
import { type Calls, loadCalls } from './calls.ts'
import { type QueueReading, queuesIn } from './children.ts'
import { duplicate } from './duplicate.ts'
import { findPort, type PortPlace } from './find-port.ts'
import { byAge, deadAtHead, whoAccepts } from './order.ts'
import { ownersOf } from './owners.ts'
import type { PortReader } from './read-port.ts'
import { Refused } from './refused.ts'

export interface PlanOptions {
  readonly proc: Proc
  readonly port: number
  /** all · self · host, or a namespace's name. */
  readonly netns: string
  /** Of several listeners: the one with this address. */
  readonly address: string | null
  /** Of several owners: the one with this pid. */
  readonly pid: number | null
  /** Take it as given that nobody accepts, where nothing visible can show it. */
  readonly unseen: boolean
  /** Between the two readings that show that nobody accepts. */
  readonly intervalMs: number
  readonly policy: DrainPolicy
  /** In tests: other calls. */
  readonly calls?: Calls
}

/** A queue that may be drained: the plan, and what carrying it out needs. To be closed. */
export interface Prepared {
  readonly plan: DrainPlan
  readonly reader: PortReader
  /** Our duplicate of the listening descriptor. */
  readonly fd: number
  readonly calls: Calls
  /** The reading that the plan stands on. */
  readonly reading: QueueReading
  close(): void
}

/**
 * Look at a queue twice, take a duplicate of its descriptor, and say what could be done. Nothing is accepted.
 * Shape:  null: nobody listens there
 * Errors: Refused, with the reason; HostError where the kernel cannot be asked
 */
export async function preparePlan(options: PlanOptions): Promise<Prepared | null> {
  const { proc, port, netns, intervalMs } = options
  const { places, denied } = findPort(proc, port, netns)
  try {
    const [place, ...others] = places
    if (!place) {
      if (denied.length > 0) throw new Refused('no-rights', denied.join('; '))
      return null
    }
    if (others.length > 0) throw new Refused('several-places', places.map((one) => one.netns.ref.key).join(', '))
    const listener = listenerOf(place, options.address)
    const owner = ownerOf(proc, listener, options.pid)
    const then = readQueue(place.reader, port, listener)
    await sleep(intervalMs)
    const reading = readQueue(place.reader, port, listener)
    judge(then, reading, owner, options)
    const calls = options.calls ?? callsOrRefused()
    const fd = duplicate(calls, proc, owner, listener.inode)
    return {
      plan: planOf(place, listener, owner, reading, calls.isBlocking(fd), options),
      reader: place.reader,
      fd,
      calls,
      reading,
      close() {
        calls.close(fd)
        place.reader.close()
      },
    }
  } catch (error) {
    for (const { reader } of places) reader.close()
    throw error
  }
}

/** The listener's queue at this moment. Errors: Refused `gone` */
export function readQueue(reader: PortReader, port: number, { cookie }: PortSocket): QueueReading {
  const found = queuesIn(reader.read(port)).find(({ listeners }) => listeners.some((one) => one.cookie === cookie))
  if (!found) throw new Refused('gone', `nobody listens on port ${port} any more`)
  return found
}

function listenerOf({ listeners }: PortPlace, address: string | null): PortSocket {
  const named = address === null ? listeners : listeners.filter(({ local }) => local.address === address)
  const list = listeners.map(({ local }) => local.address)
  const [first, ...others] = named
  if (!first) throw new Refused('several-listeners', list.join(', '))
  if (others.length === 0) return first
  const isShared = new Set(named.map(({ local, family, device }) => `${local.address} ${family} ${device}`)).size === 1
  throw new Refused(isShared ? 'reuse-port' : 'several-listeners', list.join(', '))
}

function ownerOf(proc: Proc, { inode }: PortSocket, pid: number | null): QueueOwner {
  const { owners, denied } = ownersOf(proc, inode)
  const list = owners.map((one) => `${one.comm} ${one.pid}`).join(', ')
  const [first, ...others] = owners
  if (!first) {
    const why = denied > 0 ? `descriptors of ${denied} processes could not be listed` : 'no process holds it'
    throw new Refused(denied > 0 ? 'no-rights' : 'no-owner', `socket ${inode}: ${why}`)
  }
  if (pid !== null) {
    const named = owners.find((one) => one.pid === pid)
    if (!named) throw new Refused('wrong-pid', `process ${pid} does not hold it; these do: ${list}`)
    return named
  }
  if (others.length > 0) throw new Refused('several-owners', list)
  return first
}

/** The kernel's ages begin anew after 49.7 days. */
const OLDEST_AGE_MS = 49 * 86_400_000

function judge(then: QueueReading, now: QueueReading, owner: QueueOwner, { unseen }: PlanOptions): void {
  if (now.length === 0) return
  const who = whoAccepts(then, now)
  if (who === 'accepting') throw new Refused('accepting', `${then.length} waited, then ${now.length}`)
  if (who === 'nothing-visible' && !unseen) throw new Refused('nothing-visible', `${now.length} wait, none is visible`)
  const isAlive = now.queued.some(({ state }) => state === 'ESTABLISHED')
  if (isAlive && owner.ageMs > OLDEST_AGE_MS)
    throw new Refused('old-ages', `process ${owner.pid} runs for ${Math.floor(owner.ageMs / 86_400_000)} days`)
  if (deadAtHead(now) === null) throw new Refused('no-ages', 'the kernel tells no tcp_info')
}

function callsOrRefused(): Calls {
  try {
    return loadCalls()
  } catch (error) {
    if (error instanceof HostError) throw new Refused('no-calls', error.message)
    throw error
  }
}

function planOf(
  { netns }: PortPlace,
  { local, cookie, inode, sendQueue }: PortSocket,
  owner: QueueOwner,
  reading: QueueReading,
  blocking: boolean,
  { port, intervalMs, policy }: PlanOptions,
): DrainPlan {
  const closed = reading.queued.filter(({ state }) => state === 'CLOSE_WAIT').length
  return {
    port,
    netns: netns.ref.key,
    listener: { local, limit: sendQueue, inode, cookie },
    owner,
    blocking,
    length: reading.length,
    closed,
    alive: reading.queued.length - closed,
    takable: Math.min(deadAtHead(reading) ?? 0, policy.most ?? Number.POSITIVE_INFINITY),
    owned: reading.owned.length,
    proof: { oldestCookie: reading.queued.toSorted(byAge)[0]?.cookie ?? null, intervalMs },
    policy,
  }
}
