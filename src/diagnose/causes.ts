import type { Finding } from '../model/finding.ts'
import type { Effect, Rule } from '../rules/define-rule.ts'

/** The findings with their causes filled in, root causes first, each followed by what it brings about. */
export function linkCauses(findings: readonly Finding[], rules: readonly Rule[]): readonly Finding[] {
  const effectsOf = new Map(rules.map((rule) => [rule.id, rule.effects]))
  const linked = findings.map((finding) => ({
    ...finding,
    causes: surestFirst(findings)
      .filter((cause) => cause.id !== finding.id)
      .flatMap((cause) =>
        (effectsOf.get(cause.rule) ?? [])
          .filter((effect) => effect.rule === finding.rule && sharesGround(effect, cause, finding))
          .slice(0, 1) // shared on several grounds, it is still one cause
          .map((effect) => ({ id: cause.id, why: effect.why })),
      ),
  }))
  return causesFirst(linked)
}

function sharesGround(effect: Effect, cause: Finding, finding: Finding): boolean {
  if (cause.node !== finding.node) return false
  // What is over cannot be why something goes on; what goes on may well be why it once went wrong.
  if (cause.when === 'past' && finding.when === 'now') return false
  const oneNetns = cause.netns === finding.netns || cause.netns === null || finding.netns === null
  if (!oneNetns && effect.shared !== 'node') return false
  if (!cause.snapshots.some((index) => finding.snapshots.includes(index)) && effect.shared !== 'process') return false
  const [a, b] = [cause.subject, finding.subject]
  switch (effect.shared) {
    case 'node':
    case 'netns':
      return true
    case 'process':
      return a.process !== undefined && a.process === b.process
    case 'listener':
      return a.port !== undefined && a.port === b.port && a.address === b.address
    case 'port':
      return a.port !== undefined && a.port === b.port
    case 'service':
      return a.service !== undefined && a.service === b.service
    case 'peer':
      return a.kind === 'peer' && b.kind === 'peer' && a.address === b.address
  }
}

/** A finding stands behind the first of its causes: the surest, not the first by name. */
const surestFirst = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence))

const SEVERITIES = ['critical', 'warning', 'info']
const CONFIDENCES = ['certain', 'likely', 'possible']

/**
 * Depth first from the roots: first the root of the gravest harm, whatever it is called itself (a setting is a warning, what
 * it brings about may be critical); of equals first the one that explains more. A finding with several causes stands behind
 * its first.
 */
function causesFirst(findings: readonly Finding[]): readonly Finding[] {
  const effectsOf = (id: string) => findings.filter((one) => one.causes[0]?.id === id)
  const harm = (finding: Finding, above: readonly string[] = []): number =>
    Math.min(
      SEVERITIES.indexOf(finding.severity),
      ...effectsOf(finding.id)
        .filter((effect) => !above.includes(effect.id))
        .map((effect) => harm(effect, [...above, finding.id])),
    )
  const harmOf = new Map(findings.map((finding) => [finding.id, harm(finding)]))
  const grave = [...findings].sort(
    (a, b) =>
      (harmOf.get(a.id) ?? 0) - (harmOf.get(b.id) ?? 0) ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
      effectsOf(b.id).length - effectsOf(a.id).length ||
      a.rule.localeCompare(b.rule) ||
      a.id.localeCompare(b.id),
  )
  const placed = new Map<string, Finding>()
  const place = (finding: Finding) => {
    if (placed.has(finding.id)) return
    placed.set(finding.id, finding)
    for (const effect of grave) if (effect.causes[0]?.id === finding.id) place(effect)
  }
  for (const finding of grave) if (finding.causes.length === 0) place(finding)
  for (const finding of grave) place(finding)
  return [...placed.values()]
}
