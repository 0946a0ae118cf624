import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collectTranscript } from '../src/collect/transcript.ts'
import { diagnose } from '../src/diagnose.ts'
import { renderHtml } from '../src/report/html.ts'

/** The page for post-mortems in a real browser: accessible, never wider than the window, silent. */

const CHROMIUM = '/usr/bin/chromium'
const CASE = fileURLToPath(new URL('fixtures/transcripts/nodeport.md', import.meta.url))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recvq-page-'))
  // As root Chromium's own sandbox cannot start; the page holds no script.
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
}, 60_000)
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})

interface Looked {
  readonly violations: readonly { readonly id: string }[]
  readonly width: number
  readonly requests: readonly string[]
  readonly complaints: readonly string[]
}

async function look(file: string, width: number, colorScheme: 'light' | 'dark'): Promise<Looked> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
  try {
    const page = await context.newPage()
    const requests: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(`file://${file}`)
    // Proofs are folded; what is inside must be accessible too.
    await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true })`)
    const measured: unknown = await page.evaluate('document.documentElement.scrollWidth')
    await page.addScriptTag({ content: axe })
    const { violations } = await page.evaluate<Pick<Looked, 'violations'>>('axe.run()')
    return { violations, width: Number(measured), requests, complaints }
  } finally {
    await context.close()
  }
}

describe.each(['en', 'zh'] as const)('in %s', (lang) => {
  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ] as const)(
    '%i wide, %s: no violation, nothing cut, nothing fetched',
    async (width, scheme) => {
      const report = diagnose({ ...(await collectTranscript(CASE)), version: '0.0.0' })
      expect(report.findings.length).toBeGreaterThan(0)
      const file = join(folder, `${lang}-${width}-${scheme}.html`)
      await writeFile(file, renderHtml(report, { lang }))
      const seen = await look(file, width, scheme)
      expect(seen.violations.map(({ id }) => id)).toEqual([])
      expect(seen.width).toBe(width)
      expect(seen.requests).toEqual([`file://${file}`])
      expect(seen.complaints).toEqual([])
    },
    60_000,
  )
})
