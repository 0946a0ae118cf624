import { formatAddress, formatIPv4, parseAddress, type Words } from '../parse/address.ts'
import type { Tokens } from './token.ts'

/** Replaces addresses that tell where somebody is; of the others nothing is learnt. */
export interface Addresses {
  /** Take note of an address that stays, so that no token is the same. */
  learn(text: string): void
  redact(text: string): string
  /** One address; as it came where it stays. */
  one(address: string): string
}

const V4 = /(?<![\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d)/g
/** `ip-10-3-32-171`, `ec2-54-1-2-3`. */
const DASHED = /(?<![\w])(ip|ec2|host|node|vm)-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})(?![\w])/g
const WITH_COLONS = /(?<![\w:.])[\da-fA-F]{0,4}(?::[\da-fA-F]{0,4}){2,15}(?:\.\d{1,5})?(?:%\w{1,15})?(?![\w:])/g
const MAC = /^(?:[\da-f]{2}:){5}[\da-f]{2}$/i
/** A row of /proc/net/tcp: addresses as the processor has them, in hexadecimal. */
const PROC_ROW = /^(\s*\d+: )([\dA-F]{8}|[\dA-F]{32})(:[\dA-F]{4} )([\dA-F]{8}|[\dA-F]{32})(:[\dA-F]{4} )/
const SOCKET_ROW = /^\s*(?:tcp|udp|raw|LISTEN|ESTAB|SYN|FIN|TIME|CLOS|LAST|UNCONN|-)/

export function createAddresses(tokens: Tokens, count: (kind: 'address' | 'mac', original: string) => void): Addresses {
  const given = new Map<string, string>()
  const taken = new Set<string>()
  /** Another one where two addresses would get the same. */
  const fresh = (original: string, make: (digest: Uint8Array, attempt: number) => string): string => {
    const known = given.get(original)
    if (known !== undefined) return known
    let token = ''
    for (let attempt = 0; attempt < 1000; attempt++) {
      token = make(tokens.digest(attempt === 0 ? original : `${original} ${attempt}`), attempt)
      if (!taken.has(token)) break
    }
    taken.add(token)
    given.set(original, token)
    return token
  }
  const v4 = (word: number): number => {
    if (staysV4(word)) return word
    const original = formatIPv4(word)
    count('address', original)
    const token = fresh(original, (digest, attempt) => formatIPv4(wordV4(digest, attempt < CROWDED)))
    return parseAddress(token).words[3]
  }
  const mac = (text: string): string => {
    const original = text.toLowerCase()
    if (/^(?:02:00:5e|00:00:00|ff:ff:ff|01:00:5e|33:33)/.test(original)) return text
    count('mac', original)
    const hex = (byte: number | undefined) => (byte ?? 0).toString(16).padStart(2, '0')
    return fresh(original, ([a, b, c]) => `02:00:5e:${hex(a)}:${hex(b)}:${hex(c)}`)
  }
  /** A link-local address that was made of a MAC is made of its token. */
  const eui64 = ([a, b, c, d]: Words): Words => {
    if ((c & 0xff) !== 0xff || d >>> 24 !== 0xfe) return [a, b, c, d]
    const bytes = [
      ((c >>> 24) ^ 2) & 255,
      (c >>> 16) & 255,
      (c >>> 8) & 255,
      (d >>> 16) & 255,
      (d >>> 8) & 255,
      d & 255,
    ]
    const token = mac(bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':'))
    const [p = 0, q = 0, r = 0, x = 0, y = 0, z = 0] = token.split(':').map((part) => Number.parseInt(part, 16))
    return [
      a,
      b,
      (((p ^ 2) << 24) | (q << 16) | (r << 8) | 0xff) >>> 0,
      ((0xfe << 24) | (x << 16) | (y << 8) | z) >>> 0,
    ]
  }
  const v6 = (words: Words): Words => {
    if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) return [0, 0, 0xffff, v4(words[3])]
    if (words[0] >>> 22 === 0xfe80 >>> 6) return eui64(words)
    if (staysV6(words)) return words
    const original = formatAddress(...words)
    count('address', original)
    const token = fresh(original, (digest) => {
      const view = new DataView(digest.buffer, digest.byteOffset)
      return formatAddress(0x20010db8, view.getUint32(0), view.getUint32(4), view.getUint32(8))
    })
    return parseAddress(token).words
  }
  const wholeV6 = (text: string): string | null => {
    const { family, words, name } = parseAddress(text)
    if (family === 0) return null
    const now = v6(words)
    if (now.every((word, index) => word === words[index])) return text
    return `${formatAddress(...now)}${name === null ? '' : text.slice(text.indexOf('%'))}`
  }
  /** MAC, address, address with `:port` or `.port` behind it; anything else (a time) as it came. */
  const colons = (text: string, inRow: boolean): string => {
    if (MAC.test(text)) return mac(text)
    if (!/[a-f]|::/i.test(text) && text.split(':').length < 8) return text
    const dot = text.lastIndexOf('.')
    if (dot > 0) return `${colons(text.slice(0, dot), false)}${text.slice(dot)}`
    const last = text.lastIndexOf(':')
    const port = text.slice(last + 1)
    const before = text.slice(0, last)
    if (inRow && /^\d{1,5}$/.test(port) && !before.endsWith(':')) {
      const address = before.endsWith('::') || before.includes(':') ? wholeV6(before) : null
      if (address !== null) return `${address}:${port}`
    }
    return wholeV6(text) ?? text
  }
  const hex = (text: string): string => {
    const swapped = (part: string) => Number.parseInt(part.replace(/(..)(..)(..)(..)/, '$4$3$2$1'), 16) >>> 0
    const back = (word: number) =>
      (word >>> 0)
        .toString(16)
        .toUpperCase()
        .padStart(8, '0')
        .replace(/(..)(..)(..)(..)/, '$4$3$2$1')
    if (text.length === 8) return back(v4(swapped(text)))
    const [a = 0, b = 0, c = 0, d = 0] = [0, 8, 16, 24].map((at) => swapped(text.slice(at, at + 8)))
    return v6([a, b, c, d]).map(back).join('')
  }
  const dotted = (text: string): string => {
    const { family, words } = parseAddress(text)
    return family === 4 ? formatIPv4(v4(words[3])) : text
  }
  return {
    learn(text) {
      for (const [address] of text.matchAll(V4)) {
        const { family, words } = parseAddress(address)
        if (family === 4 && staysV4(words[3])) taken.add(formatIPv4(words[3]))
      }
    },
    redact(text) {
      const row = PROC_ROW.exec(text)
      const line = row
        ? `${row[1]}${hex(row[2] ?? '')}${row[3]}${hex(row[4] ?? '')}${row[5]}${text.slice(row[0].length)}`
        : text
      const inRow = SOCKET_ROW.test(line)
      const short = line.includes(':') ? line.replace(WITH_COLONS, (found) => colons(found, inRow)) : line
      return short
        .replace(V4, (found) => (parseAddress(found).family === 4 ? keepLook(found, dotted(found)) : found))
        .replace(DASHED, (found, kind: string, ...parts: string[]) => {
          const address = parts.slice(0, 4).join('.')
          return parseAddress(address).family === 4 ? `${kind}-${dotted(address).replaceAll('.', '-')}` : found
        })
    },
    one: (address) => (address.includes(':') ? colons(address, false) : dotted(address)),
  }
}

