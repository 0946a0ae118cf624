import { describe, expect, it } from 'vitest'
import type { Text } from '../model/text.ts'
import { RULES } from '../rules/index.ts'
import * as cli from './cli.ts'
import * as report from './report.ts'
import { placeholders } from './say.ts'

/** Every Text inside a value, with the way to it. */
function textsIn(value: unknown, path: string): readonly { readonly path: string; readonly text: Text }[] {
  if (typeof value !== 'object' || value === null) return []
  if ('en' in value && 'zh' in value) return [{ path, text: value as Text }]
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, `${path}.${key}`))
}

const all = [
  ...textsIn(report, 'report'),
  ...textsIn(cli, 'cli'),
  ...RULES.flatMap(({ id, title, words, page, effects }) => textsIn({ title, words, page, effects }, id)),
]

const HAN = /\p{Script=Han}/u

/** A name, a unit or a sign: the same in Chinese but for capitals and marks. */
function isNoSentence({ en, zh }: Text): boolean {
  const letters = (one: string) => one.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  return letters(en) === letters(zh) && en.split(' ').length <= 4
}

describe('words', () => {
  it('are all found', () => {
    expect(all.length).toBeGreaterThan(200)
    expect(RULES.length).toBeGreaterThan(5)
  })

  it('have the same placeholders in both languages', () => {
    for (const { path, text } of all) expect([path, placeholders(text.zh)]).toEqual([path, placeholders(text.en)])
  })

  it('are there in both languages; only a short piece (a plural, an article) may have no Chinese', () => {
    for (const { path, text } of all) {
      expect([path, text.zh !== '' || text.en.trim().split(' ').length <= 2]).toEqual([path, true])
      expect([path, text.en !== '' || text.zh === '']).toEqual([path, true])
    }
  })

  it('are Chinese in Chinese and English in English', () => {
    for (const { path, text } of all) {
      expect([path, HAN.test(text.en)]).toEqual([path, false])
      expect([path, text.zh === '' || HAN.test(text.zh) || isNoSentence(text)]).toEqual([path, true])
    }
  })

  it('use Chinese punctuation in Chinese sentences', () => {
    for (const { path, text } of all)
      expect([path, /\p{Script=Han}[,;!?]/u.exec(text.zh)?.[0]]).toEqual([path, undefined])
  })
})
