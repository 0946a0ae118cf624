import { laterThanEach } from '../facts/later-than.ts'
import type { Finding, Outcome } from '../model/finding.ts'
import type { Precedence } from '../model/snapshot.ts'

/** An outcome, and whether everything that its rule needs was seen whole. */
export type JudgedOutcome = Outcome & { readonly whole: boolean }

/**
 * What an older reading showed and a newer one, seen whole, does not show any more: no longer so, but it was. A proof of the past
 * stays what it is. Of a live run, whose readings are seconds apart, only the present is told: its rules see both readings.
 */
export function settlePast(
  findings: readonly Finding[],
  outcomes: readonly JudgedOutcome[],
  order: readonly Precedence[],
  isLive: (snapshot: number) => boolean,
): readonly Finding[] {
  const later = laterThanEach(order)
  const isGone = (finding: Finding) =>
    outcomes.some(
      (one) =>
        one.whole &&
        one.rule === finding.rule &&
        one.node === finding.node &&
        one.netns === finding.netns &&
        !finding.snapshots.includes(one.snapshot) &&
        finding.snapshots.every((index) => later(index).has(one.snapshot)),
    )
  return findings.flatMap((finding): readonly Finding[] => {
    if (finding.when === 'past' || !isGone(finding)) return [finding]
    return finding.snapshots.some(isLive) ? [] : [asPast(finding)]
  })
}

function asPast(finding: Finding): Finding {
  const { en, zh } = finding.summary
  return {
    ...finding,
    when: 'past',
    severity: 'info',
    summary: { en: `No longer so at the latest reading: ${en}`, zh: `最近一次读数已不再如此：${zh}` },
  }
}
