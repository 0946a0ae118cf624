/** Reading values that somebody else wrote: JSON or YAML of which nothing is known. */

export function at(value: unknown, ...path: readonly string[]): unknown {
  let inner = value
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined
    inner = Object.entries(inner).find(([name]) => name === key)?.[1]
  }
  return inner
}

/** null where there is none, or where it is empty. */
export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const text = at(value, ...path)
  return typeof text === 'string' && text !== '' ? text : null
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = at(value, ...path)
  return Array.isArray(list) ? list : []
}
