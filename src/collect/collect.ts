import type { Flows } from '../model/flow.ts'
import type { Nat } from '../model/nat.ts'
import type { Network } from '../model/network.ts'
import type { Gap, Part } from '../model/part.ts'
import type { Counters, Netns, Process, Snapshot, Sockstat, Sysctls } from '../model/snapshot.ts'
import type { ConnectionGroup, Listener, StateCensus } from '../model/socket.ts'
import { groupSockets } from '../parse/group-sockets.ts'
import { uniteProcesses } from '../parse/unite-processes.ts'
import type { Answer, Host, NetnsRef } from '../sys/host.ts'
import type { Proc } from '../sys/proc.ts'
import { contentsOf, gap, ok, type Provenance, uniteProvenance, whyNothing } from './answers.ts'
import { type Budget, NO_LIMIT } from './budget.ts'
import { withCgroups } from './cgroups.ts'
import { collectCounters } from './counters.ts'
import { readAllForwarding } from './forwarding-order.ts'
import { collectMachine } from './machine.ts'
import { collectCaptures, collectContainers, collectNetwork, inodesIn, withHolders } from './network.ts'
import { collectNode } from './node.ts'
import { putOwners, startOwners } from './owners.ts'
import { type ProcessScan, scanProcesses } from './processes.ts'
import { readConnections, readListeners, type SocketsRead, someQueued } from './sockets.ts'
import { collectSockstat, mayHaveUdp } from './sockstat.ts'
import { collectSysctls } from './sysctls.ts'

/** A machine with fewer sockets than this is walked for every namespace that has a listener: a millisecond each. */
const FEW_SOCKETS = 20_000

/** One namespace while it is being read. */
interface Reading {
  readonly ref: NetnsRef
  readonly answers: readonly Answer[]
  sockets: SocketsRead | Gap
  readonly counters: Part<Counters>
  readonly sockstat: Part<Sockstat>
  readonly hasUdp: boolean
  readonly sysctls: Part<Sysctls>
  network: Part<Network>
  nat: Part<Nat>
  flows: Part<Flows>
}

/**
 * One reading of a Host, whichever it is.
 * Shape:  what is cheap first and everywhere (listeners, counters, settings), then connections where there are any, the namespaces
 *         with full queues before the others, then interfaces and routes, who holds the sockets, forwarding rules
 *         `before`: the same machine seconds earlier
 * Gaps:   each piece on its own: denied, absent, timeout (the budget is spent) … One gap never stops the rest
 */
export function collectSnapshot(host: Host, budget: Budget = NO_LIMIT, before: Snapshot | null = null): Snapshot {
  const node = collectNode(host)
  const readings = host.netns.map((ref) => beginReading(host, ref, budget))
  readAllConnections(readings, budget)
  readLists(host, readings, budget)
  const scan = attribute(host, readings, budget)
  readAllForwarding(host, readings, budget, before)
  return {
    apiVersion: 'recvq/v1',
    kind: 'Snapshot',
    source: host.source,
    way: host.way,
    takenAt: host.takenAt,
    lines: host.lines,
    node,
    processes: scan.processes,
    containers: collectContainers(host.ask('containers', null)),
    captures: collectCaptures(host.ask('capture', null)),
    machine: scan.live
      ? withCgroups(collectMachine(host.ask('machine', null)), scan.live, scan.cgroups, budget)
      : collectMachine(host.ask('machine', null)),
    netns: readings.map(finishReading),
    hints: host.hints,
  }
}

function beginReading(host: Host, ref: NetnsRef, budget: Budget): Reading {
  const why = budget.spent()
  const late = why === null ? null : gap('timeout', why)
  const answers = late ? [late] : host.ask('sockets', ref)
  const counted = late ? [] : host.ask('sockstat', ref)
  return {
    ref,
    answers,
    sockets: late ?? readListeners(answers, budget),
    counters: late ?? collectCounters(host.ask('counters', ref)),
    sockstat: late ?? collectSockstat(counted),
    hasUdp: mayHaveUdp(counted),
    sysctls: late ?? collectSysctls(host.ask('sysctls', ref)),
    network: NOT_YET,
    nat: NOT_YET,
    flows: NOT_YET,
  }
}

/** What costs more, or is needed less: the lists of each namespace, after all their sockets, and before their owners are looked for. */
function readLists(host: Host, readings: readonly Reading[], budget: Budget): void {
  for (const reading of readings) {
    const { ref, hasUdp } = reading
    const depth = { thorough: ref.kind === 'host', udp: hasUdp }
    reading.network = unlessLate(budget, () => collectNetwork(host.ask('network', ref), depth))
  }
}

function unlessLate<T>(budget: Budget, read: () => Part<T>): Part<T> {
  const why = budget.spent()
  return why === null ? read() : gap('timeout', why)
}

