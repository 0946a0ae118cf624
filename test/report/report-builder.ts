import type { Evidence, Finding, Outcome, Remedy } from '../../src/model/finding.ts'
import type { Report, ReportNetns, ReportSnapshot } from '../../src/model/report.ts'
import type { Text } from '../../src/model/text.ts'

/** Reports in a line each, for the tests of what prints them. */

export const both = (en: string, zh = `${en}（中文）`): Text => ({ en, zh })

export function evidence(label: string, spec: Partial<Evidence> = {}): Evidence {
  return {
    label: both(label),
    value: 129,
    unit: 'connections',
    limit: 128,
    source: { file: 'incident.md', line: 312, command: 'ss -lnt' },
    command: 'ss -lnt',
    ...spec,
  }
}

export const remedy = (title: string, spec: Partial<Remedy> = {}): Remedy => ({
  title: both(title),
  action: 'systemctl restart nginx',
  language: 'sh',
  risk: both('connections are reset'),
  verify: 'ss -lnt',
  ...spec,
})

export function finding(rule: string, spec: Partial<Finding> = {}): Finding {
  return {
    id: `${rule}:00000001`,
    rule,
    title: both(`Title of ${rule}`, `${rule} 的标题`),
    node: 'n1',
    netns: 'host',
    snapshots: [0],
    subject: { kind: 'listener', key: '*:80' },
    severity: 'warning',
    confidence: 'certain',
    when: 'now',
    summary: both(`Summary of ${rule}`, `${rule} 的摘要`),
    evidence: [],
    causes: [],
    remedies: [],
    notHelpful: [],
    unknowns: [],
    ...spec,
  }
}

export const outcome = (rule: string, kind: Outcome['outcome'], why: string | null = null): Outcome => ({
  rule,
  node: 'n1',
  netns: 'host',
  snapshot: 0,
  outcome: kind,
  why: why === null ? null : both(why),
  remark: null,
})

export const netns = (spec: Partial<ReportNetns> = {}): ReportNetns => ({
  key: 'host',
  listeners: 2,
  queued: 1,
  connections: 5,
  census: null,
  counters: null,
  sysctls: null,
  forwarding: null,
  flows: null,
  ...spec,
})

export const reading = (spec: Partial<ReportSnapshot> = {}): ReportSnapshot => ({
  source: 'incident.md',
  way: 'transcript',
  node: { name: 'n1', kernel: null, os: null, bootId: null, cores: null, uptimeSeconds: null },
  takenAt: null,
  lines: [3, 40],
  netns: [netns()],
  hints: [],
  ...spec,
})

/** A healthy node, unless told otherwise. */
export function report(spec: Partial<Report> = {}): Report {
  return {
    apiVersion: 'recvq/v1',
    kind: 'Report',
    version: '0.0.0',
    snapshots: [reading()],
    clusters: [],
    order: [],
    findings: [],
    outcomes: [outcome('accept-queue-full', 'clear')],
    gaps: [],
    unread: [],
    notes: [],
    ...spec,
  }
}
