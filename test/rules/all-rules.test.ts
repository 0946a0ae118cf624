import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/rules/index.ts'
import { placeholders } from '../../src/words/say.ts'

const ids = RULES.map((rule) => rule.id)
const HAN = /\p{Script=Han}/u

it('has every id once', () => {
  expect(new Set(ids).size).toBe(ids.length)
})

describe.each(RULES)('$id', ({ id, title, words, page, effects }) => {
  it('is named after its file, and tested beside it', () => {
    expect(existsSync(new URL(`../../src/rules/${id}.ts`, import.meta.url))).toBe(true)
    expect(existsSync(new URL(`../../src/rules/${id}.test.ts`, import.meta.url))).toBe(true)
  })

  it('has the same placeholders in both languages, each written in its own', () => {
    for (const [name, { en, zh }] of Object.entries(words)) {
      expect(placeholders(zh), name).toEqual(placeholders(en))
      expect(en, name).not.toMatch(HAN)
    }
  })

  it('speaks both languages in its title, page and links', () => {
    const { sources, ...texts } = page
    for (const { en, zh } of [title, ...Object.values(texts), ...effects.map((effect) => effect.why)]) {
      expect(en.trim(), zh).not.toBe('')
      expect(en).not.toMatch(HAN)
      expect(zh, en).toMatch(HAN)
    }
    expect(sources.length).toBeGreaterThan(0)
  })

  it('brings about only what exists, and not itself', () => {
    for (const effect of effects) {
      expect(ids).toContain(effect.rule)
      expect(effect.rule).not.toBe(id)
    }
  })
})
