import { sha256 } from '../facts/sha256.ts'

/** What is replaced, as it is counted and told to people. */
export type Kind =
  | 'address'
  | 'mac'
  | 'host'
  | 'pod'
  | 'namespace'
  | 'service'
  | 'name'
  | 'user'
  | 'process'
  | 'chain'
  | 'secret'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** Names that stand for others begin so: short enough for the 15 characters of a process name. */
const PREFIX: Readonly<Partial<Record<Kind, string>>> = {
  host: 'host',
  pod: 'pod',
  namespace: 'ns',
  service: 'svc',
  name: 'name',
  user: 'user',
  process: 'prog',
}

const TOKEN = /^(?:host|pod|ns|svc|name|user|prog|zone)-x[a-z]{6}[a-z\d]$/

/** Does this word stand for another already? Redacting twice changes nothing. */
export const isToken = (word: string): boolean => TOKEN.test(word)

/** Keyed digests: the same text gives the same token wherever the same salt is used, and nobody without it can try names out. */
export interface Tokens {
  /** 32 pseudo-random bytes. */
  digest(text: string): Uint8Array
  /** `pod-xkvqaut3` for a name. A figure stands in it if one does in the name: what reads texts may tell machines by that. */
  name(kind: Kind, original: string): string
  /** The part of a domain behind the machine's name: `zone-x….example`, a top level that is reserved. */
  zone(original: string): string
  /** Upper case, as kube-proxy's chains are written. */
  letters(original: string, count: number): string
}

export function createTokens(salt: string): Tokens {
  const encode = (text: string) => new TextEncoder().encode(text)
  const key = sha256(encode(`recvq ${salt}`))
  // Both ends keyed: a plain sha256(key + text) could be extended.
  const digest = (text: string) => {
    const inner = sha256(new Uint8Array([...key, ...encode(text)]))
    return sha256(new Uint8Array([...key, ...inner]))
  }
  const letters = (text: string, count: number) =>
    Array.from(digest(text).subarray(0, count), (byte) => ALPHABET[byte & 31]).join('')
  const word = (text: string, count: number) =>
    Array.from(digest(text).subarray(0, count), (byte) => LETTERS[byte % LETTERS.length]).join('')
  return {
    digest,
    name(kind, original) {
      const lower = original.toLowerCase()
      const end = /\d/.test(lower) ? String((digest(lower)[7] ?? 0) % 10) : word(lower, 7).slice(6)
      return `${PREFIX[kind] ?? 'name'}-x${word(lower, 6)}${end}`
    },
    zone: (original) => `zone-x${word(`zone ${original.toLowerCase()}`, 7)}.example`,
    letters: (original, count) => letters(original, count).toUpperCase(),
  }
}
