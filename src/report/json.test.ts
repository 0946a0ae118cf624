import { describe, expect, it } from 'vitest'
import { both, evidence, finding, outcome, remedy, report } from '../../test/report/report-builder.ts'
import { reportSchema } from '../model/schema.ts'
import { renderJson } from './json.ts'

const full = report({
  findings: [
    finding('a', {
      evidence: [evidence('queue', { source: { via: 'inet-diag' } })],
      remedies: [remedy('restart')],
      causes: [{ id: 'b', why: both('because', '因为') }],
      notHelpful: [both('tuning')],
    }),
  ],
  outcomes: [outcome('a', 'found'), outcome('b', 'skipped', 'no data')],
  gaps: [{ snapshot: 0, netns: null, part: 'processes', reason: 'partial', detail: 'grep' }],
  unread: [{ file: 'incident.md', lines: [1, 2], why: 'prose', sample: 'x' }],
  notes: [both('a note')],
})

describe('renderJson', () => {
  it.each(['en', 'zh'] as const)('prints what the published schema describes (%s)', (lang) => {
    const printed = JSON.parse(renderJson(full, { lang }))
    expect(reportSchema.strict().parse(printed)).toEqual(printed)
    expect(printed.findings[0].causes[0].why).toBe(lang === 'en' ? 'because' : '因为')
  })

  it('keeps hostile values and prints none of them raw', () => {
    const hostile = 'nginx\u001b]0;x\u0007\u009b2J\u202e\u{e0041}'
    const text = renderJson(report({ notes: [both(hostile, hostile)] }), { lang: 'en' })
    expect(text).toMatch(/^[\n\x20-\x7e]*$/)
    expect(JSON.parse(text).notes).toEqual([hostile])
  })
})
