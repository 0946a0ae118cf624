/** Reading values of which nothing is known: JSON or YAML that somebody else wrote. Whatever does not fit is null or empty. */

export type Untyped = unknown

export const at = (value: Untyped, ...path: readonly string[]): Untyped =>
  path.reduce<Untyped>((inner, key) => (isMap(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value)

export const isMap = (value: Untyped): value is Readonly<Record<string, Untyped>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listAt = (value: Untyped, ...path: readonly string[]): readonly Untyped[] => {
  const list = at(value, ...path)
  return Array.isArray(list) ? list : []
}

export const textAt = (value: Untyped, ...path: readonly string[]): string | null => {
  const text = at(value, ...path)
  return typeof text === 'string' && text !== '' ? text : typeof text === 'number' ? String(text) : null
}

export const numberAt = (value: Untyped, ...path: readonly string[]): number | null => {
  const number = at(value, ...path)
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}

export const booleanAt = (value: Untyped, ...path: readonly string[]): boolean | null => {
  const truth = at(value, ...path)
  return typeof truth === 'boolean' ? truth : null
}

export const textsAt = (value: Untyped, ...path: readonly string[]): readonly string[] =>
  listAt(value, ...path).filter((one) => typeof one === 'string')

/** A map of texts, such as labels; null where there is none. */
export const textMapAt = (value: Untyped, ...path: readonly string[]): Readonly<Record<string, string>> | null => {
  const map = at(value, ...path)
  if (!isMap(map)) return null
  return Object.fromEntries(Object.entries(map).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}
