import type { ConnectionGroup } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { byName, connectionsIn, countOf, programOf, servicePort } from './connections.ts'
import { secondsBetween } from './counters.ts'
import { got, type Need, need, type View } from './need.ts'
import { sameOldest } from './same-sockets.ts'

/** Connections of one program of which it has shut its own side, and whose other side goes on. */
export interface HalfClosed {
  /** The program's name; without one the port. */
  readonly key: string
  readonly program: string | null
  readonly groups: readonly ConnectionGroup[]
  readonly count: number
  /** The same program at the reading before; null: not known. */
  readonly before: {
    readonly count: number
    readonly seconds: number | null
    /** In groups whose oldest is the same socket: so many at most stand at both readings. null: sockets are not told apart. */
    readonly standing: number | null
    /** In groups that did not change at all: these stand for certain. */
    readonly identical: number
  } | null
}

export interface HalfCloseds {
  readonly programs: readonly HalfClosed[]
  /** In FIN_WAIT2 that nobody holds: they end after tcp_fin_timeout. */
  readonly orphans: number
}

/**
 * FIN_WAIT2 that a program holds, the most first. Without a program it is an orphan, which the kernel ends by itself.
 * Gaps: incomplete where rows are missing, or do not tell whether anybody holds them
 */
export const halfClosed: Need<HalfCloseds> = need('half-closed', (view) => {
  const all = connectionsIn('FIN_WAIT2').get(view)
  if (!all.ok) return all
  const { groups } = all.value
  const held = groups.filter((one) => one.holding === 'process')
  const programs = [...byName(held, keyOf)].map(([key, rows]) => describe(key, rows, view))
  const isUntold = groups.some((one) => one.holding === 'unknown')
  const orphans = countOf(groups.filter((one) => one.holding === 'kernel' || one.holding === 'unowned'))
  return got(
    { programs: programs.toSorted((a, b) => b.count - a.count), orphans },
    isUntold ? OWNERS_UNTOLD : all.incomplete,
  )
})

const keyOf = (group: ConnectionGroup): string =>
  programOf(group) ?? `unnamed ${group.role} ${servicePort(group) ?? '?'}`

function describe(key: string, groups: readonly ConnectionGroup[], view: View): HalfClosed {
  const [first] = groups
  const program = first ? programOf(first) : null
  return { key, program, groups, count: countOf(groups), before: beforeOf(key, groups, view) }
}

function beforeOf(key: string, now: readonly ConnectionGroup[], { before, snapshot }: View): HalfClosed['before'] {
  const earlier = before ? connectionsIn('FIN_WAIT2').get(before) : null
  if (!before || !earlier?.ok || earlier.incomplete !== null) return null
  const then = earlier.value.groups.filter((one) => one.holding === 'process' && keyOf(one) === key)
  let [standing, identical] = [0, 0]
  let isTold = then.length === 0
  for (const one of now)
    for (const old of then) {
      const same = sameOldest(old, one)
      isTold ||= same !== null
      if (same) standing += Math.min(old.count, one.count)
      if (old.fingerprint !== null && old.fingerprint === one.fingerprint) identical += one.count
    }
  return {
    count: countOf(then),
    seconds: secondsBetween(before.snapshot.takenAt, snapshot.takenAt),
    standing: isTold ? standing : null,
    identical,
  }
}

const OWNERS_UNTOLD: Text = {
  en: 'some connections in FIN_WAIT2 were listed without telling whether a program holds them (ss -tanp as root)',
  zh: '有些 FIN_WAIT2 连接看不出是否归属于某个程序（以 root 执行 ss -tanp）',
}
