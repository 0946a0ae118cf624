import { marked } from 'marked'
import { describe, expect, test } from 'vitest'
import { both, evidence, finding, remedy, report } from '../../test/report/report-builder.ts'
import { codeSpan, fenced, inline } from './markdown/escape.ts'
import { renderMarkdown } from './markdown.ts'

const EN = { lang: 'en', all: false } as const

/** What a reader of the rendered text would see, and which tags made it. */
const rendered = (markdown: string): string => marked.parse(markdown, { async: false, gfm: true })
const tagsOf = (html: string): ReadonlySet<string> =>
  new Set([...html.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag ?? ''))

const HOSTILE = [
  '<script>alert(1)</script>',
  '[x](javascript:alert(1)) ![y](http://evil/z.png)',
  '| a | b |',
  '`` ` ```',
  '*b* _i_ ~~s~~ # h',
  '@everyone #12 http://evil.example/',
  '&lt;b&gt; &amp;',
  '- item',
  '1. item',
]

describe('whatever was captured is shown and is no markup', () => {
  test.each(HOSTILE)('%s', (text) => {
    const html = rendered(
      renderMarkdown(
        report({
          findings: [
            finding('a', {
              title: both(text),
              summary: both(text),
              evidence: [evidence(text, { value: text, unit: null, limit: null, command: text })],
              remedies: [remedy(text, { action: text, verify: text, risk: both(text) })],
              notHelpful: [both(text)],
              unknowns: [both(text)],
            }),
          ],
          notes: [both(text)],
        }),
        EN,
      ),
    )
    for (const tag of ['script', 'a', 'img', 'del', 'em']) expect(tagsOf(html)).not.toContain(tag)
    const seen = html
      .replace(/<[^>]*>/g, '')
      .replace(/&#64;/g, '@')
      .replace(/&#47;/g, '/')
      .replace(/&#39;/g, "'")
    const plain = seen
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&amp;/g, '&')
    // title twice (verdict is the summary), summary, label, value, command, remedy's four, two lists, note
    expect(plain.split(text).length - 1).toBeGreaterThanOrEqual(10)
  })

  test('a code span and a fence hold any run of backticks', () => {
    expect(codeSpan('a`b``c')).toBe('```a`b``c```')
    expect(fenced('x\n````\ny', 'sh')).toEqual(['`````sh', 'x', '````', 'y', '`````'])
  })

  test('names of sysctls and counters stay as they are', () => {
    expect(inline('net.ipv4.tcp_abort_on_overflow')).toBe('net.ipv4.tcp_abort_on_overflow')
  })
})

test('verdict, chapters, effects below their cause, what was looked at', () => {
  const cause = finding('backlog-too-small', { id: 'c:1', severity: 'critical', remedies: [remedy('raise it')] })
  const effect = finding('accept-queue-full', { id: 'e:1', causes: [{ id: 'c:1', why: both('it fills') }] })
  const text = renderMarkdown(report({ findings: [cause, effect] }), EN)
  const headings = text.split('\n').filter((line) => line.startsWith('#'))
  expect(headings).toEqual([
    '# CRITICAL  Summary of backlog-too-small',
    '## 1. Title of backlog-too-small',
    '### Leads to: Title of accept-queue-full',
    '## Looked at',
  ])
  expect(text).toContain('*Why: it fills*')
  expect(text).toContain('```sh\n   systemctl restart nginx\n   ```')
  expect(text.endsWith('\n')).toBe(true)
  expect(text).not.toContain('\n\n\n')
})

test('many alike are folded, unless all are wanted', () => {
  const proofs = Array.from({ length: 40 }, (_, n) => evidence(`*:${30000 + n}`))
  const full = report({ findings: [finding('a', { evidence: proofs })] })
  const rows = (text: string) => text.split('\n').filter((line) => /^\| \\\*:3/.test(line)).length
  expect(rows(renderMarkdown(full, EN))).toBe(3)
  expect(rows(renderMarkdown(full, { lang: 'en', all: true }))).toBe(40)
})

test('nothing found is no chapter', () => {
  const text = renderMarkdown(report(), { lang: 'zh', all: false })
  expect(text).toMatch(/^# 未发现问题/)
  expect(text).not.toContain('## 1.')
})
