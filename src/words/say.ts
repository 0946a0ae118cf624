import type { Text } from '../model/text.ts'

/** What may stand in a placeholder. A Text is put in language by language. */
export type Filling = string | number | Text

/**
 * Fill a template's {placeholders} in every language. Numbers get thin grouping (12 247 395) from five digits on, ports and
 * other plain numbers are given as strings by the caller.
 * Errors: a placeholder without a filling throws: it is a bug, found by the rule's tests.
 */
export function say(template: Text, fillings: Readonly<Record<string, Filling>> = {}): Text {
  return { en: fill(template.en, fillings, 'en'), zh: fill(template.zh, fillings, 'zh') }
}

function fill(template: string, fillings: Readonly<Record<string, Filling>>, lang: keyof Text): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const filling = fillings[name]
    if (filling === undefined) throw new Error(`no filling for {${name}} in: ${template}`)
    if (typeof filling === 'number') return groupDigits(filling)
    return typeof filling === 'string' ? filling : filling[lang]
  })
}

/** 12247395 → 12 247 395; up to four digits stay as they are. Not a number: an em dash. */
export function groupDigits(value: number): string {
  if (!Number.isFinite(value)) return '—'
  const [whole = '', fraction] = String(value).split('.')
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ' ') : whole
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** The placeholders of a template, sorted, each once. */
export function placeholders(template: string): readonly string[] {
  return [...new Set([...template.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? ''))].sort()
}
