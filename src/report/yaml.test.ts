import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { both, evidence, finding, report } from '../../test/report/report-builder.ts'
import { renderJson } from './json.ts'
import { renderYaml } from './yaml.ts'

const HOSTILE = 'a\u001b[31m\u202eb\u0085c: - "x" #y\n---\n!!js/function'

test('the same value as the JSON form, in both languages', () => {
  const full = report({ findings: [finding('accept-queue-full', { evidence: [evidence('queue')] })] })
  for (const lang of ['en', 'zh'] as const) {
    expect(parse(renderYaml(full, { lang }))).toEqual(JSON.parse(renderJson(full, { lang })))
  }
})

test('what a terminal would obey, or YAML would take for structure, comes back as the text it was', () => {
  const text = renderYaml(report({ findings: [finding('a', { summary: both(HOSTILE) })] }), { lang: 'en' })
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(parse(text).findings[0].summary).toBe(HOSTILE)
})

test('no anchors: what many proofs share is written out', () => {
  const shared = evidence('queue')
  const text = renderYaml(report({ findings: [finding('a', { evidence: [shared, shared] })] }), { lang: 'en' })
  expect(text).not.toMatch(/[&*]a\d/)
})
