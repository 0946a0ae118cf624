import type { ConnectionGroup } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { byName, connectionsIn, countOf, programOf, servicePort } from './connections.ts'
import { secondsBetween } from './counters.ts'
import { got, type Need, need, type View } from './need.ts'
import { sameOldest } from './same-sockets.ts'

/** Connections of one program whose other side has closed and that the program keeps open. */
export interface OwnedCloseWait {
  /** The program's name; without one the side and port, since connections of several unnamed programs are no one leak. */
  readonly key: string
  /** null: an owner there is, but its name was not shown. */
  readonly program: string | null
  readonly groups: readonly ConnectionGroup[]
  readonly count: number
  /** How many whose end the program has read (Recv-Q 0), and how many with something unread, be it only the FIN. */
  readonly endRead: number | null
  readonly unread: number | null
  /** Bytes in those, the FINs not counted. */
  readonly unreadBytes: number | null
  readonly before: CloseWaitBefore | null
}

/** The same program at the reading before. */
export interface CloseWaitBefore {
  readonly count: number
  readonly seconds: number | null
  /** How many of them stand at both readings, at most. null: the readings do not tell sockets apart. */
  readonly standing: number | null
}

export interface CloseWaits {
  readonly programs: readonly OwnedCloseWait[]
  /** In CLOSE_WAIT, whoever holds them. */
  readonly seen: number
  readonly counted: number | null
}

/**
 * CLOSE_WAIT connections that a program holds, the most first. Those that nobody accepted yet stand in an accept queue and
 * are no leak of a program.
 * Gaps: incomplete where rows are missing, and where the rows do not tell whether anybody holds them.
 */
export const ownedCloseWait: Need<CloseWaits> = need('owned-close-wait', (view) => {
  const all = connectionsIn('CLOSE_WAIT').get(view)
  if (!all.ok) return all
  const { groups, seen, counted } = all.value
  const byProgram = byName(groups.filter(isOwned), holderKey)
  const programs = [...byProgram].map(([key, held]) => describe(key, held, view)).sort((a, b) => b.count - a.count)
  const isUntold = groups.some((one) => one.holding === 'unknown')
  return got({ programs, seen, counted }, isUntold ? OWNERS_UNTOLD : all.incomplete)
})

function holderKey(group: ConnectionGroup): string {
  const side = group.role === 'client' ? 'to' : 'at'
  return programOf(group) ?? `unnamed ${side} port ${group.role === 'unknown' ? '?' : servicePort(group)}`
}

const isOwned = (group: ConnectionGroup): boolean => group.holding === 'process'

function describe(key: string, groups: readonly ConnectionGroup[], view: View): OwnedCloseWait {
  const [first] = groups
  const program = first ? programOf(first) : null
  const queues = groups.flatMap((one) => (one.recvQueue ? [one.recvQueue] : []))
  const isTold = queues.length > 0
  return {
    key,
    program,
    groups,
    count: countOf(groups),
    endRead: isTold ? queues.reduce((sum, one) => sum + one.zero, 0) : null,
    unread: isTold ? queues.reduce((sum, one) => sum + one.one + one.more, 0) : null,
    unreadBytes: isTold ? groups.reduce((sum, one) => sum + (one.recvQueueBytes ?? 0), 0) : null,
    before: beforeOf(key, groups, view),
  }
}

function beforeOf(key: string, groups: readonly ConnectionGroup[], { before, snapshot }: View): CloseWaitBefore | null {
  const earlier = before ? connectionsIn('CLOSE_WAIT').get(before) : null
  if (!before || !earlier?.ok || earlier.incomplete !== null) return null
  const then = earlier.value.groups.filter((one) => isOwned(one) && holderKey(one) === key)
  return {
    count: countOf(then),
    seconds: secondsBetween(before.snapshot.takenAt, snapshot.takenAt),
    standing: standingIn(then, groups),
  }
}

/** Groups whose oldest is the same socket count as far as both readings have them. */
function standingIn(then: readonly ConnectionGroup[], now: readonly ConnectionGroup[]): number | null {
  let standing = 0
  let isTold = then.length === 0 && now.some((one) => one.oldestCookie !== null)
  for (const one of now) {
    for (const old of then) {
      const same = sameOldest(old, one)
      isTold ||= same !== null
      if (same) standing += Math.min(old.count, one.count)
    }
  }
  return isTold ? standing : null
}

const OWNERS_UNTOLD: Text = {
  en: 'some connections in CLOSE_WAIT were listed without their owners (ss -tanp as root shows them)',
  zh: '有些 CLOSE_WAIT 连接没有显示归属进程（以 root 执行 ss -tanp 可以看到）',
}
