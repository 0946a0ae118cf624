import type { Plain } from '../../scripts/capture-fixtures/expect-plain.ts'
import type { Packet } from '../../src/model/capture.ts'
import type { Netns, Snapshot } from '../../src/model/snapshot.ts'

/** Where the reading of a plain state and what is known of its making disagree, a sentence each. */
export function plainHeldAgainst(wanted: Plain, snapshot: Snapshot, netns: Netns): readonly string[] {
  return [
    ...forwarding(wanted, netns),
    ...wires(wanted, netns),
    ...machine(wanted, snapshot),
    ...looks(wanted, snapshot, netns),
    ...programs(wanted, snapshot, netns),
    ...nics(wanted, netns),
  ]
}

function forwarding({ dnat, flows }: Plain, { nat, flows: read }: Netns): readonly string[] {
  const rules = nat.ok ? nat.data.listings.flatMap((one) => one.rules) : []
  const sentTo = rules.flatMap((one) => (one.dnat ? [`${one.dnat.address}:${one.dnat.port}`] : []))
  const entries = read.ok ? read.data.listings.flatMap((one) => one.flows) : []
  const dialled = Map.groupBy(entries, (one) => one.original.destinationPort)
  return [
    ...(dnat ? same('dnat', dnat, [...new Set(sentTo)].sort()) : []),
    ...Object.entries(flows ?? {}).flatMap(([port, count]) => {
      const found = (dialled.get(Number(port)) ?? []).length
      return found === count ? [] : [`flows to ${port}: ${count}, read as ${found}`]
    }),
  ]
}

function wires({ links, addresses, routes, neighbours }: Plain, { network }: Netns): readonly string[] {
  const read = network.ok ? network.data : null
  return [
    ...Object.entries(links ?? {}).flatMap(([name, mtu]) => {
      const found = read?.links?.find((one) => one.name === name)
      return found?.mtu === mtu ? [] : [`link ${name} of mtu ${mtu} was read as ${JSON.stringify(found ?? null)}`]
    }),
    ...missing(
      'address',
      addresses,
      read?.addresses?.map((one) => one.address),
    ),
    ...missing(
      'route',
      routes,
      read?.routes?.map((one) => one.to),
    ),
    ...missing(
      'neighbour',
      neighbours,
      read?.neighbours?.map((one) => one.address),
    ),
  ]
}

function machine({ memoryTotal, load, cores, processes }: Plain, { machine: part, node, processes: known }: Snapshot) {
  const read = part.ok ? part.data : null
  const total = read?.memory?.totalBytes
  const minutes = read?.load && [read.load.minute1, read.load.minutes5, read.load.minutes15]
  // two looks a moment apart
  const near = load === undefined || (minutes && load.every((one, i) => Math.abs(one - (minutes[i] ?? 99)) < 0.5))
  return [
    ...(memoryTotal === undefined || total === memoryTotal ? [] : [`memory ${memoryTotal}, read as ${total}`]),
    ...(near ? [] : [`load ${load}, read as ${minutes}`]),
    ...(cores === undefined || node.cores === cores ? [] : [`${cores} cores, read as ${node.cores}`]),
    ...missing('process', processes, known.ok ? known.data.map((one) => one.comm) : []),
  ]
}

function looks({ probe, packets }: Plain, { captures }: Snapshot, { network }: Netns): readonly string[] {
  const [found] = (network.ok ? network.data.probes : null) ?? []
  const read = captures.ok ? captures.data.flatMap((one) => one.packets) : []
  return [
    ...(probe ? same('probe', [probe.outcome, probe.port], found ? [found.outcome, found.target.port] : null) : []),
    ...(packets ? same('packets', packets, read.slice(0, packets.length).map(flagsOf)) : []),
  ]
}

function programs({ holders, backlogs, events, acceptErrors }: Plain, { machine: part }: Snapshot, netns: Netns) {
  const read = part.ok ? part.data : null
  const listeners = netns.listeners.ok ? netns.listeners.data : []
  return [
    ...Object.entries(holders ?? {}).flatMap(([port, names]) => {
      const found = listeners.filter(({ local }) => local.port === Number(port)).flatMap((one) => one.owners ?? [])
      // lsof cuts names after nine characters, the kernel after fifteen
      const known = found.every(({ comm }) => names.some((name) => name === comm || name.slice(0, 9) === comm))
      return found.length > 0 && known ? [] : [`${port} is held by ${names}, read as ${found.map(({ comm }) => comm)}`]
    }),
    ...all(
      'backlog',
      backlogs,
      read?.backlogs.map((one) => [one.program, one.port, one.value]),
    ),
    ...all(
      'event',
      events,
      read?.kernelLog.map((one) => [one.kind, one.port, one.answer]),
    ),
    ...all(
      'accept error',
      acceptErrors,
      read?.acceptErrors.map((one) => [one.program, one.error]),
    ),
  ]
}

/** Those that are wanted are there, and no other. */
function all(what: string, wanted: readonly unknown[] | undefined, found: readonly unknown[] = []): readonly string[] {
  if (!wanted) return []
  const rows = (list: readonly unknown[]) => [...new Set(list.map((one) => JSON.stringify(one)))].sort()
  return same(what, rows(wanted), rows(found))
}

function nics({ nics: wanted }: Plain, { network }: Netns): readonly string[] {
  const read = network.ok ? (network.data.nics ?? []) : []
  return Object.entries(wanted ?? {}).flatMap(([name, { driver, speed, counters, features }]) => {
    const found = read.filter((one) => one.name === name)
    const told = Object.assign({}, ...found.map((one) => ({ ...one.counters, ...one.features })))
    return [
      ...(driver === undefined || found.some((one) => one.driver === driver) ? [] : [`${name} is no ${driver}`]),
      ...(speed === undefined || found.some((one) => one.speed === speed) ? [] : [`${name} has not ${speed} Mb/s`]),
      ...Object.entries({ ...counters, ...features }).flatMap(([key, value]) =>
        told[key] === value ? [] : [`${name}: ${key} is ${value}, read as ${told[key]}`],
      ),
    ]
  })
}

const flagsOf = ({ flags }: Packet) => [...(flags ?? [])].sort().join(' ')

const same = (what: string, wanted: unknown, found: unknown): readonly string[] =>
  JSON.stringify(wanted) === JSON.stringify(found)
    ? []
    : [`${what} ${JSON.stringify(wanted)}, read as ${JSON.stringify(found)}`]

const missing = (what: string, wanted: readonly string[] = [], found: readonly string[] = []): readonly string[] =>
  // top cuts names short and says so
  wanted
    .filter((one) => !found.some((name) => name === one || (name.endsWith('+') && one.startsWith(name.slice(0, -1)))))
    .map((one) => `${what} ${one} is missing among ${found.join(', ')}`)
