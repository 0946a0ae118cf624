import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { type ClusterPort, clusterPorts, listsAll } from './cluster-services.ts'
import type { NamedForwarding } from './forwarding-names.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { heldOpen } from './never-accepted.ts'
import { type ServiceRules, serviceRules } from './service-rules.ts'

/** A NodePort that is known of a node, from whatever speaks of it. */
export interface KnownNodePort {
  readonly port: number
  /** In lower case. */
  readonly protocol: string
  /** `namespace/name:port`; null where nothing names it. */
  readonly service: string | null
  /** As rules have it; both families. */
  readonly forwardings: readonly NamedForwarding[]
  /** As Kubernetes has it. */
  readonly told: ClusterPort | null
  readonly origin: Origin
}

/** The NodePorts of a node, by rules, by Kubernetes and by what kube-proxy holds open. Gaps: incomplete unless one of the first two is whole. */
export const nodePorts: Need<readonly KnownNodePort[]> = need('node-ports', (view) => {
  const rules = serviceRules.get(view)
  const told = isNode(view, rules.ok ? rules.value : null) ? ofCluster(view) : []
  const held = heldOpen(view.netns)
  if (!rules.ok && told.length === 0 && held.length === 0) return missing(rules.why)
  const ports = new Map<string, KnownNodePort>()
  const add = (port: number, protocol: string, more: Partial<KnownNodePort>, origin: Origin) => {
    const key = `${protocol} ${port}`
    const known = ports.get(key) ?? { port, protocol, service: null, forwardings: [], told: null, origin }
    ports.set(key, {
      ...known,
      service: known.service ?? more.service ?? null,
      forwardings: [...known.forwardings, ...(more.forwardings ?? [])],
      told: known.told ?? more.told ?? null,
    })
  }
  for (const one of rules.ok ? rules.value.forwardings : [])
    if (one.nodePort !== null && rules.ok)
      add(one.nodePort, one.protocol ?? 'tcp', { service: one.service, forwardings: [one] }, rules.value.originOf(one))
  for (const one of told)
    if (one.port.nodePort !== null)
      add(one.port.nodePort, one.port.protocol.toLowerCase(), { service: one.name, told: one }, one.origin)
  for (const { local, service, origin } of held) add(local.port, 'tcp', { service }, origin)
  const whole = (view.cluster && listsAll(view.cluster, 'services')) || (rules.ok && rules.incomplete === null)
  return got(
    [...ports.values()].toSorted((a, b) => a.port - b.port),
    whole ? null : NOT_ALL,
  )
})

const ofCluster = ({ cluster }: View): readonly ClusterPort[] =>
  cluster ? clusterPorts(cluster).filter((one) => one.port.nodePort !== null) : []

/** Services concern the namespace that has their rules, or the node's own: not the namespaces of its pods. */
const isNode = ({ netns }: View, rules: ServiceRules | null): boolean =>
  netns.kind === 'host' || netns.kind === 'unplaced' || (rules !== null && rules.forwardings.length > 0)

const NOT_ALL: Text = {
  en: 'which NodePorts there are was not seen whole (kubectl get svc -A, or iptables-save)',
  zh: '没有看全有哪些 NodePort（kubectl get svc -A，或 iptables-save）',
}
