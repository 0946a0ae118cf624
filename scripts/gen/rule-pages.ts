import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Severity } from '../../src/model/finding.ts'
import { LANGS, type Lang, type Text } from '../../src/model/text.ts'
import type { Rule } from '../../src/rules/define-rule.ts'
import type { Made } from '../gen.ts'

const WORDS = {
  what: { en: 'What it means', zh: '含义' },
  why: { en: 'Why it happens', zh: '成因' },
  confirm: { en: 'How to confirm it', zh: '如何确认' },
  fix: { en: 'How to fix it', zh: '如何修复' },
  notToConfuse: { en: 'Not to be confused with', zh: '不要与此混淆' },
  effects: { en: 'What it brings about', zh: '由此引发' },
  sources: { en: 'Sources', zh: '参考来源' },
  severity: { en: 'Severity: at worst {severity}', zh: '严重程度：最高为{severity}' },
  scope: { en: 'judged once per {scope}', zh: '每个{scope}判断一次' },
  netns: { en: 'network namespace', zh: '网络命名空间' },
  node: { en: 'node', zh: '节点' },
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
  const head = [
    MADE.replace('ID', rule.id),
    `# ${rule.title[lang]}`,
    [
      `\`${rule.id}\``,
      WORDS.severity[lang].replace('{severity}', SEVERITY[rule.severity][lang]),
      WORDS.scope[lang].replace('{scope}', WORDS[rule.scope][lang]),
      `[${WORDS.other[lang]}](${fileOf(rule.id, other)})`,
    ].join(' · '),
  ]
  const parts = (['what', 'why', 'confirm', 'fix', 'notToConfuse'] as const).map((part) =>
    section(WORDS[part][lang], rule.page[part][lang]),
  )
  const effects = rule.effects.map((effect) => {
    const known = rules.some((one) => one.id === effect.rule)
    const name = known ? `[${effect.rule}](${fileOf(effect.rule, lang)})` : `\`${effect.rule}\``
    return lang === 'en' ? `- ${name}: ${effect.why.en}` : `- ${name}：${effect.why.zh}`
  })
  const tail = [
    section(WORDS.effects[lang], [...new Set(effects)].join('\n')),
    section(WORDS.sources[lang], rule.page.sources.map((source) => `- ${source}`).join('\n')),
  ]
  return {
    path: `docs/rules/${fileOf(rule.id, lang)}`,
    text: `${[...head, ...parts, ...tail].filter(Boolean).join('\n\n')}\n`,
  }
}

/** Nothing where there is nothing to say. */
function section(title: string, body: string): string {
  return body.trim() === '' ? '' : `## ${title}\n\n${body.trim()}`
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
