import type { Place } from '../model/nat.ts'
import { canonicalAddress, parseAddress } from './address.ts'

const PROTOCOLS: Readonly<Record<string, string | null>> = {
  '0': null,
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'ipv6-icmp',
  '132': 'sctp',
  all: null,
  ip: null,
  any: null,
}

/** A protocol by name; null for all of them. */
export function protocolName(text: string): string | null {
  const name = text.toLowerCase()
  const known = PROTOCOLS[name]
  return known === undefined ? name : known
}

/**
 * An address as rules print it, canonical: `10.0.0.1/32` is `10.0.0.1`, `!10.0.0.0/8` keeps its mark and bits.
 * null: any (`0.0.0.0/0`, `::/0`, `anywhere`).
 */
export function matchedAddress(text: string): string | null {
  const not = text.startsWith('!') ? '!' : ''
  const bare = text.slice(not.length).trim()
  if (bare === '0.0.0.0/0' || bare === '::/0' || bare === 'anywhere' || bare === '') return not === '' ? null : '!any'
  const slash = bare.indexOf('/')
  if (slash < 0) return not + canonicalAddress(bare)
  const address = canonicalAddress(bare.slice(0, slash))
  const bits = bare.slice(slash + 1)
  return not + (bits === (address.includes(':') ? '128' : '32') ? address : `${address}/${bits}`)
}

/** Family of a canonical address, with or without bits and mark; null where a name was printed. */
export function familyOf(address: string | null): 4 | 6 | null {
  if (address === null) return null
  const bare = address.startsWith('!') ? address.slice(1) : address
  const slash = bare.indexOf('/')
  const { family, name } = parseAddress(slash < 0 ? bare : bare.slice(0, slash))
  return family === 0 ? (name?.includes('%') ? 6 : null) : family
}

/** A port number; null for anything that is none. */
export function portNumber(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null
  const port = Number(text)
  return port <= 65535 ? port : null
}

/**
 * `10.0.0.1:80`, `[fd00::1]:80`, `10.0.0.1`, `fd00::1`: one place.
 * Gaps: null for ranges (`10.0.0.1-10.0.0.3`), names, and what has no address (`:80`)
 */
export function parsePlace(text: string): Place | null {
  const [addressText, portText] = splitPort(text)
  const { family } = parseAddress(addressText)
  if (family === 0) return null
  if (portText === null) return { address: canonicalAddress(addressText), port: null }
  const port = portNumber(portText)
  return port === null ? null : { address: canonicalAddress(addressText), port }
}

function splitPort(text: string): readonly [string, string | null] {
  if (text.startsWith('[')) {
    const close = text.indexOf(']')
    if (close < 0) return [text, null]
    return [text.slice(1, close), text[close + 1] === ':' ? text.slice(close + 2) : null]
  }
  const colon = text.indexOf(':')
  return colon >= 0 && colon === text.lastIndexOf(':') ? [text.slice(0, colon), text.slice(colon + 1)] : [text, null]
}

/** A whole number that fits; null for the rest (`12K` too: rounded numbers are not counted with). */
export function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}
