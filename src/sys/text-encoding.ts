export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'windows-1252'

/** Files that people hand over by mistake, by their first bytes. */
const BINARY: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['gzip data', [0x1f, 0x8b]],
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['xz data', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd data', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2 data', [0x42, 0x5a, 0x68]],
  ['an executable', [0x7f, 0x45, 0x4c, 0x46]],
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a packet capture', [0xd4, 0xc3, 0xb2, 0xa1]],
  ['a packet capture', [0xa1, 0xb2, 0xc3, 0xd4]],
  ['a packet capture', [0x4d, 0x3c, 0xb2, 0xa1]],
  ['a packet capture', [0xa1, 0xb2, 0x3c, 0x4d]],
  ['a packet capture', [0x0a, 0x0d, 0x0d, 0x0a]],
  ['a SQLite database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65]],
]

/** What kind of binary the beginning of an input is; null for text. NULs and escapes that are strewn in are still text. */
export function binaryKind(head: Uint8Array): string | null {
  for (const [name, magic] of BINARY) if (magic.every((byte, index) => head[index] === byte)) return name
  if (utf16Kind(head)) return null
  let odd = 0
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32)) odd++
  return head.length > 0 && odd / head.length > 0.1 ? 'binary data' : null
}

/**
 * Guess the encoding of text from bytes that hold its first character beyond ASCII.
 * Shape: a byte order mark decides; then UTF-16 by its zero bytes; valid UTF-8; GB18030 where high bytes come in pairs; else Latin-1
 */
export function guessEncoding(bytes: Uint8Array): Encoding {
  const utf16 = utf16Kind(bytes)
  if (utf16) return utf16
  if (isUtf8(bytes)) return 'utf-8'
  return comesInPairs(bytes) ? 'gb18030' : 'windows-1252'
}

function utf16Kind(bytes: Uint8Array): Encoding | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const pairs = Math.min(bytes.length, 4096) >> 1
  if (pairs < 8) return null
  let [even, odd] = [0, 0]
  for (let i = 0; i < pairs; i++) {
    if (bytes[2 * i] === 0) even++
    if (bytes[2 * i + 1] === 0) odd++
  }
  if (odd > pairs * 0.4 && even < pairs * 0.05) return 'utf-16le'
  if (even > pairs * 0.4 && odd < pairs * 0.05) return 'utf-16be'
  return null
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    // The sample may end inside a character: `stream` forgives that.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** In GBK nearly every high byte stands beside another one; in Latin-1 text they stand alone between ASCII letters. */
function comesInPairs(bytes: Uint8Array): boolean {
  let [high, paired] = [0, 0]
  for (let i = 0; i < bytes.length; i++) {
    if ((bytes[i] ?? 0) < 0x80) continue
    high++
    if ((bytes[i - 1] ?? 0) >= 0x80 || (bytes[i + 1] ?? 0) >= 0x80) paired++
  }
  return high > 0 && paired / high > 0.6
}
