import type { Confidence, Severity } from '../model/finding.ts'
import type { Report } from '../model/report.ts'
import { judgedAcceptQueues, SEVERITIES } from '../report/verdict.ts'

/** What a run can end with. 2 and 5 are decided before there is a report; 130 is the shell's for Ctrl-C. */
export const EXIT = { healthy: 0, found: 1, usage: 2, unjudged: 3, broken: 4, refused: 5 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What counts towards 1, from the gravest on. */
export type FailOn = Severity

/**
 * How a diagnosis ends. Precedence 4, 1, 3, 0: a broken rule makes every silence doubtful, a finding stands whatever else
 * was not judged, and "nothing found" without an answer about accept queues is not health.
 */
export function exitCodeOf(report: Report, failOn: FailOn): ExitCode {
  if (report.outcomes.some(({ outcome }) => outcome === 'broken')) return EXIT.broken
  if (report.findings.some((finding) => counts(finding, failOn))) return EXIT.found
  return judgedAcceptQueues(report) ? EXIT.healthy : EXIT.unjudged
}

/** What is only possible never fails a run, however grave it would be. */
function counts(finding: { readonly severity: Severity; readonly confidence: Confidence }, failOn: FailOn): boolean {
  return finding.confidence !== 'possible' && SEVERITIES.indexOf(finding.severity) <= SEVERITIES.indexOf(failOn)
}
