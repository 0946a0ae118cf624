import type { OutcomeKind } from '../../model/finding.ts'
import type { Report } from '../../model/report.ts'
import { PART_WORDS, REASON_WORDS, REPORT_WORDS as W } from '../../words/report.ts'
import type { Place } from './evidence.ts'
import { netnsName } from './names.ts'
import { colon, inParentheses, listOf, type TextOptions, tell } from './page.ts'

/** Reasons shown before the rest is folded. */
const SHOWN = 3

/** How many rules found, cleared, could not look, broke. A rule that looked in one place and not in another counts as *partly*. */
export function ruleTally(page: TextOptions, { outcomes }: Report): string {
  const kinds = new Map<string, Set<OutcomeKind>>()
  for (const { rule, outcome } of outcomes) kinds.set(rule, (kinds.get(rule) ?? new Set()).add(outcome))
  const tally = { found: 0, clear: 0, partly: 0, skipped: 0, broken: 0 }
  for (const seen of kinds.values()) {
    if (seen.has('broken')) tally.broken++
    else if (seen.has('found')) tally.found++
    else if (!seen.has('clear')) tally.skipped++
    else if (seen.has('skipped')) tally.partly++
    else tally.clear++
  }
  const templates = [
    [tally.found, W.rulesFound],
    [tally.clear, W.rulesClear],
    [tally.partly, W.rulesPartly],
    [tally.skipped, W.rulesSkipped],
    [tally.broken, W.rulesBroken],
  ] as const
  return listOf(
    page,
    templates.flatMap(([n, template]) => (n === 0 ? [] : [tell(page, template, { n })])),
  )
}

/** Skipped rules by reason, the reason that keeps most rules from judging first. Rules that could judge elsewhere: verbose only. */
export function notJudgedLines(page: TextOptions, { outcomes }: Report): readonly string[] {
  const judged = new Set(outcomes.flatMap(({ rule, outcome }) => (outcome === 'skipped' ? [] : [rule])))
  const byReason = new Map<string, Set<string>>()
  for (const { rule, outcome, why } of outcomes) {
    if (outcome !== 'skipped' || (judged.has(rule) && !page.verbose)) continue
    const reason = why?.[page.lang] ?? ''
    byReason.set(reason, (byReason.get(reason) ?? new Set()).add(rule))
  }
  const lines = [...byReason]
    .sort(([, a], [, b]) => b.size - a.size)
    .map(([reason, rules]) => (reason === '' ? '' : reason + colon(page)) + listOf(page, [...rules].sort()))
  return foldReasons(page, lines)
}

/** What silence does not promise: a fault that is hidden rather than gone; alike ones once, with where. */
export function remarkLines(page: TextOptions, { outcomes, snapshots }: Report): readonly string[] {
  const places = new Map<string, Set<string>>()
  for (const { remark, snapshot, netns } of outcomes) {
    if (remark === null) continue
    const where = [
      snapshots.length > 1 ? tell(page, W.reading, { n: snapshot + 1 }) : null,
      netnsName(page, netns),
    ].filter((one) => one !== null)
    const text = remark[page.lang]
    places.set(text, (places.get(text) ?? new Set()).add(where.join(' ')))
  }
  return [...places].map(([text, where]) => {
    const named = [...where].filter((one) => one !== '')
    return named.length === 0 ? text : listOf(page, named) + colon(page) + text
  })
}

/** Gaps and partial parts, alike ones counted. `absent` is only worth a line where nobody captured that part anywhere. */
export function notSeenLines(page: TextOptions, { gaps, snapshots }: Report): readonly string[] {
  const part = (name: string) => PART_WORDS[name]?.[page.lang] ?? name
  if (page.verbose) {
    return gaps.map(({ snapshot, netns, part: name, reason, detail }) => {
      const where = [
        snapshots.length > 1 ? tell(page, W.reading, { n: snapshot + 1 }) : null,
        netns === null || netns === 'host' ? null : netns,
      ].filter((one) => one !== null)
      const place = where.length === 0 ? '' : ` [${where.join(', ')}]`
      return `${part(name)}${place} — ${REASON_WORDS[reason][page.lang]}${detail === '' ? '' : ` — ${detail}`}`
    })
  }
  const byReason = new Map<Report['gaps'][number]['reason'], Map<string, number>>()
  for (const { part: name, reason } of gaps) {
    const parts = byReason.get(reason) ?? new Map<string, number>()
    byReason.set(reason, parts.set(name, (parts.get(name) ?? 0) + 1))
  }
  const lines = [...byReason].map(([reason, parts]) => {
    const names = [...parts].map(([name, n]) => part(name) + (n > 1 ? ` ×${n}` : ''))
    return `${REASON_WORDS[reason][page.lang]}${colon(page)}${listOf(page, names)}`
  })
  return lines.length === 0
    ? []
    : [...lines.slice(0, -1), `${lines.at(-1)}${inParentheses(page, W.verboseLists[page.lang])}`]
}

/** Lines that no parser understood: how many, and where on request. */
export function notUnderstoodLines(page: TextOptions, { unread }: Report, place: Place): readonly string[] {
  if (unread.length === 0) return []
  if (page.verbose) {
    return unread.map(({ file, lines: [first, last], why, sample }) => {
      const range = first === last ? String(first) : `${first}–${last}`
      return `${place(file)}:${range} — ${why}${sample === '' ? '' : ` — ${sample}`}`
    })
  }
  const n = unread.reduce((sum, { lines: [first, last] }) => sum + last - first + 1, 0)
  const template = unread.length === 1 ? W.unreadLinesOne : W.unreadLines
  return [`${tell(page, template, { n, places: unread.length })}${inParentheses(page, W.verboseLists[page.lang])}`]
}

function foldReasons(page: TextOptions, lines: readonly string[]): readonly string[] {
  if (page.verbose || lines.length <= SHOWN + 1) return lines
  return [...lines.slice(0, SHOWN), tell(page, W.andMoreReasons, { n: lines.length - SHOWN })]
}
