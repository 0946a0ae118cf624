import type { Got, Need, View } from '../facts/need.ts'
import type { Draft, OutcomeKind } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import type { Rule } from '../rules/define-rule.ts'

export interface Verdict {
  readonly outcome: OutcomeKind
  readonly drafts: readonly Draft[]
  readonly why: Text | null
  readonly remark: Text | null
  /** Everything that the rule needs was seen whole: what it did not find here is not here. */
  readonly whole: boolean
}

/** Ask one rule about one view. A rule that throws is broken, said with its message; the others go on. */
export function judge(rule: Rule, view: View): Verdict {
  try {
    const values: Record<string, unknown> = {}
    let incomplete: Text | null = null
    for (const [name, need] of Object.entries<Need<unknown>>(rule.needs)) {
      const got: Got<unknown> = need.get(view)
      if (!got.ok) return { outcome: 'skipped', drafts: [], why: got.why, remark: null, whole: false }
      values[name] = got.value
      incomplete ??= got.incomplete
    }
    const drafts = rule.check(values, view)
    const whole = incomplete === null
    if (drafts.length > 0) return { outcome: 'found', drafts, why: null, remark: null, whole }
    const remark = rule.remark?.(values, view) ?? null
    return { outcome: whole ? 'clear' : 'skipped', drafts, why: incomplete, remark, whole }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { outcome: 'broken', drafts: [], why: { en: message, zh: message }, remark: null, whole: false }
  }
}
