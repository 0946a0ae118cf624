import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Line } from '../src/model/line.ts'

/** A text as a parser gets it. */
export const linesOf = (text: string): Line[] =>
  text.split('\n').map((one, index) => ({ number: index + 1, text: one, cut: false }))

export const fixtureText = (path: string): string => readFileSync(new URL(`fixtures/${path}`, import.meta.url), 'utf8')

export const fixtureLines = (path: string): Line[] => linesOf(fixtureText(path))

/** The same text damaged as pastes are: lines cut, doubled, joined, elided, characters lost or foreign ones put in. */
export function damaged(text: string): fc.Arbitrary<string> {
  const lines = text.split('\n')
  const hurt = fc.record({
    at: fc.nat(Math.max(0, lines.length - 1)),
    how: fc.constantFrom('cut', 'double', 'join', 'elide', 'foreign', 'squeeze', 'drop'),
    where: fc.nat(200),
    what: fc.string({ unit: 'grapheme', maxLength: 12 }),
  })
  return fc.array(hurt, { maxLength: 12 }).map((hurts) => {
    const out = [...lines]
    for (const { at, how, where, what } of hurts) {
      const line = out[at] ?? ''
      if (how === 'cut') out[at] = line.slice(0, where)
      else if (how === 'double') out.splice(at, 0, line)
      else if (how === 'join') out.splice(at, 2, `${line} ${out[at + 1] ?? ''}`)
      else if (how === 'elide') out[at] = '...'
      else if (how === 'foreign') out[at] = line.slice(0, where) + what + line.slice(where)
      else if (how === 'squeeze') out[at] = line.trim().replace(/\s+/g, ' ')
      else out.splice(at, 1)
    }
    return out.join('\n')
  })
}
