import type { Severity } from '../../model/finding.ts'
import type { Report } from '../../model/report.ts'
import { CONFIDENCE_WORDS, SEVERITY_COUNTS, SEVERITY_WORDS, REPORT_WORDS as W } from '../../words/report.ts'
import { type Line, span } from '../style.ts'
import { judgedAcceptQueues, SEVERITIES, type Verdict } from '../verdict.ts'
import { netnsName, nodeName } from './names.ts'
import { aside, counted, listOf, paragraph, type TextOptions, tell } from './page.ts'

/** The verdict in a sentence, and a line that says of what: all that somebody in a hurry has to read. */
export function headLines(page: TextOptions, report: Report, verdict: Verdict): readonly Line[] {
  const lines = [...verdictLines(page, report, verdict), ...contextLines(page, report, verdict)]
  const broken = brokenLines(page, report)
  // What was found stands whatever broke; "nothing found" does not.
  if (verdict.kind === 'found') lines.push(...broken)
  else lines.unshift(...broken)
  if (verdict.kind === 'found' || verdict.kind === 'suspected') {
    if (!judgedAcceptQueues(report)) lines.push(...paragraph(page, W.unjudgedToo[page.lang]))
  }
  return lines
}

function brokenLines(page: TextOptions, { outcomes }: Report): readonly Line[] {
  const broken = new Map(outcomes.flatMap(({ rule, outcome, why }) => (outcome === 'broken' ? [[rule, why]] : [])))
  return [...broken].flatMap(([rule, why]) =>
    paragraph(page, tell(page, W.brokenRule, { rule, why: why ?? '' }), {
      prefix: [span(`${W.badgeBroken[page.lang]}  `, 'critical')],
    }),
  )
}

function verdictLines(page: TextOptions, report: Report, verdict: Verdict): readonly Line[] {
  switch (verdict.kind) {
    case 'found': {
      const prefix = [span(`${SEVERITY_WORDS[verdict.severity][page.lang]}  `, verdict.severity)]
      return paragraph(page, verdict.headline.summary[page.lang], { prefix, style: 'strong' })
    }
    case 'suspected': {
      const prefix = [span(`${W.badgeSuspected[page.lang]}  `, 'info')]
      const text = tell(page, W.nothingProven, { summary: verdict.headline.summary })
      return paragraph(page, text, { prefix, style: 'strong' })
    }
    case 'clear':
      return paragraph(page, W.nothingFound[page.lang], { prefix: [span(`${W.badgeClear[page.lang]}  `, 'good')] })
    case 'unjudged':
      return paragraph(page, (report.snapshots.length === 0 ? W.nothingRead : W.unjudged)[page.lang], {
        prefix: [span(`${W.badgeUnjudged[page.lang]}  `, 'warning')],
      })
  }
}

/** Where it was found, how sure that is, and how much else there is. */
function contextLines(page: TextOptions, report: Report, verdict: Verdict): readonly Line[] {
  const { findings } = report
  const headline = 'headline' in verdict ? verdict.headline : null
  const several = nodesOf(page, report).length > 1
  const where = headline && several ? nodeName(page, headline.node, false) : nodesInFew(page, report)
  const ids = new Set(findings.map(({ id }) => id))
  const roots = findings.filter(({ causes }) => !causes.some(({ id }) => ids.has(id))).length
  const effects = findings.length - roots
  const counts = listOf(
    page,
    SEVERITIES.flatMap((severity) => countOf(page, report, severity)),
  )
  const context = aside([
    where,
    headline ? netnsName(page, headline.netns) : null,
    headline ? CONFIDENCE_WORDS[headline.confidence][page.lang] : null,
    roots > 0 && effects > 0 ? counted(page, roots, W.rootCausesOne, W.rootCauses) : null,
    effects > 0 ? counted(page, effects, W.effectsOne, W.effects) : null,
    findings.length < 2 ? null : several ? inAll(page, report, counts) : counts,
  ])
  return context === '' ? [] : paragraph(page, context, { style: 'dim' })
}

/** With several nodes: how much there is on all of them, since the line begins with one. */
function inAll(page: TextOptions, report: Report, list: string): string {
  return tell(page, W.together, {
    findings: counted(page, report.findings.length, W.findingsOne, W.findings),
    nodes: counted(page, nodesOf(page, report).length, W.nodesOne, W.nodes),
    list,
  })
}

function countOf(page: TextOptions, { findings }: Report, severity: Severity): readonly string[] {
  const n = findings.filter((finding) => finding.severity === severity).length
  return n === 0 ? [] : [counted(page, n, SEVERITY_COUNTS[severity].one, SEVERITY_COUNTS[severity].many)]
}

function nodesInFew(page: TextOptions, report: Report): string {
  const names = nodesOf(page, report)
  return names.length <= 3 ? listOf(page, names) : counted(page, names.length, W.nodesOne, W.nodes)
}

/** Every node of the report, named as in headings. */
function nodesOf(page: TextOptions, { snapshots }: Report): readonly string[] {
  return [...new Set(snapshots.map(({ node, way }) => nodeName(page, node.name, way === 'live')))]
}
