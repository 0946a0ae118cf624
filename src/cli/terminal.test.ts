import { describe, expect, it } from 'vitest'
import { languageFrom, languageOf, wantsColor, widthFrom } from './terminal.ts'

describe('languageFrom', () => {
  it.each([
    [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
    [{ LANG: 'zh' }, 'zh'],
    [{ LANG: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'en_US' }, 'en'],
    [{ LANG: 'en_US', LC_ALL: 'zh_SG' }, 'zh'],
    [{ LANG: 'zh_CN', LC_ALL: '' }, 'zh'],
    [{ LANG: 'zhx' }, 'en'],
    [{}, 'en'],
  ])('%j reads %s', (env, lang) => {
    expect(languageFrom(env)).toBe(lang)
  })
})

describe('languageOf', () => {
  it.each([
    [['diagnose', '--lang', 'zh'], 'zh'],
    [['--lang=zh'], 'zh'],
    [['--lang', 'zh', '--lang', 'en'], 'en'],
    [['--', '--lang', 'zh'], 'en'],
    [['--lang', 'fr'], 'en'],
    [['--lang'], 'en'],
    [[], 'en'],
  ])('%j asks for %s', (args, lang) => {
    expect(languageOf(args, {})).toBe(lang)
  })
})

describe('wantsColor', () => {
  it('is a matter of the terminal, of NO_COLOR, and of the choice above both', () => {
    expect(wantsColor('auto', true, {})).toBe(true)
    expect(wantsColor('auto', false, {})).toBe(false)
    expect(wantsColor('auto', true, { NO_COLOR: '1' })).toBe(false)
    expect(wantsColor('auto', true, { NO_COLOR: '' })).toBe(true)
    expect(wantsColor('auto', true, { TERM: 'dumb' })).toBe(false)
    expect(wantsColor('always', false, { NO_COLOR: '1' })).toBe(true)
    expect(wantsColor('never', true, {})).toBe(false)
  })
})

describe('widthFrom', () => {
  it('is the terminal, else COLUMNS, else a hundred', () => {
    expect(widthFrom(132, { COLUMNS: '80' })).toBe(132)
    expect(widthFrom(undefined, { COLUMNS: '80' })).toBe(80)
    expect(widthFrom(0, {})).toBe(100)
    expect(widthFrom(undefined, { COLUMNS: 'wide' })).toBe(100)
  })
})
