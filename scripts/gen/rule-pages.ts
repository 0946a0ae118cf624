import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Severity } from '../../src/model/finding.ts'
import { LANGS, type Lang, type Text } from '../../src/model/text.ts'
import { topicMarkdown } from '../../src/report/explain.ts'
import type { Rule } from '../../src/rules/define-rule.ts'
import { ruleTopic } from '../../src/rules/rule-topic.ts'
import type { Made } from '../gen.ts'

const WORDS = {
  other: { en: '中文', zh: 'English' },
  index: { en: 'Rules', zh: '规则' },
} satisfies Record<string, Text>

const SEVERITY: Record<Severity, Text> = {
  critical: { en: 'critical', zh: '严重' },
  warning: { en: 'warning', zh: '警告' },
  info: { en: 'information', zh: '提示' },
}

const MADE = '<!-- Made by `npm run gen` out of the rule itself: edit src/rules/ID.ts. -->'

/** docs/rules: each rule's page in both languages, and a table of them all. */
export async function rulePages(root: string): Promise<readonly Made[]> {
  const barrel = await import(pathToFileURL(join(root, 'src/rules/index.ts')).href)
  const rules: readonly Rule[] = barrel.RULES
  if (rules.length === 0) return []
  return [...rules.flatMap((rule) => LANGS.map((lang) => page(rule, rules, lang))), index(rules)]
}

const fileOf = (id: string, lang: Lang): string => (lang === 'en' ? `${id}.md` : `${id}.${lang}.md`)

function page(rule: Rule, rules: readonly Rule[], lang: Lang): Made {
  const other = lang === 'en' ? 'zh' : 'en'
  const known = new Set(rules.map(({ id }) => id))
  const text = topicMarkdown(ruleTopic(rule, rules), lang, (id) => (known.has(id) ? fileOf(id, lang) : null))
  const [title = '', marks = '', ...rest] = text.split('\n\n')
  const linked = `${marks} · [${WORDS.other[lang]}](${fileOf(rule.id, other)})`
  return {
    path: `docs/rules/${fileOf(rule.id, lang)}`,
    text: [MADE.replace('ID', rule.id), title, linked, ...rest].join('\n\n'),
  }
}

function index(rules: readonly Rule[]): Made {
  const rows = rules.map(
    ({ id, title, severity }) =>
      `| [${id}](${fileOf(id, 'en')}) | ${title.en} | [${title.zh}](${fileOf(id, 'zh')}) | ${SEVERITY[severity].en} |`,
  )
  const text = [
    '<!-- Made by `npm run gen`. -->',
    '',
    `# ${WORDS.index.en} · ${WORDS.index.zh}`,
    '',
    '| rule | finds | 含义 | at worst |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ]
  return { path: 'docs/rules/README.md', text: text.join('\n') }
}
