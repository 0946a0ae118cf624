import { describe, expect, it } from 'vitest'
import { judge, type Verdict } from '../../src/diagnose/judge.ts'
import { viewsOf } from '../../src/diagnose/views.ts'
import type { KnownCluster } from '../../src/facts/known-cluster.ts'
import type { Need, View } from '../../src/facts/need.ts'
import type { Draft } from '../../src/model/finding.ts'
import type { Precedence, Snapshot } from '../../src/model/snapshot.ts'
import type { Text } from '../../src/model/text.ts'
import type { Rule } from '../../src/rules/define-rule.ts'
import { objectionsToDraft } from '../remedies/objections.ts'

/** Readings of one node, oldest first. */
export interface Case {
  readonly readings: readonly Snapshot[]
  /** How their order is known; null: it is not. By default `clock` where there are several. */
  readonly by?: Precedence['by'] | null
  /** Which namespace of the newest reading is judged; the first unless told. */
  readonly netns?: string
  /** The cluster that the machine is a node of; none unless told. */
  readonly cluster?: KnownCluster
  /** Other machines; none unless told. */
  readonly peers?: readonly Snapshot[]
  /** What more must hold of what was found (or of the reason why it was skipped). */
  readonly expect?: (drafts: readonly Draft[], verdict: Verdict) => void
}

export type Cases = Readonly<Record<string, Case | Snapshot>>

/** The view of the newest reading, with the readings before it behind it. */
export function viewOf(spec: Case | Snapshot): View {
  const { readings, by = 'clock', netns, cluster = null, peers = [] } = asCase(spec)
  const order: Precedence[] =
    by === null
      ? []
      : readings.flatMap((_, after) =>
          readings.slice(0, after).map((__, before) => ({ before, after, by, because: 'the test says so' })),
        )
  const newest = viewsOf(readings, order, { cluster, peers }).at(-1) ?? []
  const view = netns === undefined ? newest[0] : newest.find((one) => one.netns.key === netns)
  if (!view) throw new Error(`no namespace ${netns ?? ''} in the newest reading`)
  return view
}

/** What a need gives for the newest reading. */
export function ask<T>(need: Need<T>, spec: Case | Snapshot) {
  return need.get(viewOf(spec))
}

export function judgeCase(rule: Rule, spec: Case | Snapshot): Verdict {
  return judge(rule, viewOf(spec))
}

/** The only draft of a case; fails where there is none or more than one. */
export function onlyDraft(rule: Rule, spec: Case | Snapshot): Draft {
  const { drafts, why } = judgeCase(rule, spec)
  const [draft] = drafts
  if (!draft || drafts.length > 1) throw new Error(`${drafts.length} drafts (${why?.en ?? 'no reason'})`)
  return draft
}

/** Every rule must show one case of each outcome. */
export function testRule(rule: Rule, cases: Record<'found' | 'clear' | 'skipped', Cases>): void {
  describe(rule.id, () => {
    for (const outcome of ['found', 'clear', 'skipped'] as const) {
      it(`has a case that is ${outcome}`, () => expect(Object.keys(cases[outcome])).not.toEqual([]))
      for (const [name, spec] of Object.entries(cases[outcome])) {
        it(`${outcome}: ${name}`, () => {
          const verdict = judgeCase(rule, spec)
          expect({ outcome: verdict.outcome, why: outcome === 'skipped' ? null : verdict.why }).toEqual({
            outcome,
            why: null,
          })
          if (outcome === 'skipped') expect(verdict.why).not.toBeNull()
          for (const draft of verdict.drafts) isPresentable(draft)
          asCase(spec).expect?.(verdict.drafts, verdict)
        })
      }
    }
  })
}

/** What holds of every draft: a subject, a proof, both languages, nothing left unfilled. */
function isPresentable(draft: Draft): void {
  expect(draft.subject.key).not.toBe('')
  expect(draft.evidence.length).toBeGreaterThan(0)
  for (const text of textsOf(draft)) {
    for (const said of [text.en, text.zh]) {
      expect(said.trim()).not.toBe('')
      expect(said).not.toMatch(/\{\w+\}|undefined|NaN|\[object/)
    }
  }
  for (const text of [draft.summary, ...draft.notHelpful, ...draft.unknowns]) {
    expect(text.zh).toMatch(/\p{Script=Han}/u)
    expect(text.en).not.toMatch(/\p{Script=Han}/u)
  }
  expect(objectionsToDraft(draft)).toEqual([])
}

function textsOf(draft: Draft): readonly Text[] {
  return [
    draft.summary,
    ...draft.evidence.map((one) => one.label),
    ...draft.remedies.flatMap((one) => [one.title, one.risk]),
    ...draft.notHelpful,
    ...draft.unknowns,
  ]
}

const asCase = (spec: Case | Snapshot): Case => ('readings' in spec ? spec : { readings: [spec] })
