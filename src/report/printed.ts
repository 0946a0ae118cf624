import type { Lang, Printed, Text } from '../model/text.ts'

/** Put every Text inside a value into one language. */
export function inLanguage<T>(value: T, lang: Lang): Printed<T> {
  return walk(value, lang) as Printed<T>
}

function walk(value: unknown, lang: Lang): unknown {
  if (Array.isArray(value)) return value.map((inner) => walk(inner, lang))
  if (value === null || typeof value !== 'object') return value
  if (isText(value)) return value[lang]
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, lang)]))
}

function isText(value: object): value is Text {
  return Object.keys(value).length === 2 && 'en' in value && 'zh' in value && typeof value.en === 'string'
}
