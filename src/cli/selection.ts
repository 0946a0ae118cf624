import type { Confidence, Finding } from '../model/finding.ts'
import type { Report } from '../model/report.ts'
import type { Series } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import type { Rule } from '../rules/define-rule.ts'
import { CLI_WORDS as W } from '../words/cli.ts'
import { nearest } from '../words/nearest.ts'
import { say } from '../words/say.ts'
import { Failure } from './failure.ts'

/** The rules that are named; all of them where none is. */
export function pickRules(all: readonly Rule[], ids: readonly string[]): readonly Rule[] {
  if (ids.length === 0) return all
  const known = new Map(all.map((rule) => [rule.id, rule]))
  return ids.map((id) => {
    const rule = known.get(id)
    if (rule) return rule
    const alike = nearest(id, known.keys())
    throw new Failure(say(W.noSuchRule, { id }), {
      hint: alike.length > 0 ? say(W.perhaps, { list: alike.join(', ') }) : null,
    })
  })
}

const CONFIDENCES: readonly Confidence[] = ['possible', 'likely', 'certain']

/** The report without what is believed less; what stood under it stands by itself. How many were left out is noted. */
export function atLeast(report: Report, least: Confidence): Report {
  const enough = ({ confidence }: Finding) => CONFIDENCES.indexOf(confidence) >= CONFIDENCES.indexOf(least)
  const findings = report.findings.filter(enough)
  const left = report.findings.length - findings.length
  if (left === 0) return report
  const kept = new Set(findings.map(({ id }) => id))
  return {
    ...report,
    findings: findings.map((one) => ({ ...one, causes: one.causes.filter(({ id }) => kept.has(id)) })),
    notes: [...report.notes, say(left === 1 ? W.leftOutOne : W.leftOut, { n: left, least })],
  }
}

/**
 * Readings that are not known to be older; what is not dated stays, since nothing tells.
 * Shape: `notes` says what was left out
 */
export function since(
  series: readonly Series[],
  from: number,
): { readonly series: readonly Series[]; readonly notes: readonly Text[] } {
  const older = (takenAt: string | null) => takenAt !== null && Date.parse(takenAt) < from
  let left = 0
  const kept = series.flatMap((one): Series[] => {
    const places = one.snapshots.flatMap(({ takenAt }, index) => (older(takenAt) ? [] : [index]))
    left += one.snapshots.length - places.length
    if (places.length === 0) return []
    const order = one.order.flatMap((p) => {
      const [before, after] = [places.indexOf(p.before), places.indexOf(p.after)]
      return before < 0 || after < 0 ? [] : [{ ...p, before, after }]
    })
    return [{ ...one, snapshots: one.snapshots.filter((_, index) => places.includes(index)), order }]
  })
  return { series: kept, notes: left === 0 ? [] : [say(left === 1 ? W.tooOldOne : W.tooOld, { n: left })] }
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `2h`, `30m`, `7d` ago, or a date and time → milliseconds since 1970. */
export function parseSince(value: string, now: number): number {
  const ago = /^(\d{1,6})([smhd])$/.exec(value.trim())
  if (ago) return now - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0)
  // A date without a time zone is taken as UTC, as all times in reports are.
  const zoned = /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value) ? `${value}Z` : value
  const at = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(zoned) : Number.NaN
  if (Number.isNaN(at)) throw new Failure(say(W.badSince, { value }))
  return at
}
