import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectTranscript } from '../src/collect/transcript.ts'
import type { LineKind, ListedBlock, Listing } from '../src/model/listing.ts'
import { renderListing } from '../src/report/listing.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const originals = join(import.meta.dirname, '../../shared/seeds')

/** Every text among the fixtures, and the originals where they are there. */
const files = [
  ...readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:md|txt|log)$/.test(name))
    .map((name) => join(fixtures, name)),
  ...(existsSync(originals) ? readdirSync(originals).map((name) => join(originals, name)) : []),
]

/** Its lines as bytes have them, two bytes a character where it begins with that mark. */
function textOf(path: string): string {
  const bytes = readFileSync(path)
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'latin1')
}

const list = async (path: string): Promise<Listing> => {
  const [listing] = (await collectTranscript(path)).listings
  if (!listing) throw new Error(`${path}: no listing`)
  return listing
}

const kindAt = ({ lines }: Listing, line: number): LineKind | null =>
  lines.ranges.find((range) => range.lines[0] <= line && line <= range.lines[1])?.kind ?? null

const page = { lang: 'en', width: 100, color: false, all: true, verbose: true } as const

describe('every line is accounted for', () => {
  it.each(files)('%s', async (path) => {
    const listing = await list(path)
    const { total, kinds, ranges } = listing.lines
    const text = textOf(path)
    const there = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    expect(total).toBe(there)
    expect(Object.values(kinds).reduce((sum, n) => sum + n, 0)).toBe(total)
    let next = 1
    for (const { lines } of ranges) {
      expect(lines[0]).toBe(next)
      expect(lines[1]).toBeGreaterThanOrEqual(lines[0])
      next = lines[1] + 1
    }
    expect(next).toBe(total + 1)
  })

  it.each(files)('%s: blocks hold output, and what is unread stands with a reason', async (path) => {
    const listing = await list(path)
    // A filter that left nothing is an answer without a row: its block is the command alone.
    const isEmptyAnswer = ({ lines, cuts }: ListedBlock) => lines[0] === lines[1] && cuts.length > 0
    for (const block of listing.blocks)
      if (block.questions.length > 0 && !isEmptyAnswer(block)) expect(block.rows).toBeGreaterThan(0)
    for (const { kind, lines } of listing.lines.ranges)
      if (kind === 'unread')
        expect(listing.unread.some((one) => one.lines[0] <= lines[0] && lines[1] <= one.lines[1])).toBe(true)
  })

  // Chats write a fence's marks beside its text, where no line is a mark alone.
  const fenced = files.filter((path) => !/^```(?!\w{0,20}\s*$)|\S```\s*$/m.test(textOf(path)))
  it.each(fenced)('%s: nothing inside a fence is prose', async (path) => {
    const listing = await list(path)
    let open = false
    for (const { kind, lines } of listing.lines.ranges) {
      if (kind === 'mark') for (let line = lines[0]; line <= lines[1]; line++) open = !open
      else if (open) expect([kind, lines]).not.toEqual(['prose', lines])
    }
  })
})

describe('renderListing', () => {
  const there = join(fixtures, 'transcripts/nodeport.md')

  it('names every block by its lines, its format and its command', async () => {
    const listing = await list(there)
    const text = renderListing(listing, page)
    for (const { lines, format } of listing.blocks)
      expect(text).toMatch(new RegExp(`^ +${lines[0]}(?:–${lines[1]})? .* ${format} `, 'm'))
    expect(text).toMatch(/in all +668$/m)
  })

  it('folds long lists and says so', async () => {
    const listing = await list(there)
    const many = {
      ...listing,
      unread: Array.from({ length: 50 }, (_, i) => ({ file: 'x', lines: [i, i] as const, why: 'w', sample: '' })),
    }
    expect(renderListing(many, { ...page, all: false })).toContain('… and 30 more places; --all lists them')
    expect(renderListing(many, page)).not.toContain('--all lists them')
  })

  it('knows what stands where', async () => {
    const listing = await list(there)
    for (const { lines, command } of listing.blocks)
      if (command !== null) expect(['prompt', 'output', 'comment']).toContain(kindAt(listing, lines[0]))
  })

  it('speaks Chinese', async () => {
    expect(renderListing(await list(there), { ...page, lang: 'zh' })).toMatch(/总计 +668$/m)
  })
})
