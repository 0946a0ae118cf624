/** One end of a socket as four words and a port, read from bytes. Used again for every end. */
export interface EndFound {
  a: number
  b: number
  c: number
  d: number
  port: number
  /** It stood in brackets: an IPv6 socket. */
  bracketed: boolean
  /** `0.0.0.0` or `[::]`. */
  any: boolean
}

export const startEnd = (): EndFound => ({ a: 0, b: 0, c: 0, d: 0, port: 0, bracketed: false, any: false })

const MAPPED = 0xffff
const COLON = 58
const DOT = 46
const OPEN = 91
const CLOSE = 93

/**
 * Read `10.0.0.1:80` or `[2001:db8::1]:443` at `at`.
 * Shape: where it ends; -1 for everything else: names, scopes, `*`, IPv6 without brackets, numbers that are too large
 */
export function readEnd(bytes: Uint8Array, at: number, into: EndFound): number {
  let p = at
  into.bracketed = bytes[p] === OPEN
  if (into.bracketed) {
    p = readIPv6(bytes, p + 1, into)
    if (p < 0 || bytes[p] !== CLOSE) return -1
    p++
  } else {
    p = readIPv4(bytes, p, into)
    if (p < 0) return -1
    into.a = 0
    into.b = 0
    into.c = MAPPED
  }
  into.any = into.d === 0 && into.a === 0 && into.b === 0 && (into.c === 0 || into.c === MAPPED)
  if (bytes[p] !== COLON) return -1
  const start = ++p
  let port = 0
  let c = bytes[p] ?? 0
  while (c >= 48 && c <= 57) {
    port = port * 10 + c - 48
    c = bytes[++p] ?? 0
  }
  if (p === start || p - start > 5 || port > 65535) return -1
  into.port = port
  return p
}

/** The address goes into `d`. */
function readIPv4(bytes: Uint8Array, at: number, into: EndFound): number {
  let p = at
  let word = 0
  for (let part = 0; part < 4; part++) {
    if (part > 0) {
      if (bytes[p] !== DOT) return -1
      p++
    }
    const start = p
    let value = 0
    let c = bytes[p] ?? 0
    while (c >= 48 && c <= 57) {
      value = value * 10 + c - 48
      c = bytes[++p] ?? 0
    }
    if (p === start || p - start > 3 || value > 255) return -1
    word = (word << 8) | value
  }
  into.d = word >>> 0
  return p
}

/** Groups of the address at hand. */
const groups = new Uint16Array(8)

function readIPv6(bytes: Uint8Array, at: number, into: EndFound): number {
  let p = at
  let count = 0
  let gap = -1
  if (bytes[p] === COLON) {
    if (bytes[p + 1] !== COLON) return -1
    gap = 0
    p += 2
  }
  while (bytes[p] !== CLOSE) {
    if (count >= 8) return -1
    const start = p
    let value = 0
    let digit = hexDigit(bytes[p] ?? 0)
    while (digit >= 0) {
      value = (value << 4) | digit
      digit = hexDigit(bytes[++p] ?? 0)
    }
    if (bytes[p] === DOT) {
      // The last 32 bits may be written as IPv4.
      p = readIPv4(bytes, start, into)
      if (p < 0 || count > 6 || bytes[p] !== CLOSE) return -1
      groups[count++] = into.d >>> 16
      groups[count++] = into.d & 0xffff
      break
    }
    if (p === start || p - start > 4) return -1
    groups[count++] = value
    if (bytes[p] === CLOSE) break
    if (bytes[p] !== COLON) return -1
    p++
    if (bytes[p] === COLON) {
      if (gap >= 0) return -1
      gap = count
      p++
    } else if (bytes[p] === CLOSE) return -1
  }
  if (gap < 0 ? count !== 8 : count > 7) return -1
  if (gap >= 0) {
    const tail = count - gap
    for (let i = 1; i <= tail; i++) groups[8 - i] = groups[count - i] ?? 0
    for (let i = gap; i < 8 - tail; i++) groups[i] = 0
  }
  into.a = (((groups[0] ?? 0) << 16) | (groups[1] ?? 0)) >>> 0
  into.b = (((groups[2] ?? 0) << 16) | (groups[3] ?? 0)) >>> 0
  into.c = (((groups[4] ?? 0) << 16) | (groups[5] ?? 0)) >>> 0
  into.d = (((groups[6] ?? 0) << 16) | (groups[7] ?? 0)) >>> 0
  return p
}

const hexDigit = (c: number): number =>
  c >= 48 && c <= 57 ? c - 48 : c >= 97 && c <= 102 ? c - 87 : c >= 65 && c <= 70 ? c - 55 : -1
