import type { Slab } from '../model/line.ts'
import type { RowsTaken } from './format.ts'
import { HASH_START, stir } from './program-index.ts'
import { startTextStore } from './text-store.ts'

const SPACE = 32
const NEWLINE = 10
const QUOTE = 34
const OPEN = 91
const COLON = 58
const DASH = 45
const LETTER_A = 65
/** Longer lines go the careful way; so do those of more words. */
const MAX_LINE = 1000
const MAX_WORDS = 64

/** Characters that no page and no terminal gives another meaning inside of a rule: in a word, and between quotes. */
const IN_WORD = new Uint8Array(256)
const IN_QUOTES = new Uint8Array(256)
for (const c of '!()+,-./0123456789:=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz') {
  IN_WORD[c.charCodeAt(0)] = 1
  IN_QUOTES[c.charCodeAt(0)] = 1
}
IN_QUOTES[SPACE] = 1

/** Takes a line as its words, `length` of them: the array is used again for the next line. false: the careful way. */
export type WordsTaker = (words: readonly string[], length: number, line: number) => boolean

/**
 * Read lines of iptables-save straight from bytes: rules (`-A …`, `[1:2] -A …`) and chains (`:NAME …`) of plain characters, as
 * many as follow each other. Words are cut as splitQuoted cuts them, the colon one
 * of its own, and are the same string wherever they are the same.
 * Shape: the first line that is anything else ends it, and is left for the careful way
 */
export function startRuleLines(take: WordsTaker): (slab: Slab, at: number, line: number, most: number) => RowsTaken {
  const store = startTextStore()
  const words: string[] = new Array<string>(MAX_WORDS).fill('')

  return (slab, at, line, most) => {
    const { bytes, to: end } = slab
    const cut = (from: number, to: number) => slab.text(from, to)
    let from = at
    let rows = 0
    for (; rows < most; rows++) {
      const first = bytes[from] ?? 0
      const isRule = first === DASH && bytes[from + 1] === LETTER_A && bytes[from + 2] === SPACE
      if (!isRule && first !== COLON && first !== OPEN) break
      let p = from
      let count = 0
      let c = first
      if (c === COLON) {
        words[count++] = ':'
        c = bytes[++p] ?? 0
        if (c === SPACE) break
      }
      while (count < MAX_WORDS && c !== NEWLINE) {
        if (c === SPACE) {
          c = bytes[++p] ?? 0
          continue
        }
        const quoted = c === QUOTE
        if (quoted) c = bytes[++p] ?? 0
        const start = p
        const plain = quoted ? IN_QUOTES : IN_WORD
        let hash = HASH_START
        while (plain[c] === 1) {
          hash = stir(hash, c)
          c = bytes[++p] ?? 0
        }
        // A quote that never closes, one right behind a word, a character of another meaning, the end of the bytes.
        if (quoted ? c !== QUOTE : c !== SPACE && c !== NEWLINE) {
          c = 0
          break
        }
        words[count++] = store.of(bytes, start, p, hash, cut)
        if (quoted) c = bytes[++p] ?? 0
      }
      if (c !== NEWLINE || p >= end || p - from > MAX_LINE) break
      if (!take(words, count, line + rows)) break
      from = p + 1
    }
    return { rows, to: from }
  }
}
