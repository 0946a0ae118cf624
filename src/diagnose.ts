import { linkCauses } from './diagnose/causes.ts'
import { describeCluster, describeFlows, describeNat, isSomething } from './diagnose/counts.ts'
import { type JudgedOutcome, settlePast } from './diagnose/gone.ts'
import { judge } from './diagnose/judge.ts'
import { type Found, mergeFound } from './diagnose/merge.ts'
import { prepare } from './diagnose/readings.ts'
import { notableCounters } from './facts/notable-counters.ts'
import type { ClusterSeen } from './model/cluster.ts'
import type { Part } from './model/part.ts'
import type { Report, ReportGap, ReportSnapshot, Unread } from './model/report.ts'
import type { Netns, Precedence, Series, Snapshot } from './model/snapshot.ts'
import type { Text } from './model/text.ts'
import type { Rule } from './rules/define-rule.ts'
import { RULES } from './rules/index.ts'

export interface DiagnoseInput {
  readonly series: readonly Series[]
  /** What kubectl told, input by input. */
  readonly clusters?: readonly ClusterSeen[]
  readonly unread?: readonly Unread[]
  readonly notes?: readonly Text[]
  readonly version: string
  /** All of them unless a caller wants fewer. */
  readonly rules?: readonly Rule[]
}

/**
 * Judge the readings of any number of nodes.
 * Shape: every rule is asked about every namespace of every reading; outcomes keep that, findings are united by their key.
 * What an older reading showed and a newer one, seen whole, does not show any more is told as past.
 */
export function diagnose({
  series,
  clusters: seen = [],
  unread = [],
  notes = [],
  version,
  rules = RULES,
}: DiagnoseInput): Report {
  const { nodes, clusters } = prepare(series, seen)
  const snapshots: Snapshot[] = []
  const order: Precedence[] = []
  const outcomes: JudgedOutcome[] = []
  const found: Found[] = []

  for (const { series: one, order: local, views: byReading } of nodes) {
    const base = snapshots.length
    snapshots.push(...one.snapshots)
    order.push(...local.map((p) => ({ ...p, before: p.before + base, after: p.after + base })))
    byReading.forEach((views, index) => {
      const snapshot = base + index
      const live = one.snapshots[index]?.way === 'live'
      for (const rule of rules) {
        for (const view of rule.scope === 'node' ? views.slice(0, 1) : views) {
          const netns = rule.scope === 'node' ? null : view.netns.key
          const { outcome, drafts, why, remark, whole } = judge(rule, view)
          outcomes.push({ rule: rule.id, node: one.node, netns, snapshot, outcome, why, remark, whole })
          found.push(...drafts.map((draft) => ({ rule, draft, node: one.node, netns, snapshot, live })))
        }
      }
    })
  }

  const isLive = (index: number) => snapshots[index]?.way === 'live'
  const standing = settlePast(mergeFound(found, order), outcomes, order, isLive)

  return {
    apiVersion: 'recvq/v1',
    kind: 'Report',
    version,
    snapshots: snapshots.map(describe),
    clusters: clusters.map(describeCluster).filter(isSomething),
    order,
    findings: linkCauses(standing, rules),
    outcomes: outcomes.map(({ whole: _, ...outcome }) => outcome),
    gaps: snapshots.flatMap(gapsOf),
    unread,
    notes,
  }
}

function describe(snapshot: Snapshot): ReportSnapshot {
  const { source, way, node, takenAt, lines, hints } = snapshot
  return {
    source,
    way,
    node,
    takenAt,
    lines,
    hints,
    netns: snapshot.netns.map((netns) => ({
      key: netns.key,
      listeners: netns.listeners.ok ? netns.listeners.data.length : null,
      queued: netns.listeners.ok ? netns.listeners.data.filter((l) => (l.acceptQueue.length ?? 0) > 0).length : null,
      connections: netns.connections.ok ? netns.connections.data.reduce((sum, group) => sum + group.count, 0) : null,
      census: netns.census.ok ? netns.census.data : null,
      counters: netns.counters.ok ? notableCounters(netns.counters.data) : null,
      sysctls: netns.sysctls.ok ? netns.sysctls.data.values : null,
      forwarding: netns.nat.ok && !isCarried(netns.nat) ? describeNat(netns.nat.data) : null,
      flows: netns.flows.ok ? describeFlows(netns.flows.data) : null,
    })),
  }
}

function gapsOf(snapshot: Snapshot, index: number): readonly ReportGap[] {
  const gap = (netns: string | null, part: string, value: Part<unknown>): ReportGap[] => {
    if (!value.ok) return [{ snapshot: index, netns, part, reason: value.reason, detail: value.detail }]
    if (value.cuts.length === 0) return []
    return [{ snapshot: index, netns, part, reason: 'partial', detail: value.cuts.join('; ') }]
  }
  const parts = (netns: Netns) =>
    (['listeners', 'connections', 'census', 'counters', 'sockstat', 'sysctls'] as const).flatMap((part) =>
      gap(netns.key, part, netns[part]),
    )
  // Nobody is told that these were not captured: few captures hold them.
  const further = (netns: Netns) =>
    (['nat', 'flows'] as const).flatMap((part) =>
      netns[part].ok && !isCarried(netns[part]) ? gap(netns.key, part, netns[part]) : [],
    )
  return [
    ...gap(null, 'processes', snapshot.processes),
    ...snapshot.netns.flatMap((one) => [...parts(one), ...further(one)]),
  ]
}

/** Taken over from another reading, where it was counted. */
const isCarried = (part: Part<unknown>): boolean => part.ok && part.via === 'carried'
