import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Text } from '../src/model/text.ts'
import { RULES } from '../src/rules/index.ts'
import { placeholders } from '../src/words/say.ts'

const WORDS = join(import.meta.dirname, '../src/words')

/** Every Text inside a value, with the path to it. */
function textsIn(value: unknown, path: string): readonly (readonly [string, Text])[] {
  if (value === null || typeof value !== 'object') return []
  if (isText(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, `${path}.${key}`))
}

const isText = (value: object): value is Text => 'en' in value && 'zh' in value && typeof value.en === 'string'

const catalogues: readonly (readonly [string, unknown])[] = [
  ...(await Promise.all(
    readdirSync(WORDS)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map(async (name) => [name, await import(join(WORDS, name))] as const),
  )),
  ...RULES.map(({ id, title, words, page, effects }) => [id, { title, words, page, effects }] as const),
]
const texts = catalogues.flatMap(([name, value]) => textsIn(value, name))

/** A fragment that one language needs and the other does not: an article, a plural. */
const FRAGMENT = 20

const where = (isWrong: (text: Text) => boolean): readonly string[] =>
  texts.filter(([, text]) => isWrong(text)).map(([path, { en, zh }]) => `${path}: ${en} | ${zh}`)

describe('every sentence, of the catalogue and of the rules', () => {
  it('is there at all', () => {
    expect(texts.length).toBeGreaterThan(300)
  })

  it('has the same placeholders in both languages', () => {
    expect(where(({ en, zh }) => placeholders(en).join() !== placeholders(zh).join())).toEqual([])
  })

  it('is said in both languages', () => {
    expect(where(({ en, zh }) => (en.trim() === '' || zh.trim() === '') && (en + zh).length > FRAGMENT)).toEqual([])
    expect(where(({ en }) => /\p{Script=Han}/u.test(en))).toEqual([])
  })

  it('has its line breaks in both: lists stay lists', () => {
    expect(where(({ en, zh }) => en.split('\n').length !== zh.split('\n').length)).toEqual([])
  })

  it('uses the punctuation of its language', () => {
    expect(where(({ zh }) => /\p{Script=Han}[,;!?]|[,;!?]\p{Script=Han}/u.test(zh))).toEqual([])
    expect(where(({ en }) => /[，。；：？！（）]/u.test(en))).toEqual([])
  })
})
