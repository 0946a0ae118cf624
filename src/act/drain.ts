import type { PortSocket } from '../model/queue.ts'
import type { DrainRecord, StopReason, TakenConnection } from '../model/queue-drain.ts'
import { type Accepter, directAccepter, helperAccepter, type Taken } from './accepter.ts'
import type { QueueReading } from './children.ts'
import { deadAtHead, missedBetween, newlyOwned } from './order.ts'
import { payloadOf } from './payload.ts'
import { type Prepared, readQueue } from './plan.ts'

export interface DrainOptions {
  /** The argument vector that runs accept-helper. */
  readonly helper: readonly string[]
  readonly onTaken?: (taken: TakenConnection, count: number) => void
}

/** First bytes that are read of a connection whose payload is asked for. */
const PAYLOAD_BYTES = 4096
/** Listings in which one that was alive may be missing, before that counts as the end. */
const LOOKS = 3

/**
 * Take the dead connections at the head of the queue, one by one, looking again before each.
 * Shape:  the record of what was taken, and why it came to its end; what goes wrong on the way is such an end
 * Errors: none but bugs: what was taken is never lost
 */
export async function drainQueue(prepared: Prepared, options: DrainOptions): Promise<DrainRecord> {
  const { plan, fd, calls } = prepared
  const startedAt = new Date().toISOString()
  const taken: TakenConnection[] = []
  const accepter = plan.blocking ? helperAccepter(options.helper, fd) : directAccepter(calls, fd)
  let stopped: StopReason
  try {
    stopped = await takeAll(prepared, accepter, (one) => {
      taken.push(one)
      options.onTaken?.(one, taken.length)
    })
  } finally {
    await accepter.close()
  }
  return {
    apiVersion: 'recvq/v1',
    kind: 'QueueDrain',
    startedAt,
    endedAt: new Date().toISOString(),
    plan,
    taken,
    stopped,
    liveReset: taken.filter(({ was }) => was === 'ESTABLISHED').length,
    left: look(prepared)?.length ?? null,
  }
}

async function takeAll(
  prepared: Prepared,
  accepter: Accepter,
  onTaken: (taken: TakenConnection) => void,
): Promise<StopReason> {
  const { plan, calls, fd } = prepared
  const { live, most, payload } = plan.policy
  let before = prepared.reading
  let lookedAt = performance.now()
  let count = 0
  let looks = 0
  let justTaken: string | null = null
  // a queue that fills as fast as it is emptied has no end: what stood there at first is enough
  let liveLeft = live === 'reset' ? before.length : 0
  for (;;) {
    if (count >= (most ?? Number.POSITIVE_INFINITY)) return 'limit'
    const now = look(prepared)
    if (now === null) return 'listener-gone'
    if (now === undefined) return 'not-readable'
    // what only accept() can do, and was not us
    if (now.length < before.length - (justTaken === null ? 0 : 1) || newlyOwned(before, now)) return 'owner-accepts'
    const missed = missedBetween(before, now, performance.now() - lookedAt).filter(({ cookie }) => cookie !== justTaken)
    const dead = deadAtHead(now, missed)
    before = now
    lookedAt = performance.now()
    justTaken = null
    if (now.length === 0) return 'empty'
    if (!dead && missed.length > 0 && ++looks < LOOKS) continue
    looks = 0
    if (!dead && liveLeft === 0) return 'live-at-head'
    if (calls.isBlocking(fd) !== plan.blocking) return 'owner-accepts'
    let got: Taken | null
    try {
      got = await accepter.take({ end: dead ? 'close' : 'reset', bytes: payload ? PAYLOAD_BYTES : 0 })
    } catch {
      return 'helper-failed'
    }
    if (!got) return 'owner-accepts'
    const row = rowOf(now, got)
    justTaken = row?.cookie ?? ''
    const one = asTaken(row, got, payload)
    onTaken(one)
    count++
    if (one.was !== 'ESTABLISHED') continue
    // it was not to be: the owner accepted at the same time
    if (dead) return 'owner-accepts'
    liveLeft--
  }
}

/** null: nobody listens there any more; undefined: the kernel does not tell. */
function look({ reader, plan, reading }: Prepared): QueueReading | null | undefined {
  const listener = reading.listeners.find(({ cookie }) => cookie === plan.listener.cookie)
  if (!listener) return null
  try {
    return readQueue(reader, plan.port, listener)
  } catch (error) {
    return error instanceof Error && error.name === 'Refused' ? null : undefined
  }
}

const rowOf = ({ queued }: QueueReading, { peer }: Taken): PortSocket | null =>
  queued.find((row) => row.peer.address === peer?.address && row.peer.port === peer.port) ?? null

function asTaken(row: PortSocket | null, { peer, state, bytes }: Taken, payload: boolean): TakenConnection {
  const was = state === 'ESTABLISHED' || state === 'CLOSE_WAIT' ? state : 'reset'
  return {
    peer,
    was,
    handshakeMs: row?.clocks?.handshakeMs ?? null,
    unread: row === null ? null : Math.max(0, row.recvQueue - (row.state === 'CLOSE_WAIT' ? 1 : 0)),
    payload: payload ? payloadOf(bytes) : null,
  }
}
