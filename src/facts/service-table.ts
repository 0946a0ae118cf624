import type { Part } from '../model/part.ts'
import type {
  NamespaceTotal,
  RowFlows,
  RowListener,
  RowRules,
  ServiceRow,
  ServiceTable,
  TableGap,
  TablePlace,
} from '../model/service-table.ts'
import type { Listener } from '../model/socket.ts'
import { type AcceptQueue, acceptQueues } from './accept-queues.ts'
import { connectIntervals } from './conntrack-intervals.ts'
import { coversAll } from './coverage.ts'
import { dnatTarget, isUntranslated } from './flow-nat.ts'
import type { KnownCluster } from './known-cluster.ts'
import { limitsTold } from './listeners.ts'
import type { View } from './need.ts'
import { viewOfNoMachine } from './no-machine.ts'
import { holderOf } from './owners.ts'
import { type ClusterIndex, endpointCells, indexCluster } from './service-endpoints.ts'
import { type HandNames, type PortFacts, servicePorts } from './service-ports.ts'

/**
 * The Service ports of one namespace at one reading, the longest queues first.
 * Gaps: what rules, listeners or Kubernetes did not tell is null, with the reason in `gaps`
 */
export function serviceTable(view: View, handNames: HandNames): ServiceTable {
  // A pod's own namespace forwards nothing: the cluster's Services are the node's matter.
  const isNode = view.netns.kind === 'host' || !view.snapshot.netns.some((one) => one.kind === 'host')
  const cluster = isNode && view.netns.kind !== 'pod' ? view.cluster : null
  const index = indexCluster(cluster)
  const queues = queuesByPort(view)
  const rows = servicePorts({ ...view, cluster }, cluster?.all.services ?? [], handNames).map((facts) =>
    rowOf(view, facts, index, queues),
  )
  return { ...placeOf(view), ...finished(rows), gaps: gapsOf(view, cluster) }
}

/** Services of a cluster that no machine of the input is a node of. */
export function clusterTable(cluster: KnownCluster): ServiceTable {
  const index = indexCluster(cluster)
  const view = viewOfNoMachine(cluster)
  const rows = servicePorts(view, cluster.all.services, new Map()).map((facts) => rowOf(view, facts, index, new Map()))
  return { ...placeOf(view), node: null, netns: null, ...finished(rows), gaps: [] }
}

export const placeOf = ({ snapshot, netns }: View): TablePlace => ({
  node: snapshot.node.name,
  netns: netns.key,
  pod: netns.pod,
  source: snapshot.source,
  way: snapshot.way,
  lines: snapshot.lines,
  takenAt: snapshot.takenAt,
})

function finished(rows: readonly ServiceRow[]): Pick<ServiceTable, 'rows' | 'totals'> {
  const shared = withShared(rows)
  return { rows: shared.toSorted(longestFirst), totals: totalsOf(shared) }
}

const longest = ({ listeners }: ServiceRow): number => listeners[0]?.length ?? -1

const longestFirst = (a: ServiceRow, b: ServiceRow): number =>
  longest(b) - longest(a) ||
  Number(a.service === null) - Number(b.service === null) ||
  (a.service ?? '').localeCompare(b.service ?? '', 'en') ||
  (a.nodePort ?? 0) - (b.nodePort ?? 0)

function rowOf(view: View, facts: PortFacts, index: ClusterIndex, queues: ReadonlyMap<number, readonly RowListener[]>) {
  const { listeners } = view.netns
  const isTcp = facts.protocol === 'tcp'
  const row: ServiceRow = {
    service: facts.service,
    namedBy: facts.namedBy,
    namedAt: facts.namedAt,
    inKubernetes: facts.told !== null,
    type: facts.told?.service.type ?? null,
    protocol: facts.protocol,
    port: facts.port,
    nodePort: facts.nodePort,
    addresses: facts.addresses,
    ageSeconds: facts.told?.service.ageSeconds ?? null,
    listeners: facts.nodePort !== null && isTcp ? (queues.get(facts.nodePort) ?? []) : [],
    listenersWhole: isTcp && listeners.ok && coversAll(listeners.coverage),
    rules: rulesOf(view, facts),
    ...endpointCells(facts, index),
    shares: [],
    flows: flowsOf(view, facts),
  }
  return row
}

/** Every listener with its queue and limit, by port. */
function queuesByPort(view: View): ReadonlyMap<number, readonly RowListener[]> {
  const { listeners } = view.netns
  const byPort = new Map<number, RowListener[]>()
  if (!listeners.ok) return byPort
  const got = acceptQueues.get(view)
  const queues = new Map<Listener, AcceptQueue>((got.ok ? got.value : []).map((one) => [one.listener, one]))
  const limits = limitsTold(view)
  for (const listener of listeners.data) {
    const row = listenerRow(view, listener, queues.get(listener) ?? null, limits)
    const { port } = listener.local
    byPort.set(
      port,
      [...(byPort.get(port) ?? []), row].toSorted((a, b) => (b.length ?? -1) - (a.length ?? -1)),
    )
  }
  return byPort
}

