/** More of one JSON text is not kept: it is cut, and then not valid. */
const MAX_JSON = 4 * 1024 * 1024

export interface JsonLines {
  /** true while the lines belong to one JSON text. */
  take(text: string): boolean
  /** The values that were complete, in their order; what is not valid JSON is left out. */
  values(): readonly unknown[]
  /** A text was begun that never ended, or was no JSON. */
  broken(): boolean
}

/** Gathers the lines of JSON texts: each begins with a bracket and ends where its brackets close. Linear in the text. */
export function gatherJson(): JsonLines {
  const values: unknown[] = []
  let broken = false
  let parts: string[] | null = null
  let size = 0
  let depth = 0
  let quoted = false
  let escaped = false
  const scan = (text: string) => {
    for (const char of text) {
      if (escaped) escaped = false
      else if (quoted) {
        if (char === '\\') escaped = true
        else if (char === '"') quoted = false
      } else if (char === '"') quoted = true
      else if (char === '[' || char === '{') depth++
      else if (char === ']' || char === '}') depth--
    }
  }
  return {
    take(text) {
      if (parts === null) {
        if (!/^\s*[[{]/.test(text)) return false
        parts = []
        size = depth = 0
        quoted = escaped = false
      }
      scan(text)
      size += text.length
      if (size <= MAX_JSON) parts.push(text)
      if (depth > 0) return true
      try {
        values.push(JSON.parse(parts.join('\n')))
      } catch {
        broken = true
      }
      parts = null
      return true
    },
    values: () => values,
    broken: () => broken || parts !== null,
  }
}
