import type { Cluster, ClusterEvent, ClusterNode, EndpointSet, Pod, Service } from '../model/cluster.ts'
import type { Line } from '../model/line.ts'
import { parseAge, parseLabels, told } from './kube-age.ts'
import { parseEndpointList, parseServicePorts } from './kube-endpoints.ts'
import { readTables, type TableRow } from './kubectl-table.ts'
import { wholeNumber } from './nat-fields.ts'
import { Account, type Reading } from './reading.ts'

/** What the command told: `-n backend`, `get pods`. */
export interface KubeContext {
  readonly namespace: string | null
}

export const NO_CONTEXT: KubeContext = { namespace: null }

type Draft = { -readonly [K in keyof Cluster]: Cluster[K][number][] }

/**
 * Parse the tables of `kubectl get` for nodes, pods, services, endpoints, endpoint slices and events: narrow, wide, with labels,
 * for all namespaces, as custom columns; versions 1.5 to 1.32.
 * Gaps:   columns not printed are null; tables of other resources are counted as not understood
 * Errors: never throws
 */
export function parseKubectlGet(lines: readonly Line[], context: KubeContext = NO_CONTEXT): Reading<Cluster> {
  const account = new Account()
  const cluster: Draft = { nodes: [], services: [], endpoints: [], pods: [], events: [] }
  for (const row of readTables(lines, account))
    if (!readRow(row, context, cluster)) account.notUnderstood.push(row.line)
  account.notUnderstood.sort((a, b) => a - b)
  return account.reading(cluster)
}

function readRow(row: TableRow, context: KubeContext, cluster: Draft): boolean {
  const { cells } = row
  const has = (...heads: readonly string[]) => heads.every((head) => cells.has(head))
  const where = { namespace: told(cells.get('NAMESPACE')) ?? context.namespace, line: row.line }
  const named = told(cells.get('NAME'))
  // `kubectl get pod,svc` writes `pod/web-0`.
  const name = named === null ? null : named.slice(named.indexOf('/') + 1)
  if (has('MESSAGE', 'REASON')) cluster.events.push(eventOf(cells, where))
  else if (name === null) return false
  else if (has('READY', 'RESTARTS')) cluster.pods.push(podOf(name, cells, where))
  else if (has('CLUSTER-IP')) return pushMaybe(cluster.services, serviceOf(name, cells, where))
  else if (has('ADDRESSTYPE')) cluster.endpoints.push(sliceOf(name, cells, where))
  else if (has('ENDPOINTS')) cluster.endpoints.push(endpointsOf(name, cells, where))
  else if (has('STATUS', 'VERSION')) cluster.nodes.push(nodeOf(name, cells, row.line))
  else if (customPod(cells)) cluster.pods.push(podOf(name, cells, where))
  else return false
  return true
}

type Cells = ReadonlyMap<string, string>
interface Where {
  readonly namespace: string | null
  readonly line: number
}

function pushMaybe<T>(list: T[], item: T | null): boolean {
  if (item !== null) list.push(item)
  return item !== null
}

/** Custom columns name what they like: a pod is what has an address and a node. */
const IP_HEADS = ['IP', 'PODIP', 'POD-IP', 'POD_IP', 'STATUS.PODIP']
const NODE_HEADS = ['NODE', 'NODENAME', 'NODE_NAME', 'HOST']

const customPod = (cells: Cells) =>
  IP_HEADS.some((head) => cells.has(head)) && NODE_HEADS.some((head) => cells.has(head))

const firstTold = (cells: Cells, heads: readonly string[]) =>
  heads.map((head) => told(cells.get(head))).find((cell) => cell !== null) ?? null

const ageIn = (cells: Cells) => parseAge(cells.get('AGE') ?? '')

function nodeOf(name: string, cells: Cells, line: number): ClusterNode {
  const roles = told(cells.get('ROLES'))
  const addresses = [cells.get('INTERNAL-IP'), cells.get('EXTERNAL-IP')].map(told).filter((one) => one !== null)
  return {
    name,
    status: told(cells.get('STATUS')),
    roles: cells.has('ROLES') ? (roles?.split(',') ?? []) : null,
    ageSeconds: ageIn(cells),
    version: told(cells.get('VERSION')),
    addresses,
    kernel: told(cells.get('KERNEL-VERSION')),
    os: told(cells.get('OS-IMAGE')),
    runtime: told(cells.get('CONTAINER-RUNTIME')),
    labels: parseLabels(cells.get('LABELS')),
    line,
  }
}

function podOf(name: string, cells: Cells, where: Where): Pod {
  const ready = /^(\d{1,3})\/(\d{1,3})$/.exec(cells.get('READY') ?? '')
  return {
    ...where,
    name,
    status: told(cells.get('STATUS')) ?? told(cells.get('PHASE')),
    ready: ready ? { ready: Number(ready[1]), total: Number(ready[2]) } : null,
    restarts: wholeNumber(cells.get('RESTARTS')?.split(' ', 1)[0]),
    ageSeconds: ageIn(cells),
    ip: firstTold(cells, IP_HEADS),
    node: firstTold(cells, NODE_HEADS),
    hostNetwork: null,
    labels: parseLabels(cells.get('LABELS')),
    containerIds: [],
  }
}

function serviceOf(name: string, cells: Cells, where: Where): Service | null {
  const ports = cells.get('PORT(S)') ?? '<none>'
  const parsed = told(ports) === null ? [] : parseServicePorts(ports)
  if (!parsed) return null
  const clusterIp = told(cells.get('CLUSTER-IP'))
  const external = told(cells.get('EXTERNAL-IP'))
  return {
    ...where,
    name,
    type: told(cells.get('TYPE')),
    clusterIps: clusterIp === null ? null : clusterIp === 'None' ? [] : clusterIp.split(','),
    externalIps: cells.has('EXTERNAL-IP') ? (external?.split(',') ?? []) : null,
    ports: parsed,
    selector: told(cells.get('SELECTOR')),
    externalTrafficPolicy: null,
    sessionAffinity: null,
    ageSeconds: ageIn(cells),
  }
}

function endpointsOf(name: string, cells: Cells, where: Where): EndpointSet {
  return { ...where, service: name, ...parseEndpointList(cells.get('ENDPOINTS') ?? '') }
}

function sliceOf(name: string, cells: Cells, where: Where): EndpointSet {
  const ports = (told(cells.get('PORTS')) ?? '')
    .replace(/ \+ \d{1,6} more.{0,3}$/, '')
    .split(',')
    .map((port) => wholeNumber(port))
  const { endpoints, more } = parseEndpointList(cells.get('ENDPOINTS') ?? '')
  const each = ports.flatMap((port) => endpoints.map((endpoint) => ({ ...endpoint, port })))
  return { ...where, service: name.replace(/-[a-z0-9]{5}$/, ''), endpoints: each, more: more * ports.length }
}

function eventOf(cells: Cells, where: Where): ClusterEvent {
  const kind = told(cells.get('KIND'))
  const name = told(cells.get('NAME'))
  const old = kind !== null && name !== null ? `${kind.toLowerCase()}/${name}` : null
  const age = cells.get('LAST SEEN') ?? cells.get('LASTSEEN') ?? cells.get('LAST') ?? ''
  return {
    ...where,
    type: told(cells.get('TYPE')),
    reason: told(cells.get('REASON')),
    object: told(cells.get('OBJECT')) ?? old,
    message: cells.get('MESSAGE') ?? '',
    ageSeconds: parseAge(age),
    count: wholeNumber(cells.get('COUNT')),
  }
}
