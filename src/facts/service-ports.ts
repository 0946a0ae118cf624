import type { Service, ServicePort } from '../model/cluster.ts'
import type { Place } from '../model/nat.ts'
import type { Origin, Part } from '../model/part.ts'
import type { NameSource } from '../model/service-table.ts'
import type { Listener } from '../model/socket.ts'
import { type NamedForwarding, servicePortName } from './forwarding-names.ts'
import type { View } from './need.ts'
import { heldOpen } from './never-accepted.ts'
import { nodeForwardings } from './node-forwardings.ts'

/** A Service port with everything that speaks of it. */
export interface PortFacts {
  service: string | null
  namedBy: NameSource | null
  namedAt: Origin | null
  readonly protocol: string
  port: number | null
  nodePort: number | null
  readonly addresses: (Place & { readonly kind: string })[]
  readonly forwardings: NamedForwarding[]
  /** As Kubernetes knows it. */
  told: { readonly service: Service; readonly port: ServicePort } | null
}

/**
 * The Service ports that a namespace's rules, its cluster and its listeners speak of, each once.
 * Shape: what has the same NodePort, the same address or the same name is one port; rules name before Kubernetes does, and both
 *        before people
 */
export function servicePorts(view: View, services: readonly Service[], handNames: HandNames): readonly PortFacts[] {
  const ports: PortFacts[] = []
  const known = new Map<string, PortFacts>()
  const { nat } = view.netns
  if (nat.ok) {
    const origin = nat.data.listings[0]?.origin ?? null
    for (const one of nodeForwardings(nat.data, services)) addForwarding(ports, known, one, originOf(origin, one))
  }
  const origins = serviceOrigins(view)
  for (const service of services) {
    const at = origins.get(`${service.namespace}/${service.name}`) ?? null
    for (const port of service.ports) addTold(ports, known, service, port, at)
  }
  for (const listener of namedListeners(view)) addListener(ports, known, listener, handNames)
  return ports
}

/** Where a person's table names the Service of a NodePort. */
export type HandNames = ReadonlyMap<number, { readonly service: string; readonly origin: Origin }>

function addForwarding(ports: PortFacts[], known: Map<string, PortFacts>, one: NamedForwarding, at: Origin | null) {
  const protocol = one.protocol ?? 'tcp'
  const keys = keysOf(protocol, one.service, one.nodePort, one.addresses)
  const facts = find(known, keys) ?? start(ports, protocol)
  facts.forwardings.push(one)
  if (facts.service === null && one.service !== null) {
    facts.service = one.service
    facts.namedBy = one.namedBy === 'rule' ? 'rules' : 'kubernetes'
    facts.namedAt = at
  }
  facts.nodePort ??= one.nodePort
  for (const place of one.addresses)
    if (!facts.addresses.some((two) => two.address === place.address && two.port === place.port))
      facts.addresses.push(place)
  facts.port ??= one.addresses.find((place) => place.kind === 'cluster')?.port ?? null
  enter(known, keys, facts)
}

function addTold(
  ports: PortFacts[],
  known: Map<string, PortFacts>,
  service: Service,
  port: ServicePort,
  at: Origin | null,
) {
  const name = servicePortName(service, port) ?? `${service.name}${port.name === null ? '' : `:${port.name}`}`
  const places = (service.clusterIps ?? []).map((address) => ({ address, port: port.port, kind: 'cluster' }))
  const unique = port.name !== null || service.ports.length === 1
  const keys = keysOf(port.protocol, unique ? name : null, port.nodePort, places)
  const facts = find(known, keys) ?? start(ports, port.protocol)
  if (facts.told) return
  facts.told = { service, port }
  if (facts.service === null) Object.assign(facts, { service: name, namedBy: 'kubernetes', namedAt: at })
  facts.nodePort ??= port.nodePort
  facts.port ??= port.port
  const outside = (service.externalIps ?? []).map((address) => ({ address, port: port.port, kind: 'external' }))
  for (const place of [...places, ...outside])
    if (!facts.addresses.some((two) => two.address === place.address)) facts.addresses.push(place)
  enter(known, keys, facts)
}

/** Listeners that hold a NodePort: kube-proxy's, and those that a person's table names. */
function namedListeners(view: View): readonly Listener[] {
  const listeners: Part<readonly Listener[]> = view.netns.listeners
  if (!listeners.ok) return []
  const held = new Set(heldOpen(view.netns))
  return listeners.data.filter((one) => held.has(one) || one.service?.includes('/'))
}

function addListener(ports: PortFacts[], known: Map<string, PortFacts>, listener: Listener, handNames: HandNames) {
  const { port } = listener.local
  const keys = keysOf('tcp', null, port, [])
  const facts = find(known, keys) ?? start(ports, 'tcp')
  facts.nodePort ??= port
  const byHand = handNames.get(port)
  if (facts.service === null && listener.service !== null)
    Object.assign(facts, { service: listener.service, namedBy: 'typed by hand', namedAt: byHand?.origin ?? null })
  enter(known, keys, facts)
}

function start(ports: PortFacts[], protocol: string): PortFacts {
  const facts: PortFacts = {
    service: null,
    namedBy: null,
    namedAt: null,
    protocol,
    port: null,
    nodePort: null,
    addresses: [],
    forwardings: [],
    told: null,
  }
  ports.push(facts)
  return facts
}

/** By what one Service port is known again. */
function keysOf(
  protocol: string,
  service: string | null,
  nodePort: number | null,
  places: readonly Place[],
): readonly string[] {
  return [
    ...(nodePort === null ? [] : [`${protocol} node ${nodePort}`]),
    ...places.map(({ address, port }) => `${protocol} at ${address} ${port}`),
    ...(service === null ? [] : [`${protocol} named ${service}`]),
  ]
}

function find(known: ReadonlyMap<string, PortFacts>, keys: readonly string[]): PortFacts | null {
  for (const key of keys) {
    const facts = known.get(key)
    if (facts) return facts
  }
  return null
}

function enter(known: Map<string, PortFacts>, keys: readonly string[], facts: PortFacts): void {
  for (const key of keys) if (!known.has(key)) known.set(key, facts)
}

function originOf(origin: Origin | null, { lines }: NamedForwarding): Origin | null {
  return origin && 'file' in origin ? { ...origin, line: lines[0] ?? origin.line } : origin
}

/** The output that lists each Service. */
function serviceOrigins({ cluster }: View): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>()
  for (const { cluster: one, origin } of cluster?.listings ?? [])
    for (const { namespace, name, line } of one.services) {
      const key = `${namespace}/${name}`
      if (!origins.has(key)) origins.set(key, 'file' in origin && line > 0 ? { ...origin, line } : origin)
    }
  return origins
}

/** What people's tables call the NodePorts of one machine, and where. */
export function handNamesIn(listeners: readonly (readonly Listener[])[]): HandNames {
  const names = new Map<number, { readonly service: string; readonly origin: Origin }>()
  for (const { local, service, origin, owners, family } of listeners.flat()) {
    // One that a tool listed as well has the tool's place.
    const isTyped = owners === null && family === null
    if (service?.includes('/') && isTyped && !names.has(local.port)) names.set(local.port, { service, origin })
  }
  return names
}
