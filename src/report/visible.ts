/**
 * Whatever a reader could not see, or a terminal would obey: controls, escapes, direction marks, invisible and unassigned
 * characters, halves of surrogate pairs. Process names, file names and captured text may hold any of them.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** The text with everything unseen spelled out: `\x1b`, `\u{202e}`. Tabs become spaces, line ends stay for the layout. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (char) => {
    if (char === '\n') return char
    if (char === '\t') return ' '
    const code = char.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** The same for every string inside a value, keys included. What is laid out afterwards can hold nothing hidden. */
export function visibleDeep<T>(value: T): T {
  return walk(value) as T
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return visible(value)
  if (Array.isArray(value)) return value.map(walk)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visible(key), walk(inner)]))
}
