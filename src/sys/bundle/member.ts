/** A file inside a bundle. Its bytes can be had once, before the next member is asked for. */
export interface Member {
  readonly kind: 'file'
  /** Relative, with `/`, without `.` or `..`. */
  readonly path: string
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Something in a bundle that is not read, and why; `path` empty: the bundle itself. */
export interface Refused {
  readonly kind: 'refused'
  readonly path: string
  readonly why: string
}

export type Entry = Member | Refused

export const LIMITS = {
  /** sosreports of large machines have some ten thousand. */
  members: 100_000,
  /** What all of it may unfold to. */
  bytes: 8 * 2 ** 30,
  /** Text of commands packs 5 to 50 times; a bomb, a thousand times. Looked at beyond the first `bombBytes`. */
  ratio: 250,
  bombBytes: 64 * 2 ** 20,
  /** Archives inside archives. */
  depth: 2,
} as const

const MAX_PATH = 4096

/** A member's path, cleaned; null where it leads out of the bundle: nothing of that kind is made by accident. */
export function safePath(raw: string): string | null {
  if (raw.length > MAX_PATH || raw.includes('\0')) return null
  const path = raw.replaceAll('\\', '/')
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return null
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.length === 0 || parts.includes('..') ? null : parts.join('/')
}