/** Leading zeros and the like stay where nothing was replaced. */
const keepLook = (before: string, after: string) =>
  parseAddress(before).words[3] === parseAddress(after).words[3] ? before : after

/** So often a token was taken already: there are more addresses than 198.18.0.0/15 has. */
const CROWDED = 3

/**
 * 198.18.0.0/15 is kept for measurements between networks (RFC 2544), so that nobody has it; 240.0.0.0/4 nobody has either, but
 * it looks odd. .0 and .255 are avoided: they look like networks.
 */
function wordV4(digest: Uint8Array, roomy: boolean): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = digest
  const [first, second] = roomy ? [198, 18 + (a & 1)] : [240 + (a & 7), e]
  return ((first << 24) | (second << 16) | (b << 8) | (1 + ((c * 256 + d) % 254))) >>> 0
}

/** Private, local, documentation, multicast, and masks. */
function staysV4(word: number): boolean {
  const first = word >>> 24
  const second = (word >>> 16) & 255
  const third = (word >>> 8) & 255
  if (first === 0 || first === 10 || first === 127 || first >= 224) return true
  if (first === 172) return second >= 16 && second <= 31
  if (first === 192) return second === 168 || (second === 0 && (third === 0 || third === 2))
  if (first === 169) return second === 254
  if (first === 100) return second >= 64 && second <= 127
  if (first === 198) return second === 18 || second === 19 || (second === 51 && third === 100)
  return first === 203 && second === 0 && third === 113
}

/** Only 2000::/3 is the world's; of it, 2001:db8::/32 is for documentation. */
const staysV6 = ([first]: Words): boolean => first >>> 29 !== 1 || first === 0x20010db8
