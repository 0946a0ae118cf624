import type { Between, Expected, ExpectedListener } from '../../scripts/capture-fixtures/expect.ts'
import type { Plain } from '../../scripts/capture-fixtures/expect-plain.ts'
import type { Coverage } from '../../src/model/part.ts'
import type { Netns, Series, Snapshot } from '../../src/model/snapshot.ts'
import type { ConnectionGroup, Listener } from '../../src/model/socket.ts'
import { plainHeldAgainst } from './plain.ts'

/** Where the reading of a fixture and the kernel's own state disagree, a sentence each. */
export function heldAgainst(
  expected: Expected & { readonly pending?: string; readonly plain?: Plain },
  series: readonly Series[],
): readonly string[] {
  if (expected.pending !== undefined) return []
  const snapshots = series.flatMap((one) => one.snapshots)
  const [snapshot] = snapshots
  const netns = snapshot?.netns.find((one) => one.kind === 'host')
  if (!snapshot || !netns || snapshots.length > 1) return [`${snapshots.length} snapshots`]
  return [
    ...listeners(expected, netns),
    ...connections(expected, netns),
    ...numbers(expected, netns),
    ...others(expected, snapshot, netns),
    ...(expected.plain ? plainHeldAgainst(expected.plain, snapshot, netns) : []),
  ]
}

/** Every listener was shown, or every one with a queue. */
const showsListeners = (set: Coverage): boolean =>
  set.of === 'all' ||
  set.of === 'recv-queue-above' ||
  (set.of === 'state' && set.state === 'LISTEN') ||
  (set.of === 'and' && set.sets.every(showsListeners))

function listeners(
  { listeners: wanted, whole, noTcp }: Expected,
  { listeners: part, connections }: Netns,
): readonly string[] {
  if (noTcp && ((part.ok && part.data.length > 0) || (connections.ok && connections.data.length > 0)))
    return ['sockets that are not TCP were taken for TCP']
  if (!wanted) return []
  if (!part.ok) return [`listeners: ${part.reason} ${part.detail}`]
  const left = [...part.data]
  const missing = wanted.flatMap((one) => {
    const at = left.findIndex((other) => isSame(one, other))
    if (at < 0) {
      const near = part.data.filter((other) => other.local.port === one.port)
      return [`listener ${JSON.stringify(one)} was read as ${JSON.stringify(near.map(shown))}`]
    }
    left.splice(at, 1)
    return []
  })
  const saysWhole = part.coverage.some(showsListeners)
  return [
    ...missing,
    ...left.map((one) => `listener ${JSON.stringify(shown(one))} is not there`),
    ...(saysWhole === whole ? [] : [`listeners: coverage ${JSON.stringify(part.coverage)}, whole ${whole}`]),
  ]
}

const shown = ({ local, acceptQueue, owners }: Listener) => ({ local, acceptQueue, owners })

/** `:::22` and `*:22` do not say whether they are dual-stack; old netstat prints no queue's limit. */
function isSame(wanted: ExpectedListener, { local, acceptQueue, owners }: Listener): boolean {
  return (
    local.port === wanted.port &&
    (local.address === wanted.address || (local.address === '*' && ['::', '0.0.0.0'].includes(wanted.address))) &&
    acceptQueue.length === wanted.length &&
    acceptQueue.max === wanted.max &&
    (wanted.owners === null || sameOwners(wanted.owners, owners))
  )
}

/** Tools cut long names short. */
const sameOwners = (wanted: readonly string[], owners: Listener['owners']) =>
  owners !== null &&
  owners.length === wanted.length &&
  owners.every(({ comm }) => wanted.some((name) => name === comm || (comm.length >= 8 && name.startsWith(comm))))

function connections(
  { connections: wanted, unaccepted, whole }: Expected,
  { connections: part }: Netns,
): readonly string[] {
  if (!wanted) return []
  if (!part.ok) return Object.keys(wanted).length === 0 ? [] : [`connections: ${part.reason} ${part.detail}`]
  const found: Record<string, number> = {}
  for (const { state, count } of part.data) found[state] = (found[state] ?? 0) + count
  const all = part.coverage.some(({ of }) => of === 'all')
  return [
    ...outside('connections', wanted, found),
    ...Object.keys(found).flatMap((state) => (state in wanted ? [] : [`connections in ${state} are not there`])),
    ...(unaccepted === undefined
      ? []
      : outside('unaccepted', { count: [unaccepted, unaccepted] }, { count: waiting(part.data) })),
    ...(!whole && all ? ['connections: a part was taken for the whole'] : []),
    ...(whole && part.coverage.length === 0 ? ['connections: the whole was taken for a part'] : []),
  ]
}

const waiting = (groups: readonly ConnectionGroup[]) =>
  groups.filter(({ holding }) => holding === 'unaccepted').reduce((sum, { count }) => sum + count, 0)

function numbers(expected: Expected, { census, counters, sockstat, sysctls }: Netns): readonly string[] {
  const { census: states, counters: values, sockstat: sums, sysctls: settings } = expected
  return [
    ...outside('census', states, census.ok ? census.data.counts : {}),
    ...outside('counters', values, counters.ok ? counters.data.values : {}),
    ...(values && counters.ok && counters.data.kind !== 'total' ? ['counters: not totals'] : []),
    ...outside('sockstat', sums, sockstat.ok ? { ...sockstat.data } : {}),
    ...Object.entries(settings ?? {}).flatMap(([key, value]) => {
      const read = sysctls.ok ? sysctls.data.values[key] : undefined
      return read === value ? [] : [`${key} is ${value}, read as ${read}`]
    }),
  ]
}

function others(
  { udp, unix, summary, softnet, kernel }: Expected,
  { node }: Snapshot,
  { network }: Netns,
): readonly string[] {
  const read = network.ok ? network.data : null
  const rows = (read?.udp ?? []).map((one) => [one.local.port, one.recvQueueBytes])
  const paths = (read?.unix ?? []).filter((one) => one.state === 'listening')
  return [
    ...(udp ?? []).flatMap((one) =>
      rows.some(([port, bytes]) => port === one.port && bytes === one.recvQueueBytes)
        ? []
        : [`udp ${JSON.stringify(one)} was read as ${JSON.stringify(rows)}`],
    ),
    ...(unix ?? []).flatMap(({ path, length, max }) => {
      const [found] = paths.filter((one) => one.path === path)
      const queue = found?.acceptQueue
      const same = found && (queue?.length ?? length) === length && (queue?.max ?? max) === max
      return same ? [] : [`unix ${path} ${length}/${max} was read as ${JSON.stringify(found ?? null)}`]
    }),
    ...outside('summary', summary, read?.summary ? { ...read.summary } : {}),
    ...(softnet ?? []).flatMap(([processed, dropped], cpu) => {
      const row = read?.softnet?.[cpu]
      return outside(`softnet ${cpu}`, { processed, dropped }, { processed: row?.processed, dropped: row?.dropped })
    }),
    ...(kernel === undefined || node.kernel?.value === kernel
      ? []
      : [`kernel ${kernel} was read as ${node.kernel?.value}`]),
  ]
}

function outside(
  what: string,
  wanted: Readonly<Record<string, Between>> | undefined,
  found: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(wanted ?? {}).flatMap(([name, [low, high]]) => {
    const value = found[name]
    const fits = typeof value === 'number' && low <= value && value <= high
    return fits ? [] : [`${what}: ${name} is ${low === high ? low : `${low} to ${high}`}, read as ${value}`]
  })
}
