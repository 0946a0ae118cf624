import type { Flow } from '../model/flow.ts'
import type { Origin } from '../model/part.ts'
import type { ConnectionGroup, Listener } from '../model/socket.ts'
import { isUntranslated } from './flow-nat.ts'
import { got, type Need, need, type View } from './need.ts'
import { isLoopback, ownAddresses } from './own-addresses.ts'
import type { ServiceRules } from './service-rules.ts'

/** What can be told of how connections came to the listener of one NodePort although rules are to take them away. */
export interface WayPastRules {
  /** Entries of conntrack to this port of this node whose reply is not translated: they came past. */
  readonly untranslated: FlowCount
  /** Entries to the same port that the rules did translate: at their time the rules worked. */
  readonly translated: FlowCount
  /** Peers, by how their packets come in. */
  readonly peers: { readonly v4: number; readonly v6: number; readonly loopback: number; readonly own: number }
  /** Families of the queued connections for which rules of this port were seen whole and there is none. */
  readonly familiesWithout: readonly (4 | 6)[]
  /** A rule refuses the port for want of endpoints. */
  readonly refused: boolean
}

export interface FlowCount {
  readonly count: number
  /** Most first. */
  readonly sources: readonly string[]
  readonly origin: Origin | null
}

/** How connections came to this listener. `rules` null: none were read. */
export function wayPastRules(view: View, listener: Listener, rules: ServiceRules | null): WayPastRules {
  const { port } = listener.local
  const waiting = waitingOn(view, port)
  const flows = flowsOf(waiting, flowsTo(view, port))
  const known = rules?.nodePorts.get(port)?.forwardings ?? []
  const without = (family: 4 | 6) =>
    waiting.some(({ peer }) => familyOf(peer.address) === family && !isLoopback(peer.address)) &&
    !known.some((one) => one.family === family || one.family === null) &&
    rules?.natWhole(family) === true
  return {
    untranslated: countFlows(flows.filter(({ flow }) => isUntranslated(flow) === true)),
    translated: countFlows(flows.filter(({ flow }) => isUntranslated(flow) === false)),
    peers: peersOf(view, waiting),
    familiesWithout: ([4, 6] as const).filter(without),
    refused: known.some((one) => one.refused === 'no endpoints'),
  }
}

interface Placed {
  readonly flow: Flow
  readonly origin: Origin
}

/** Entries to ports of this very node. What it merely passes on to another node's NodePort is not translated either. */
const flowsByPort: Need<ReadonlyMap<number, readonly Placed[]>> = need('flows-to-own-ports', (view) => {
  const { flows } = view.netns
  const ports = new Map<number, Placed[]>()
  const own = ownAddresses(view)
  for (const { flows: rows, origin } of flows.ok ? flows.data.listings : [])
    for (const flow of rows) {
      const port = flow.original.destinationPort
      if (flow.protocol !== 'tcp' || port === null || !own.has(flow.original.destination)) continue
      const placed = { flow, origin: 'file' in origin ? { ...origin, line: flow.line } : origin }
      const known = ports.get(port)
      if (known) known.push(placed)
      else ports.set(port, [placed])
    }
  return got(ports)
})

function flowsTo(view: View, port: number): readonly Placed[] {
  const flows = flowsByPort.get(view)
  return (flows.ok ? flows.value.get(port) : null) ?? []
}

/**
 * Entries of the families that wait: what rules did to IPv4 says nothing of clients over IPv6, which conntrack may not follow at all.
 * Those that were reset while queued show no peer: then every family counts.
 */
function flowsOf(waiting: readonly ConnectionGroup[], placed: readonly Placed[]): readonly Placed[] {
  const families = new Set(waiting.map(({ peer }) => familyOf(peer.address)))
  return families.size === 0 ? placed : placed.filter(({ flow }) => families.has(familyOf(flow.original.source)))
}

function countFlows(placed: readonly Placed[]): FlowCount {
  const counts = new Map<string, number>()
  for (const { flow } of placed) counts.set(flow.original.source, (counts.get(flow.original.source) ?? 0) + 1)
  return {
    count: placed.length,
    sources: [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([source]) => source),
    origin: placed[0]?.origin ?? null,
  }
}

function waitingOn({ netns }: View, port: number): readonly ConnectionGroup[] {
  const groups = netns.connections.ok ? netns.connections.data : []
  return groups.filter(
    ({ local, holding }) => local.port === port && (holding === 'unaccepted' || holding === 'unowned'),
  )
}

function peersOf(view: View, waiting: readonly ConnectionGroup[]): WayPastRules['peers'] {
  const own = ownAddresses(view)
  const sum = (fits: (address: string) => boolean) =>
    waiting.reduce((total, { peer, count }) => total + (fits(peer.address) ? count : 0), 0)
  return {
    loopback: sum(isLoopback),
    own: sum((address) => own.has(address) && !isLoopback(address)),
    v4: sum((address) => familyOf(address) === 4),
    v6: sum((address) => familyOf(address) === 6),
  }
}

const familyOf = (address: string): 4 | 6 | null => (address.includes(':') ? 6 : address.includes('.') ? 4 : null)
