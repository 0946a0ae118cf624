/** Four 32-bit words in network order read big-endian; IPv4 is 0, 0, 0xffff, address, as in a SocketTable. */
export type Words = readonly [number, number, number, number]

export interface Address {
  /** Family of what was written: 4 (also for v4-mapped), 6, or 0 where it is no plain number. */
  readonly family: 4 | 6 | 0
  readonly words: Words
  /** The text where the words do not say it all: a host name, `*`, a scope. null for a plain address. */
  readonly name: string | null
}

const NOWHERE: Words = [0, 0, 0, 0]
const MAPPED = 0xffff

/**
 * Read an address as tools print it: `10.0.0.1`, `::1`, `[::1]`, `::ffff:10.0.0.1`, `fe80::1%eth0`, `*`, `localhost`.
 * Errors: never throws; what is no number is a name (family 0, words 0).
 */
export function parseAddress(text: string): Address {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  const percent = bare.indexOf('%')
  const number = percent < 0 ? bare : bare.slice(0, percent)
  const words = number.includes(':') ? parseIPv6(number) : parseIPv4(number)
  if (!words) return { family: 0, words: NOWHERE, name: bare }
  const family = isMapped(words) ? 4 : 6
  return { family, words, name: percent < 0 ? null : `${formatAddress(...words)}${bare.slice(percent)}` }
}

/** The canonical text (RFC 5952) of a plain address; as it came, less the brackets, otherwise. */
export function canonicalAddress(text: string): string {
  const { words, name } = parseAddress(text)
  return name ?? formatAddress(...words)
}

/** Text of an address: RFC 5952; v4-mapped as IPv4. */
export function formatAddress(a: number, b: number, c: number, d: number): string {
  if (a === 0 && b === 0 && c === MAPPED) return formatIPv4(d)
  const groups = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff]
  const [start, length] = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

export const formatIPv4 = (word: number): string =>
  `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`

function longestZeros(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0]
  let start = 0
  groups.forEach((group, index) => {
    if (group !== 0) start = index + 1
    else if (index + 1 - start > best[1]) best = [start, index + 1 - start]
  })
  return best
}

const isMapped = (words: Words) => words[0] === 0 && words[1] === 0 && words[2] === MAPPED

function parseIPv4(text: string): Words | null {
  let word = 0
  let byte = 0
  let digits = 0
  let parts = 0
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT
    if (code >= 48 && code <= 57) {
      byte = byte * 10 + code - 48
      if (++digits > 3) return null
    } else {
      if (code !== DOT || digits === 0 || byte > 255 || ++parts > 4) return null
      word = word * 256 + byte
      byte = 0
      digits = 0
    }
  }
  return parts === 4 ? [0, 0, MAPPED, word] : null
}

const DOT = 46

function parseIPv6(text: string): Words | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = parseGroups(halves[0] ?? '')
  const tail = parseGroups(halves[1] ?? '')
  if (!head || !tail) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const word = (index: number) => (groups[index] ?? 0) * 0x10000 + (groups[index + 1] ?? 0)
  return [word(0), word(2), word(4), word(6)]
}

/** The 16-bit groups of `a:b:c`, where the last may be a dotted IPv4 address. */
function parseGroups(text: string): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = index === parts.length - 1 ? parseIPv4(part) : null
      if (!v4) return null
      groups.push(v4[3] >>> 16, v4[3] & 0xffff)
    } else {
      if (!/^[\da-f]{1,4}$/i.test(part)) return null
      groups.push(Number.parseInt(part, 16))
    }
  }
  return groups
}
