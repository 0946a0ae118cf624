import { HostError } from '../host-error.ts'

/** As whom a request is made. */
export interface Credentials {
  /** The Authorization header; null: none. */
  readonly authorization: string | null
  readonly cert?: Buffer | string
  readonly key?: Buffer | string
}

/** A header holds one line of visible characters, whatever a file says. */
export function bearer(token: string): string {
  const trimmed = token.trim()
  if (!/^[\x21-\x7e]+$/.test(trimmed)) throw new HostError('read', 'token', null, { why: 'empty, or no token' })
  return `Bearer ${trimmed}`
}
