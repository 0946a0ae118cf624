import type { KnownCluster } from '../facts/known-cluster.ts'
import { nodeForwardings } from '../facts/node-forwardings.ts'
import type { ClusterNode } from '../model/cluster.ts'
import type { Flows } from '../model/flow.ts'
import type { Nat } from '../model/nat.ts'
import type { ReportCluster, ReportFlows, ReportForwarding } from '../model/report.ts'

/** What a report's head says of forwarding rules, connection tracking and clusters: counts. */

export function describeNat(nat: Nat): ReportForwarding {
  const forwardings = nodeForwardings(nat)
  const rules = nat.listings.reduce((sum, one) => sum + one.rules.length, 0)
  return {
    backends: [...new Set(forwardings.map((one) => one.backend))],
    rules,
    services: forwardings.length,
    nodePorts: new Set(
      forwardings.flatMap(({ nodePort, protocol }) => (nodePort === null ? [] : [`${protocol} ${nodePort}`])),
    ).size,
    endpoints: forwardings.reduce((sum, one) => sum + (one.endpointCount ?? one.endpoints.length), 0),
  }
}

export function describeFlows({ listings, count, stats }: Flows): ReportFlows {
  const listed = listings.reduce((sum, one) => sum + one.flows.length + one.more, 0)
  return { listed: listings.length > 0 ? listed : null, counted: count?.value ?? stats?.value.entries ?? null }
}

/** More origins than this tell nobody more. */
const MAX_SOURCES = 20

export function describeCluster({ all, listings }: KnownCluster): ReportCluster {
  const countOf = (list: readonly unknown[]) => (list.length > 0 ? list.length : null)
  const masters = all.nodes.every(({ roles }) => roles === null) ? null : all.nodes.filter(isMaster).length
  const endpoints = all.endpoints.reduce((sum, set) => sum + set.endpoints.length + set.more, 0)
  return {
    nodes: countOf(all.nodes),
    masters,
    workers: masters === null ? null : all.nodes.length - masters,
    services: countOf(all.services),
    endpoints: all.endpoints.length > 0 ? endpoints : null,
    pods: countOf(all.pods),
    whole: [...new Set(listings.flatMap((one) => one.coverage.flatMap((set) => (set.of === 'keys' ? set.keys : []))))],
    sources: listings.slice(0, MAX_SOURCES).map((one) => one.origin),
  }
}

const MASTERS = new Set(['master', 'control-plane', 'controlplane'])

const isMaster = ({ roles }: ClusterNode): boolean => roles?.some((role) => MASTERS.has(role)) === true

/** `No resources found` is no cluster. */
export const isSomething = ({ nodes, services, endpoints, pods }: ReportCluster): boolean =>
  [nodes, services, endpoints, pods].some((one) => one !== null)
