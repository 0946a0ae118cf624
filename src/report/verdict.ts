import type { Finding, Severity } from '../model/finding.ts'
import type { Report } from '../model/report.ts'

/** From the gravest to the mildest. */
export const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info']

/**
 * What a report comes to.
 * - `found`: something is the matter, at least likely. `suspected`: nothing more than possible
 * - `clear`: nothing found, and accept queues were judged. `unjudged`: nothing found, but no accept queue could be judged
 *   anywhere, which is not the same as healthy
 */
export type Verdict =
  | { readonly kind: 'found' | 'suspected'; readonly severity: Severity; readonly headline: Finding }
  | { readonly kind: 'clear' | 'unjudged' }

/** The rule that a verdict of health depends on. */
export const KEY_RULE = 'accept-queue-full'

export function verdictOf(report: Report): Verdict {
  const believed = report.findings.filter((finding) => finding.confidence !== 'possible')
  const worst = gravest(believed) ?? gravest(report.findings)
  if (!worst) return { kind: judgedAcceptQueues(report) ? 'clear' : 'unjudged' }
  return {
    kind: believed.length > 0 ? 'found' : 'suspected',
    severity: worst.severity,
    headline: rootOf(worst, report.findings),
  }
}

/** Did any namespace of any reading allow an answer about its accept queues? */
export function judgedAcceptQueues({ outcomes }: Report): boolean {
  return outcomes.some(({ rule, outcome }) => rule === KEY_RULE && (outcome === 'found' || outcome === 'clear'))
}

/** The first one as the report has them, of the worst severity there is. */
function gravest(findings: readonly Finding[]): Finding | undefined {
  for (const severity of SEVERITIES) {
    const found = findings.find((finding) => finding.severity === severity)
    if (found) return found
  }
  return undefined
}

/** Up the first causes as far as they are believed as much as what they explain. */
function rootOf(finding: Finding, findings: readonly Finding[]): Finding {
  const seen = new Set<string>()
  let root = finding
  while (!seen.has(root.id)) {
    seen.add(root.id)
    const first = root.causes[0]
    const cause = findings.find(({ id, confidence }) => id === first?.id && confidence !== 'possible')
    if (!cause) break
    root = cause
  }
  return root
}
