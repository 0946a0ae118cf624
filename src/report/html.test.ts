import { describe, expect, test } from 'vitest'
import { both, evidence, finding, remedy, report } from '../../test/report/report-builder.ts'
import { html } from './html/escape.ts'
import { renderHtml } from './html.ts'

const HOSTILE = `</style></title><script>alert("1")</script><img src=x onerror='y'>&amp;`

test('whatever was captured is text: in the body, in attributes, in the title', () => {
  const page = renderHtml(
    report({
      findings: [
        finding('accept-queue-full', {
          title: both(HOSTILE),
          summary: both(HOSTILE),
          subject: { kind: 'listener', key: HOSTILE, process: HOSTILE },
          evidence: [evidence(`*:80 ${HOSTILE}`), evidence(HOSTILE, { value: HOSTILE, command: HOSTILE })],
          remedies: [remedy(HOSTILE, { action: HOSTILE, verify: HOSTILE })],
        }),
      ],
      notes: [both(HOSTILE)],
    }),
    { lang: 'en' },
  )
  expect(page).not.toMatch(/<(script|img)/)
  expect(page.match(/<\/style>/g)).toHaveLength(1)
  expect(page.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;').length).toBeGreaterThan(10)
  expect(page.match(/<[^>]*onerror=[^>]*>/g)).toBeNull()
})

test('no script, nothing from elsewhere, and the browser is told so', () => {
  const page = renderHtml(report({ findings: [finding('a')] }), { lang: 'en' })
  expect(page).not.toMatch(/<script|<link|src=|url\(|@import/)
  expect(page).toContain(`default-src 'none'`)
})

describe('a drawn queue', () => {
  const drawn = (value: number, limit: number | null, rule = 'accept-queue-full') => {
    const page = renderHtml(report({ findings: [finding(rule, { evidence: [evidence('*:80', { value, limit })] })] }), {
      lang: 'en',
    })
    return { taken: page.match(/class="taken"/g)?.length ?? 0, page }
  }

  test('as full as the queue is', () => {
    expect(drawn(129, 128).taken).toBe(24)
    expect(drawn(64, 127).taken).toBe(12)
    expect(drawn(0, 128).taken).toBe(0)
  })

  test('never more squares than places, whatever the numbers', () => {
    expect(drawn(10 ** 9, 1).taken).toBe(24)
  })

  test('not where the limit is unknown, nor where a finding is about no queue', () => {
    expect(drawn(129, null).page).not.toContain('<figure')
    expect(drawn(129, 128, 'close-wait-leak').page).not.toContain('<figure')
  })
})

test('effects inside their cause, linked from the tree; every heading one deeper at most', () => {
  const cause = finding('backlog-too-small', { id: 'c:1', remedies: [remedy('raise it')] })
  const effect = finding('accept-queue-full', { id: 'e:1', causes: [{ id: 'c:1', why: both('it fills') }] })
  const page = renderHtml(report({ findings: [cause, effect] }), { lang: 'zh' })
  expect(page).toContain('<html lang="zh-CN">')
  expect(page.indexOf('id="c-1"')).toBeLessThan(page.indexOf('id="e-1"'))
  expect(page.match(/href="#[ce]-1"/g)).toHaveLength(2)
  const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level))
  levels.reduce((above, level) => {
    expect(level - above).toBeLessThanOrEqual(1)
    return level
  }, 0)
})

test('html`` escapes text and quotes, and nothing that it made itself', () => {
  expect(html`<p title="${'"<'}">${html`<b>${'&'}</b>`}${null}${['a', 'b']}${1}</p>`.markup).toBe(
    '<p title="&quot;&lt;"><b>&amp;</b>ab1</p>',
  )
})
