import type { Severity } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import type { Topic } from '../model/topic.ts'
import { EXPLAIN_WORDS as W } from '../words/explain.ts'
import { say } from '../words/say.ts'
import type { Rule } from './define-rule.ts'

const SEVERITY: Readonly<Record<Severity, Text>> = {
  critical: { en: 'critical', zh: '严重' },
  warning: { en: 'warning', zh: '警告' },
  info: { en: 'information', zh: '提示' },
}

/** The page on a rule; `rules` tell what brings it about. */
export function ruleTopic(rule: Rule, rules: readonly Rule[]): Topic {
  const { id, title, severity, scope, page, thresholds = [], effects } = rule
  const causes = rules.flatMap((other) =>
    other.effects.filter((effect) => effect.rule === id).map(({ why }) => listed(other.id, why)),
  )
  return {
    id,
    kind: 'rule',
    title,
    marks: [say(W.severity, { severity: SEVERITY[severity] }), scope === 'node' ? W.scopeNode : W.scopeNetns],
    sections: [
      { title: W.what, body: page.what },
      { title: W.why, body: page.why },
      { title: W.confirm, body: page.confirm },
      { title: W.fix, body: page.fix },
      { title: W.notToConfuse, body: page.notToConfuse },
      { title: W.thresholds, body: listOf(thresholds.map(({ value, reason }) => listed(value, reason, false))) },
      { title: W.effects, body: listOf(effects.map((effect) => listed(effect.rule, effect.why))) },
      { title: W.causes, body: listOf(causes) },
    ].filter(({ body }) => body.en.trim() !== ''),
    sources: page.sources,
    related: [],
  }
}

/** `- name: why`, names of rules as code. */
const listed = (name: string, why: Text, code = true): Text => {
  const shown = code ? `\`${name}\`` : name
  return { en: `- ${shown}: ${why.en}`, zh: `- ${shown}：${why.zh}` }
}

/** Each line once. */
const listOf = (lines: readonly Text[]): Text => ({
  en: [...new Set(lines.map(({ en }) => en))].join('\n'),
  zh: [...new Set(lines.map(({ zh }) => zh))].join('\n'),
})
