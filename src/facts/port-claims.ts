import type { NatRule } from '../model/nat.ts'
import type { Listener } from '../model/socket.ts'
import { listeners } from './listeners.ts'
import { got, type Need, need } from './need.ts'
import { type KnownNodePort, nodePorts } from './node-ports.ts'
import { isLoopback } from './own-addresses.ts'
import { type ServiceRules, serviceRules } from './service-rules.ts'

/** A NodePort on whose number somebody else has a claim, too. */
export interface PortConflict {
  readonly nodePort: KnownNodePort
  /** A program that listens there for itself. */
  readonly listener: Listener | null
  /** A rule that sends a container's hostPort (or a published port of Docker) elsewhere. */
  readonly hostPort: NatRule | null
  /** Other Services that rules forward from the same NodePort. */
  readonly others: readonly string[]
  /** Where the NodePort's own rules lead was seen whole, and it is not to that program. */
  readonly whole: boolean
}

/** NodePorts with more than one claim. Gaps: those of the NodePorts, and of the listeners with their owners. */
export const portConflicts: Need<readonly PortConflict[]> = need('port-conflicts', (view) => {
  const ports = nodePorts.get(view)
  if (!ports.ok) return ports
  const heard = listeners.get(view)
  const rules = serviceRules.get(view)
  if (!heard.ok && !rules.ok) return heard
  const foreign = heard.ok ? foreignListeners(heard.value) : new Map<number, Listener>()
  const places = rules.ok ? nodePortAddresses(rules.value) : null
  const hostPorts = rules.ok ? hostPortRules(rules.value) : new Map<string, NatRule>()
  const conflicts = ports.value.flatMap((nodePort) => {
    const { protocol, port } = nodePort
    const listener = protocol === 'tcp' ? foreign.get(port) : undefined
    const hostPort = hostPorts.get(`${protocol} ${port}`)
    const conflict: PortConflict = {
      nodePort,
      listener: listener && !leadsTo(nodePort) && isOnNodePorts(listener, places) ? listener : null,
      hostPort: hostPort && !isSameTarget(nodePort, hostPort) ? hostPort : null,
      others: otherServices(nodePort),
      whole: nodePort.forwardings.some(
        (one) => one.endpoints.length > 0 && one.endpoints.every((to) => to.address !== null),
      ),
    }
    return conflict.listener || conflict.hostPort || conflict.others.length > 0 ? [conflict] : []
  })
  return got(conflicts, ports.incomplete ?? (heard.ok ? heard.incomplete : heard.why))
})

/**
 * Programs that open NodePorts on Kubernetes' behalf: kube-proxy up to 1.23, distributions that have it inside, and network
 * plug-ins that hold the numbers in its stead.
 */
const HOLDERS =
  /^(?:kube-proxy|hyperkube|k3s(?:-server|-agent)?|rke2|kubelite|openshift(?:-sdn.*)?|sdn|ovnkube(?:-node)?|kube-router|cilium-agent|antrea-agent|calico-node)$/

/** Listeners of other programs, by port: of those whose owner was not told nobody knows whose they are. */
function foreignListeners(all: readonly Listener[]): ReadonlyMap<number, Listener> {
  const foreign = new Map<number, Listener>()
  for (const one of all) {
    const owners = one.owners ?? []
    if (owners.length > 0 && !owners.some(({ comm }) => HOLDERS.test(comm)) && !isLoopback(one.local.address))
      foreign.set(one.local.port, one)
  }
  return foreign
}

/**
 * A host-network pod that listens on the number which the Service's rules lead to: it is the endpoint itself. Which addresses a
 * node has may not be known, and an endpoint on the very same number is hardly chance: so the number alone decides.
 */
function leadsTo({ forwardings, told, port }: KnownNodePort): boolean {
  const backends = told?.backends ? [...told.backends.ready, ...told.backends.unready] : []
  return [...forwardings.flatMap((one) => one.endpoints), ...backends].some((one) => one.port === port)
}

/** Addresses to which kube-proxy's nodePortAddresses keeps the NodePorts; null: every address of the node. */
function nodePortAddresses({ rules }: ServiceRules): ReadonlySet<string> | null {
  const entries = rules.filter((rule) => rule.target === 'KUBE-NODEPORTS')
  const places = entries.flatMap(({ destination }) => (destination === null ? [] : [destination]))
  return places.length === 0 || places.length < entries.length ? null : new Set(places)
}

/** A program on an address that has no NodePorts gets all of its clients. Networks (`10.0.0.0/8`) are not told apart. */
function isOnNodePorts({ local }: Listener, places: ReadonlySet<string> | null): boolean {
  const isAny = local.address === '*' || local.address === '0.0.0.0' || local.address === '::'
  return isAny || places === null || places.has(local.address) || [...places].some((one) => /[/!]/.test(one))
}

/** Ports of this node that rules of container runtimes and CNI plug-ins translate, by `protocol port`. */
function hostPortRules({ rules }: ServiceRules): ReadonlyMap<string, NatRule> {
  const ports = new Map<string, NatRule>()
  for (const rule of rules) {
    if (rule.destinationPort === null || rule.target === null) continue
    const byRuntime =
      /^(?:CNI-DN-|DOCKER$|KUBE-HP-|hostports$|hostip_hostports$)/.test(rule.chain) && rule.dnat !== null
    const byKubelet = rule.chain === 'KUBE-HOSTPORTS' && rule.target.startsWith('KUBE-HP-')
    const key = `${rule.protocol ?? 'tcp'} ${rule.destinationPort}`
    if ((byRuntime || byKubelet) && !ports.has(key)) ports.set(key, rule)
  }
  return ports
}

/** Both lead to the one pod there is. */
const isSameTarget = ({ forwardings }: KnownNodePort, { dnat }: NatRule): boolean =>
  dnat !== null &&
  forwardings.length > 0 &&
  forwardings.every((one) => one.endpoints.every((to) => to.address === dnat.address && to.port === dnat.port))

/** Names beside the first that rules of one family forward from this port. */
function otherServices({ forwardings }: KnownNodePort): readonly string[] {
  const live = forwardings.filter((one) => one.refused === null && one.service !== null)
  const others = ([4, 6, null] as const).flatMap((family) => {
    const names = [...new Set(live.filter((one) => one.family === family).map((one) => one.service ?? ''))]
    return names.slice(1)
  })
  return [...new Set(others)]
}
