import type { Finding } from '../model/finding.ts'
import type { Report } from '../model/report.ts'
import type { Text } from '../model/text.ts'

/** A finding with what it leads to. */
export interface Branch {
  readonly finding: Finding
  /** Why the finding above is believed to bring it about; null for a root. */
  readonly why: Text | null
  /** Further causes than the one it stands under. */
  readonly otherCauses: readonly { readonly title: Text; readonly why: Text }[]
  readonly effects: readonly Branch[]
}

/** The root causes found on one node. */
export interface NodeOutline {
  readonly node: string | null
  /** Read from the running kernel, not from a text. */
  readonly live: boolean
  readonly roots: readonly Branch[]
}

/** The findings as trees, node by node, in the report's order: each finding stands once, under its first cause. */
export function outline(report: Report): readonly NodeOutline[] {
  const { findings, snapshots } = report
  const roots = rootsOf(findings)
  return [...new Set(roots.map(({ node }) => node))].map((node) => ({
    node,
    live: snapshots.some((one) => one.node.name === node && one.way === 'live'),
    roots: roots.filter((one) => one.node === node).map((one) => branch(one, null, findings, new Set([one.id]))),
  }))
}

function branch(
  finding: Finding,
  cause: Finding | null,
  findings: readonly Finding[],
  above: ReadonlySet<string>,
): Branch {
  return {
    finding,
    why: finding.causes.find(({ id }) => id === cause?.id)?.why ?? null,
    otherCauses: finding.causes
      .filter(({ id }) => id !== cause?.id)
      .flatMap(({ id, why }) => findings.filter((one) => one.id === id).map(({ title }) => ({ title, why }))),
    effects: effectsOf(finding, findings)
      .filter(({ id }) => !above.has(id))
      .map((effect) => branch(effect, finding, findings, new Set([...above, effect.id]))),
  }
}

/** What stands under a finding: it is their first cause. */
export const effectsOf = (cause: Finding, findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ causes }) => causes[0]?.id === cause.id)

/** Every finding stands under a root once. Those that only bring each other about are led by the first of them. */
export function rootsOf(findings: readonly Finding[]): readonly Finding[] {
  const reached = new Set<string>()
  const reach = (finding: Finding) => {
    if (reached.has(finding.id)) return
    reached.add(finding.id)
    effectsOf(finding, findings).forEach(reach)
  }
  const free = findings.filter(({ causes }) => !findings.some(({ id }) => id === causes[0]?.id))
  free.forEach(reach)
  const bound = findings.filter((finding) => {
    const first = !reached.has(finding.id)
    reach(finding)
    return first
  })
  return [...free, ...bound]
}
