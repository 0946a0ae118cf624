import type { ReportCluster, ReportNetns } from '../../model/report.ts'
import { FORWARDING_WORDS as F } from '../../words/forwarding.ts'
import { aside, colon, counted, inParentheses, listOf, type TextOptions, tell } from './page.ts'

/** What was seen of one cluster; kinds of which every object was listed stand in front. */
export function clusterRow(page: TextOptions, cluster: ReportCluster): string {
  const { nodes, services, endpoints, pods, whole } = cluster
  const kinds = [
    { kind: 'nodes', text: nodes === null ? null : counted(page, nodes, F.nodesOne, F.nodes) + roles(page, cluster) },
    { kind: 'services', text: services === null ? null : counted(page, services, F.servicesOne, F.services) },
    { kind: 'endpoints', text: endpoints === null ? null : counted(page, endpoints, F.endpointsOne, F.endpoints) },
    { kind: 'pods', text: pods === null ? null : counted(page, pods, F.podsOne, F.pods) },
  ]
  const told = kinds.flatMap(({ kind, text }) => (text === null ? [] : [{ text, all: whole.includes(kind) }]))
  const part = told.flatMap((one) => (one.all ? [] : [one.text]))
  return aside([
    ...told.flatMap((one) => (one.all ? [one.text] : [])),
    part.length > 0 ? tell(page, F.inPart, { list: listOf(page, part) }) : null,
  ])
}

function roles(page: TextOptions, { masters, workers }: ReportCluster): string {
  if (masters === null || workers === null) return ''
  const each = [
    ...(masters > 0 ? [counted(page, masters, F.mastersOne, F.masters)] : []),
    ...(workers > 0 ? [counted(page, workers, F.workersOne, F.workers)] : []),
  ]
  return inParentheses(page, listOf(page, each))
}

/** Forwarding rules and connection tracking of one namespace, a row each where they were read. */
export function forwardingRows(page: TextOptions, { forwarding, flows }: ReportNetns): readonly string[] {
  const rows: string[] = []
  if (forwarding) {
    const { nodePorts, services, endpoints, rules, backends } = forwarding
    const list = listOf(page, [
      ...(nodePorts > 0 ? [counted(page, nodePorts, F.nodePortsOne, F.nodePorts)] : []),
      ...(services > 0 ? [counted(page, services, F.servicePortsOne, F.servicePorts)] : []),
      ...(endpoints > 0 ? [counted(page, endpoints, F.endpointsOne, F.endpoints)] : []),
      // Looked at, and there is nothing: that is said, not left blank.
      ...(rules > 0 || services === 0 ? [counted(page, rules, F.rulesOne, F.rules)] : []),
      ...backends,
    ])
    rows.push(tell(page, F.forwarding) + colon(page) + list)
  }
  if (flows) {
    const { listed, counted: inTable } = flows
    const list = listOf(page, [
      ...(listed === null ? [] : [counted(page, listed, F.listedOne, F.listed)]),
      ...(inTable === null ? [] : [tell(page, F.inTable, { n: inTable })]),
    ])
    if (list !== '') rows.push(tell(page, F.conntrack) + colon(page) + list)
  }
  return rows
}
