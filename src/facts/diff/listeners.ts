import type { Changed, ListenerOnce, ListenersDiff, QueueMove } from '../../model/diff.ts'
import type { Coverage, Part } from '../../model/part.ts'
import type { Listener } from '../../model/socket.ts'
import { coversAll, coversQueued } from '../coverage.ts'
import { placeName } from './place-name.ts'

/**
 * Connections pass through every queue: where fewer than this wait at both readings, the program accepts, and the numbers are
 * those of the moment.
 */
const PASSING = 8

/** All sockets that listen at one address and port (SO_REUSEPORT allows several), as one. */
interface Place {
  readonly name: string
  readonly service: string | null
  readonly length: number | null
  readonly max: number | null
  readonly program: string | null
}

/** Listeners and their queues at two readings; null unless both list some. */
export function diffListeners(
  before: Part<readonly Listener[]>,
  after: Part<readonly Listener[]>,
): ListenersDiff | null {
  if (!before.ok || !after.ok) return null
  const anywhere = new Set([...before.data, ...after.data].filter(isAnywhere).map(({ local }) => local.port))
  const [then, now] = [placesOf(before.data, anywhere), placesOf(after.data, anywhere)]
  const both = [...now.values()].flatMap((later) => {
    const earlier = then.get(later.name)
    return earlier ? [{ earlier, later }] : []
  })
  const moves = both.flatMap(({ earlier, later }) => moveOf(earlier, later))
  const limits = both.flatMap(({ earlier, later }) => changed(later.name, earlier.max, later.max))
  const owners = both.flatMap(({ earlier, later }) => changed(later.name, earlier.program, later.program))
  const touched = new Set([...moves, ...limits, ...owners].map(({ name }) => name))
  const still = both
    .filter(({ earlier, later }) => later.length === earlier.length && !touched.has(later.name))
    .flatMap(({ later: { name, length } }) => (length !== null && length > 0 ? [{ name, length }] : []))
  return {
    gone: missingFrom(now, then, after.coverage),
    appeared: missingFrom(then, now, before.coverage),
    grown: moves.filter((one) => one.after > one.before),
    drained: moves.filter((one) => one.after < one.before),
    limits,
    owners,
    still,
    alike: both.filter(({ later }) => !touched.has(later.name)).length,
  }
}

/** Its address was not told: at such a port, addresses cannot be held against each other. */
const isAnywhere = ({ local }: Listener): boolean => local.address === '*'

function placesOf(listeners: readonly Listener[], anywhere: ReadonlySet<number>): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  for (const { local, acceptQueue, owners, service } of listeners) {
    const name = anywhere.has(local.port) ? `*:${local.port}` : placeName(local)
    const known = places.get(name)
    const programs = new Set([known?.program ?? null, ...(owners ?? []).map(({ comm }) => comm)])
    places.set(name, {
      name,
      service: known?.service ?? service,
      length: known ? sum(known.length, acceptQueue.length) : acceptQueue.length,
      max: known ? sum(known.max, acceptQueue.max) : acceptQueue.max,
      program:
        [...programs]
          .filter((one) => one !== null)
          .sort()
          .join(', ') || null,
    })
  }
  return places
}

const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

function moveOf(earlier: Place, later: Place): readonly QueueMove[] {
  const [before, after] = [earlier.length, later.length]
  if (before === null || after === null || before === after) return []
  if (before < PASSING && after < PASSING) return []
  return [{ name: later.name, service: later.service ?? earlier.service, before, after, max: later.max ?? earlier.max }]
}

/** Only what both sides tell can have changed. */
function changed<T>(name: string, before: T | null, after: T | null): readonly Changed<T>[] {
  return before === null || after === null || before === after ? [] : [{ name, before, after }]
}

/**
 * What one side lists and the other does not, where the other would have shown it: `awk '$2 > 0'` leaves out empty queues. A list
 * of unknown completeness that shares most of the filled queues is taken to be of the same kind.
 */
function missingFrom(
  side: ReadonlyMap<string, Place>,
  other: ReadonlyMap<string, Place>,
  coverage: readonly Coverage[],
): readonly ListenerOnce[] {
  const proven = coversAll(coverage)
  const filled = [...other.values()].filter(({ length }) => (length ?? 0) > 0)
  const alike = filled.filter(({ name }) => side.has(name)).length * 2 >= filled.length
  const candidates = proven ? [...other.values()] : coversQueued(coverage) || alike ? filled : []
  return candidates
    .filter(({ name }) => !side.has(name))
    .map(({ name, service, length }) => ({ name, service, length, proven }))
}
