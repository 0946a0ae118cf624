/**
 * Texts cut out of bytes, each of them kept once: a node's rules name the same chains and Services over and over. None is longer
 * than 1000 bytes.
 */
export interface TextStore {
  /** The text from `from` to `to`, in ASCII, which has this hash. `cut` makes it where it is new. */
  of(bytes: Uint8Array, from: number, to: number, hash: number, cut: (from: number, to: number) => string): string
}

const START = 1024
/** Longer than any text. */
const PIECE_BITS = 18
const PIECE = 1 << PIECE_BITS

export function startTextStore(): TextStore {
  const texts: string[] = []
  /** The bytes of all texts, one behind the other, none over the end of a piece, and where each begins and ends. */
  const pieces: Uint8Array[] = []
  let used = 0
  let bounds = new Int32Array(2 * START)
  /** Hash and number of a text, side by side; -1 where a slot is free. */
  let slots = new Int32Array(4 * START).fill(-1)
  const put = (hash: number, number: number) => {
    let slot = (hash << 1) & (slots.length - 1)
    while ((slots[slot + 1] ?? -1) >= 0) slot = (slot + 2) & (slots.length - 1)
    slots[slot] = hash
    slots[slot + 1] = number
  }
  const isSame = (number: number, bytes: Uint8Array, from: number, to: number): boolean => {
    const start = bounds[number * 2] ?? 0
    const piece = pieces[start >> PIECE_BITS]
    if (piece === undefined || (bounds[number * 2 + 1] ?? 0) - start !== to - from) return false
    const shift = (start & (PIECE - 1)) - from
    for (let p = from; p < to; p++) if (piece[shift + p] !== bytes[p]) return false
    return true
  }
  const add = (bytes: Uint8Array, from: number, to: number): number => {
    const number = texts.length
    if (number * 2 >= bounds.length) bounds = wider(bounds, new Int32Array(2 * bounds.length))
    if ((used & (PIECE - 1)) + to - from > PIECE) used = (used + PIECE - 1) & -PIECE
    const piece = pieces[used >> PIECE_BITS] ?? new Uint8Array(PIECE)
    pieces[used >> PIECE_BITS] = piece
    piece.set(bytes.subarray(from, to), used & (PIECE - 1))
    bounds[number * 2] = used
    used += to - from
    bounds[number * 2 + 1] = used
    return number
  }
  const grow = () => {
    const old = slots
    slots = new Int32Array(old.length * 2).fill(-1)
    for (let slot = 0; slot < old.length; slot += 2) {
      const [hash = 0, number = -1] = [old[slot], old[slot + 1]]
      if (number >= 0) put(hash, number)
    }
  }
  return {
    of(bytes, from, to, stirred, cut) {
      const hash = stirred ^ (stirred >>> 15)
      let slot = (hash << 1) & (slots.length - 1)
      for (;;) {
        const number = slots[slot + 1] ?? -1
        if (number < 0) break
        if (slots[slot] === hash && isSame(number, bytes, from, to)) return texts[number] ?? ''
        slot = (slot + 2) & (slots.length - 1)
      }
      if (texts.length * 4 >= slots.length) grow()
      const text = cut(from, to)
      put(hash, add(bytes, from, to))
      texts.push(text)
      return text
    },
  }
}

function wider(from: Int32Array<ArrayBuffer>, to: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  to.set(from)
  return to
}

/** What a function makes of a text, made once for each. */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const made = known.get(text)
    if (made !== undefined || known.has(text)) return made as T
    const fresh = make(text)
    known.set(text, fresh)
    return fresh
  }
}
