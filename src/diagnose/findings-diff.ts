import type { FindingBrief, FindingMove, FindingsDiff } from '../model/diff.ts'
import type { Finding, Outcome } from '../model/finding.ts'
import type { Report } from '../model/report.ts'

const SEVERITIES = ['info', 'warning', 'critical']
const CONFIDENCES = ['possible', 'likely', 'certain']

/**
 * What was found in one reading against another, each judged alone: by rule, namespace and subject, whatever the node is called.
 * Closed is only what the later reading could judge, opened only what the earlier one could.
 */
export function diffFindings(before: Report, after: Report): FindingsDiff {
  const [then, now] = [byKey(before), byKey(after)]
  const common = [...now].flatMap(([key, later]) => {
    const earlier = then.get(key)
    return earlier ? [{ earlier, later }] : []
  })
  const moved = (way: 1 | -1): readonly FindingMove[] =>
    common
      .filter(({ earlier, later }) => Math.sign(weight(later) - weight(earlier)) === way)
      .map(({ earlier: { severity, confidence }, later }) => ({ ...brief(later), was: { severity, confidence } }))
  const onlyNow = [...now].filter(([key]) => !then.has(key)).map(([, one]) => one)
  const onlyThen = [...then].filter(([key]) => !now.has(key)).map(([, one]) => one)
  const opened = onlyNow.filter((one) => couldJudge(before, one))
  const closed = onlyThen.filter((one) => couldJudge(after, one))
  return {
    opened: opened.map(brief),
    closed: closed.map(brief),
    worse: moved(1),
    better: moved(-1),
    same: common.filter(({ earlier, later }) => weight(earlier) === weight(later)).map(({ later }) => brief(later)),
    unjudged: [...onlyThen, ...onlyNow].filter((one) => !opened.includes(one) && !closed.includes(one)).map(brief),
  }
}

const byKey = ({ findings }: Report): ReadonlyMap<string, Finding> =>
  new Map(findings.map((one) => [`${one.rule} ${one.netns ?? ''} ${one.subject.key}`, one]))

const weight = ({ severity, confidence }: Finding): number =>
  SEVERITIES.indexOf(severity) * CONFIDENCES.length + CONFIDENCES.indexOf(confidence)

/** Did this rule look there, with all it needs? */
const couldJudge = ({ outcomes }: Report, { rule, netns }: Finding): boolean =>
  outcomes.some((one: Outcome) => one.rule === rule && one.netns === netns && one.outcome !== 'skipped')

const brief = ({ rule, netns, subject, severity, confidence, title, summary }: Finding): FindingBrief => ({
  rule,
  netns,
  subject: subject.key,
  severity,
  confidence,
  title,
  summary,
})
