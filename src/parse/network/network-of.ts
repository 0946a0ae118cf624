import type { Content } from '../../model/block.ts'
import type { Link, LinkCounters, Network } from '../../model/network.ts'
import type { Origin } from '../../model/part.ts'
import { MAX_ENTRIES, wholeNumber } from '../format.ts'

const NOTHING: Network = {
  links: null,
  addresses: null,
  routes: null,
  rules: null,
  neighbours: null,
  qdiscs: null,
  bridges: null,
  fdb: null,
  nics: null,
  softnet: null,
  udp: null,
  unix: null,
  otherSockets: null,
  summary: null,
  probes: null,
}

/** What one output tells of a network namespace; the rest of it is not captured. */
export const networkOf = (told: Partial<Network>): Content => ({
  question: 'network',
  network: { ...NOTHING, ...told },
})

/** Add a row, up to a bound that no honest output reaches. false: there was no room. */
export function keep<T>(rows: T[], row: T): boolean {
  if (rows.length >= MAX_ENTRIES) return false
  rows.push(row)
  return true
}

/** The first `limit` words of a line, of which only the beginning is looked at. */
export const wordsOf = (text: string, limit = 200): readonly string[] => text.slice(0, 8192).trim().split(/\s+/, limit)

/** The word behind a keyword: `via` in `default via 10.0.0.1 dev eth0`. */
export function wordAfter(words: readonly string[], keyword: string): string | null {
  const at = words.indexOf(keyword)
  return at < 0 ? null : (words[at + 1] ?? null)
}

export const numberOf = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : wholeNumber(text)

/** A decimal fraction, signs and exponents not read. */
export const decimalOf = (text: string | null | undefined): number | null =>
  text !== null && text !== undefined && /^\d{1,15}(?:\.\d{1,12})?$/.test(text) ? Number(text) : null

/** `255.255.255.0` as 24; null for what is no mask. */
export function prefixOfMask(mask: string): number | null {
  const parts = mask.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return null
  const bits = parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('')
  const ones = bits.indexOf('0')
  if (ones < 0) return 32
  return bits.includes('1', ones) ? null : ones
}

export const linkOf = (name: string, origin: Origin): Link => ({
  name,
  index: null,
  peer: null,
  mtu: null,
  state: null,
  flags: null,
  master: null,
  mac: null,
  qlen: null,
  rx: null,
  tx: null,
  origin,
})

export const NO_COUNTERS: LinkCounters = {
  packets: null,
  bytes: null,
  errors: null,
  dropped: null,
  overruns: null,
  carrier: null,
}

/** A part of an object that is still being read. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }

export const isMac = (text: string): boolean => /^[\da-f]{2}(?::[\da-f]{2}){5,19}$/i.test(text)
