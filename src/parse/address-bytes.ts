const MAPPED = 0xffff
const COLON = 58
const DOT = 46
const OPEN = 91
const CLOSE = 93

/**
 * Read `10.0.0.1:80` or `[2001:db8::1]:443` at `at`: its address into four words from `w` on, its port to `i`.
 * Shape: where it ends; -1 for everything else: names, scopes, `*`, IPv6 without brackets, numbers that are too large
 */
export function readEnd(
  bytes: Uint8Array,
  at: number,
  words: Uint32Array,
  w: number,
  ports: Uint16Array,
  i: number,
): number {
  let p = at
  if (bytes[p] === OPEN) {
    p = readIPv6(bytes, p + 1, words, w)
    if (p < 0 || bytes[p] !== CLOSE) return -1
    p++
  } else {
    p = readIPv4(bytes, p, words, w + 3)
    if (p < 0) return -1
    words[w] = 0
    words[w + 1] = 0
    words[w + 2] = MAPPED
  }
  if (bytes[p] !== COLON) return -1
  const start = ++p
  let port = 0
  let c = bytes[p] ?? 0
  while (c >= 48 && c <= 57) {
    port = port * 10 + c - 48
    c = bytes[++p] ?? 0
  }
  if (p === start || p - start > 5 || port > 65535) return -1
  ports[i] = port
  return p
}

/** The address goes into the word at `w`. */
function readIPv4(bytes: Uint8Array, at: number, words: Uint32Array, w: number): number {
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
  words[w] = word
  return p
}

/** Groups of the address at hand. */
const groups = new Uint16Array(8)

function readIPv6(bytes: Uint8Array, at: number, words: Uint32Array, w: number): number {
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
      p = readIPv4(bytes, start, words, w + 3)
      if (p < 0 || count > 6 || bytes[p] !== CLOSE) return -1
      const last = words[w + 3] ?? 0
      groups[count++] = last >>> 16
      groups[count++] = last & 0xffff
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
  for (let word = 0; word < 4; word++) words[w + word] = ((groups[word * 2] ?? 0) << 16) | (groups[word * 2 + 1] ?? 0)
  return p
}

const hexDigit = (c: number): number =>
  c >= 48 && c <= 57 ? c - 48 : c >= 97 && c <= 102 ? c - 87 : c >= 65 && c <= 70 ? c - 55 : -1
