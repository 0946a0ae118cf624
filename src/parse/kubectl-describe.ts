import type { Cluster, ClusterEvent, ClusterNode, Pod } from '../model/cluster.ts'
import type { Line } from '../model/line.ts'
import {
  type Description,
  fieldsIn,
  labelsOf,
  readDescriptions,
  sectionOf,
  tableIn,
  textOf,
} from './describe-sections.ts'
import { describedBackends, describedService } from './describe-service.ts'
import { parseAge } from './kube-age.ts'
import { type KubeContext, NO_CONTEXT } from './kubectl-get.ts'
import { wholeNumber } from './nat-fields.ts'
import { Account, type Reading } from './reading.ts'

type Draft = { -readonly [K in keyof Cluster]: Cluster[K][number][] }

/**
 * Parse `kubectl describe` of nodes, pods, services, endpoints and endpoint slices, with their events; versions 1.5 to 1.32.
 * Shape:  what an object is, is told by its keys: the text does not name its kind
 * Gaps:   objects of other kinds are counted as not understood by their first line
 * Errors: never throws
 */
export function parseKubectlDescribe(lines: readonly Line[], context: KubeContext = NO_CONTEXT): Reading<Cluster> {
  const account = new Account()
  const cluster: Draft = { nodes: [], services: [], endpoints: [], pods: [], events: [] }
  for (const description of readDescriptions(lines, account)) {
    const kind = kindOf(description)
    const namespace = textOf(description, 'Namespace') ?? context.namespace
    const name = textOf(description, 'Name') ?? ''
    if (kind === null || name === '') {
      account.notUnderstood.push(description.line)
      continue
    }
    if (kind === 'node') {
      cluster.nodes.push(nodeOf(description, name))
      cluster.pods.push(...podsOn(description, name))
    } else if (kind === 'pod') cluster.pods.push(podOf(description, name, namespace))
    else {
      if (kind === 'service') cluster.services.push(describedService(description, name, namespace))
      cluster.endpoints.push(...describedBackends(kind, description, name, namespace))
    }
    cluster.events.push(...eventsOf(description, `${kind}/${name}`, namespace))
    for (const section of description.sections) for (const line of section.body) if (isLost(line)) account.strange(line)
  }
  account.notUnderstood.sort((a, b) => a - b)
  account.elided.sort((a, b) => a - b)
  return account.reading(cluster)
}

/** Indented elisions belong to a section's body; they are reported, the rest of a body need not be. */
const isLost = (line: Line) => /^\s+(?:\.{3}|…|\(略\)|（略）)\s*$/.test(line.text)

export type DescribedKind = 'node' | 'pod' | 'service' | 'endpoints' | 'endpointslice'

function kindOf(description: Description): DescribedKind | null {
  const keys = new Set(description.sections.map((section) => section.key))
  if (keys.has('Subsets')) return 'endpoints'
  if (keys.has('AddressType')) return 'endpointslice'
  if (
    keys.has('Session Affinity') ||
    (keys.has('Selector') && keys.has('Type')) ||
    (keys.has('Type') && keys.has('Endpoints'))
  )
    return 'service'
  if (keys.has('Containers') || (keys.has('Node') && keys.has('IP'))) return 'pod'
  if (keys.has('System Info') || keys.has('Unschedulable') || (keys.has('Capacity') && keys.has('Conditions')))
    return 'node'
  return null
}

function nodeOf(description: Description, name: string): ClusterNode {
  const info = new Map(
    fieldsIn(sectionOf(description, 'System Info')?.body ?? []).map((field) => [field.key, field.value]),
  )
  const addresses = sectionOf(description, 'Addresses')
  // Up to 1.8 all addresses stood behind the key, parted by commas; later one a line with its type.
  const typed = fieldsIn(addresses?.body ?? [])
    .filter((field) => /IP$/.test(field.key))
    .map((field) => field.value)
  const plain = (addresses?.value ?? '').split(',').filter((one) => /^[\d.]+$|:/.test(one))
  const roles = textOf(description, 'Roles', 'Role')
  const conditions = tableIn(sectionOf(description, 'Conditions')?.body ?? [])
  const ready = conditions.find((row) => row.cells.get('Type') === 'Ready')?.cells.get('Status')
  const status = ready === undefined ? null : ready === 'True' ? 'Ready' : 'NotReady'
  return {
    name,
    status:
      status !== null && textOf(description, 'Unschedulable') === 'true' ? `${status},SchedulingDisabled` : status,
    roles: description.sections.some((one) => one.key === 'Roles' || one.key === 'Role')
      ? (roles?.split(',') ?? [])
      : null,
    ageSeconds: null,
    version: info.get('Kubelet Version') ?? null,
    addresses: [...new Set([...typed, ...plain])],
    kernel: info.get('Kernel Version') ?? null,
    os: info.get('OS Image') ?? null,
    runtime: info.get('Container Runtime Version') ?? null,
    labels: labelsOf(description),
    line: description.line,
  }
}

/** `Non-terminated Pods:  (9 in total)`: namespace, name and requests of what runs on the node. */
function podsOn(description: Description, node: string): readonly Pod[] {
  const section = sectionOf(description, 'Non-terminated Pods')
  return tableIn(section?.body ?? []).flatMap(({ cells, line }) => {
    const [namespace, name] = [cells.get('Namespace'), cells.get('Name')]
    if (!namespace || !name || !/^[a-z0-9]/.test(name)) return []
    return [{ ...UNKNOWN_POD, namespace, name, node, ageSeconds: parseAge(cells.get('Age') ?? ''), line }]
  })
}

const UNKNOWN_POD = {
  status: null,
  ready: null,
  restarts: null,
  ageSeconds: null,
  ip: null,
  node: null,
  hostNetwork: null,
  labels: null,
  containerIds: [],
} as const

function podOf(description: Description, name: string, namespace: string | null): Pod {
  const node = textOf(description, 'Node')
  const containers = fieldsIn(sectionOf(description, 'Containers')?.body ?? [])
  const of = (key: string) => containers.filter((field) => field.key === key).map((field) => field.value)
  const ready = of('Ready')
  const restarts = of('Restart Count').map((count) => wholeNumber(count))
  return {
    ...UNKNOWN_POD,
    namespace,
    name,
    line: description.line,
    status: textOf(description, 'Status')?.split(' ', 1)[0] ?? null,
    ready: ready.length === 0 ? null : { ready: ready.filter((one) => one === 'True').length, total: ready.length },
    restarts: restarts.length === 0 ? null : restarts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    ip: textOf(description, 'IP'),
    // `Node:  node-1/10.0.0.5`
    node: node === null ? null : (node.split('/', 1)[0] ?? null),
    labels: labelsOf(description),
    containerIds: of('Container ID').flatMap((id) => (id.includes('://') ? [id.slice(id.indexOf('://') + 3)] : [])),
  }
}

function eventsOf(description: Description, object: string, namespace: string | null): readonly ClusterEvent[] {
  return tableIn(sectionOf(description, 'Events')?.body ?? []).map(({ cells, line }) => {
    const age = cells.get('Age') ?? cells.get('LastSeen') ?? ''
    const times = /\(x(\d{1,9}) over/.exec(age)
    return {
      namespace,
      type: cells.get('Type') || null,
      reason: cells.get('Reason') || null,
      object,
      message: cells.get('Message') ?? '',
      ageSeconds: parseAge(age),
      count: times ? Number(times[1]) : wholeNumber(cells.get('Count')),
      line,
    }
  })
}