/** One listener as tables show it. */
export function listenerRow(view: View, listener: Listener, queue: AcceptQueue | null, limits: boolean): RowListener {
  const { local, acceptQueue, origin } = listener
  const holder = queue ? queue.holder : holderOf(view, listener)
  const printed = limits ? acceptQueue.max : null
  return {
    address: local.address,
    port: local.port,
    program: holder?.program ?? null,
    pids: holder?.pids ?? [],
    length: acceptQueue.length,
    limit: queue?.limit?.value ?? printed,
    limitKnown: queue?.limit?.known ?? (printed === null ? null : 'printed'),
    over: queue?.full ?? false,
    origin,
  }
}

function rulesOf(view: View, { forwardings }: PortFacts): RowRules | null {
  const [first] = forwardings
  if (!first) return null
  const origin = view.netns.nat.ok ? (view.netns.nat.data.listings[0]?.origin ?? null) : null
  return {
    backends: [...new Set(forwardings.map((one) => one.backend))],
    chain: first.chain,
    chainNotSeen: forwardings.every((one) => one.chainNotSeen),
    localOnly: forwardings.some((one) => one.localOnly),
    refused: forwardings.every((one) => one.refused !== null) ? first.refused : null,
    origin: origin && 'file' in origin ? { ...origin, line: first.lines[0] ?? origin.line } : origin,
  }
}

function flowsOf({ netns }: View, { nodePort, addresses, protocol }: PortFacts): RowFlows | null {
  if (!netns.flows.ok) return null
  const places = new Set(addresses.map((one) => `${one.address} ${one.port}`))
  const flows = netns.flows.data.listings.flatMap((listing) =>
    listing.flows.filter(
      ({ original, protocol: of }) =>
        of === protocol &&
        original.destinationPort !== null &&
        (original.destinationPort === nodePort || places.has(`${original.destination} ${original.destinationPort}`)),
    ),
  )
  if (flows.length === 0) return null
  return {
    entries: flows.length,
    translated: flows.filter((flow) => dnatTarget(flow) !== null).length,
    past: flows.filter((flow) => flow.original.destinationPort === nodePort && isUntranslated(flow) === true).length,
    intervals: connectIntervals(flows)
      .map(({ source, seconds, connections, steady }) => ({ source, seconds, connections, steady }))
      .toSorted((a, b) => b.connections - a.connections || a.source.localeCompare(b.source, 'en')),
  }
}

/** Rows of different Services with the same endpoints, as far as they are shown. */
function withShared(rows: readonly ServiceRow[]): readonly ServiceRow[] {
  const groups = new Map<string, ServiceRow[]>()
  for (const row of rows) {
    if (row.endpoints.length === 0 || row.service === null) continue
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return rows.map((row) => {
    const others = (groups.get(keyOf(row)) ?? []).filter((one) => serviceOf(one) !== serviceOf(row))
    if (row.service === null || others.length === 0) return row
    const shares = others.flatMap((one) =>
      one.service === null ? [] : [{ service: one.service, whole: one.notSeen === 0 && row.notSeen === 0 }],
    )
    return { ...row, shares }
  })
}

/** Endpoints shown, and how many there are by Kubernetes, else by the rules. */
const keyOf = ({ endpoints, kubernetesCount, endpointCount }: ServiceRow): string =>
  `${kubernetesCount ?? endpointCount} ${endpoints
    .map((one) => `${one.address}:${one.port}`)
    .toSorted()
    .join()}`

const serviceOf = ({ service }: ServiceRow): string => (service ?? '').replace(/:[^:/]*$/, '')

function totalsOf(rows: readonly ServiceRow[]): readonly NamespaceTotal[] {
  const totals = new Map<string, { ports: number; over: number | null; queued: number }>()
  for (const { service, listeners } of rows) {
    const namespace = /^([^/]+)\//.exec(service ?? '')?.[1]
    const queued = listeners.reduce((sum, one) => sum + (one.length ?? 0), 0)
    if (namespace === undefined || queued === 0) continue
    const total = totals.get(namespace) ?? { ports: 0, over: 0, queued: 0 }
    total.ports++
    total.over = plusOver(total.over, listeners)
    total.queued += queued
    totals.set(namespace, total)
  }
  return [...totals]
    .map(([namespace, total]) => ({ namespace, ...total }))
    .toSorted((a, b) => b.ports - a.ports || a.namespace.localeCompare(b.namespace, 'en'))
}

/** One more where one of these queues is over its limit; null where that cannot be told. */
function plusOver(over: number | null, listeners: readonly RowListener[]): number | null {
  if (listeners.some((one) => one.over)) return over === null ? null : over + 1
  return listeners.some((one) => one.limit === null && (one.length ?? 0) > 0) ? null : over
}

function gapsOf({ netns }: View, cluster: KnownCluster | null): readonly TableGap[] {
  const gaps = (['listeners', 'nat'] as const).flatMap((part) => partGap(part, netns[part]))
  if (!cluster) return [...gaps, { part: 'cluster', reason: 'absent', details: [] }]
  const cuts = [...new Set(cluster.listings.flatMap((one) => one.cuts))]
  return cuts.length === 0 ? gaps : [...gaps, { part: 'cluster', reason: 'partial', details: cuts }]
}

/** What of a part was not seen; nothing where it is whole. */
export function partGap(part: string, value: Part<unknown>): readonly TableGap[] {
  if (!value.ok) return [{ part, reason: value.reason, details: [value.detail] }]
  return value.cuts.length === 0 ? [] : [{ part, reason: 'partial', details: value.cuts }]
}