const NOT_YET = gap('timeout', 'not read yet')

const wasRead = (sockets: SocketsRead | Gap): sockets is SocketsRead => !('ok' in sockets)

function readAllConnections(readings: readonly Reading[], budget: Budget): void {
  const hashed = ({ sockstat }: Reading) =>
    sockstat.ok ? (sockstat.data.tcpInUse ?? 0) + (sockstat.data.timeWait ?? 0) : 0
  const total = readings.reduce((sum, one) => sum + hashed(one), 0)
  const urgent = ({ sockets }: Reading) => (wasRead(sockets) && someQueued(sockets.table) ? 0 : 1)
  for (const reading of [...readings].sort((a, b) => urgent(a) - urgent(b))) {
    const { sockets, sockstat } = reading
    if (wasRead(sockets))
      reading.sockets = readConnections(sockets, sockstat.ok ? sockstat.data : null, total < FEW_SOCKETS, budget)
  }
}

interface Attributed extends Pick<ProcessScan, 'processes' | 'cgroups'> {
  /** null: from text. */
  readonly live: Proc | null
}

/** Who holds the sockets: by inode on a live machine; a transcript's rows name their processes themselves. */
function attribute(host: Host, readings: readonly Reading[], budget: Budget): Attributed {
  const answers = host.ask('processes', null)
  const live = answers.find((answer) => answer.ok && 'proc' in answer)
  if (!live?.ok || !('proc' in live)) return { processes: processesToldBy(answers), cgroups: [], live: null }
  const tables = readings.flatMap(({ sockets }) => (wasRead(sockets) ? [sockets.table] : []))
  const owners = startOwners(
    tables,
    readings.flatMap(({ network }) => (network.ok ? inodesIn(network.data) : [])),
  )
  const scan = scanProcesses(live.proc, live.podOf, owners, budget)
  for (const table of tables) putOwners(table, owners, scan.complete)
  for (const one of readings)
    if (one.network.ok) one.network = { ...one.network, data: withHolders(one.network.data, owners) }
  return { ...scan, live: live.proc }
}

function processesToldBy(answers: readonly Answer[]): Part<readonly Process[]> {
  const told = contentsOf(answers, 'processes')
  if (told.length === 0) return whyNothing(answers, 'processes')
  return ok(uniteProcesses(told.flatMap((one) => one.content.processes)), uniteProvenance(told))
}

function finishReading({ ref, answers, sockets, hasUdp: _, ...parts }: Reading): Netns {
  const { key, kind, inode, pod } = ref
  return { key, kind, inode, pod, ...socketParts(sockets, answers), ...parts }
}

function socketParts(
  sockets: SocketsRead | Gap,
  answers: readonly Answer[],
): Pick<Netns, 'listeners' | 'connections' | 'census'> {
  const printed = censusToldBy(answers)
  const byHand = contentsOf(answers, 'listeners')
  if (!wasRead(sockets)) {
    const listeners: Part<readonly Listener[]> =
      byHand.length > 0
        ? ok(
            byHand.flatMap((one) => one.content.listeners),
            uniteProvenance(byHand),
          )
        : sockets
    return { listeners, connections: sockets, census: printed ?? sockets }
  }
  const { listeners, groups, census } = groupSockets(sockets.table, sockets.originOf)
  const { connections } = sockets
  const written = byHand.flatMap((one) => one.content.listeners)
  const named = listeners.map((known) => ({
    ...known,
    service: known.service ?? written.find((one) => isSame(known, one))?.service ?? null,
  }))
  const further = written.filter((one) => !listeners.some((known) => isSame(known, one)))
  const of = <T>(data: T, from: Provenance | Gap): Part<T> => ('ok' in from ? from : ok(data, from))
  return {
    listeners: ok([...named, ...further], uniteProvenance([sockets.listeners, ...byHand])),
    connections: of<readonly ConnectionGroup[]>(groups, connections),
    census: printed ?? countedCensus(census, connections, sockets),
  }
}

/** The same socket, listed by a tool and written down by a person, who leaves the address out. */
const isSame = (tool: Listener, hand: Listener) =>
  tool.local.port === hand.local.port && (hand.local.address === '*' || hand.local.address === tool.local.address)

function countedCensus(
  counts: StateCensus['counts'],
  connections: Provenance | Gap,
  sockets: SocketsRead,
): Part<StateCensus> {
  if ('ok' in connections) return connections
  const whole = [sockets.listeners, connections].every((one) => one.coverage.some((set) => set.of === 'all'))
  if (!whole && !sockets.dump) return gap('absent', 'census: only a part of the sockets was captured')
  return ok({ counts, origin: sockets.originOf(0) }, connections)
}

function censusToldBy(answers: readonly Answer[]): Part<StateCensus> | null {
  const [told] = contentsOf(answers, 'census')
  return told ? ok(told.content.census, told) : null
}
