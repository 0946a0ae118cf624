/** Texts cut out of bytes, each of them kept once: a node's rules name the same chains and Services over and over. */
export interface TextStore {
  /** The text from `from` to `to`, in ASCII, which has this hash. `cut` makes it where it is new. */
  of(bytes: Uint8Array, from: number, to: number, hash: number, cut: (from: number, to: number) => string): string
}

const START = 1024

export function startTextStore(): TextStore {
  const texts: string[] = []
  /** The bytes of all texts, one behind the other, and where each begins. */
  let arena = new Uint8Array(64 * START)
  let starts = new Int32Array(START)
  /** Hash and number of a text, side by side; -1 where a slot is free. */
  let slots = new Int32Array(4 * START).fill(-1)
  const put = (hash: number, number: number) => {
    let slot = (hash << 1) & (slots.length - 1)
    while ((slots[slot + 1] ?? -1) >= 0) slot = (slot + 2) & (slots.length - 1)
    slots[slot] = hash
    slots[slot + 1] = number
  }
  const isSame = (number: number, bytes: Uint8Array, from: number, to: number): boolean => {
    const start = starts[number] ?? 0
    if ((starts[number + 1] ?? 0) - start !== to - from) return false
    const shift = start - from
    for (let p = from; p < to; p++) if (arena[shift + p] !== bytes[p]) return false
    return true
  }
  const add = (bytes: Uint8Array, from: number, to: number): number => {
    const number = texts.length
    const start = starts[number] ?? 0
    if (number + 2 > starts.length) starts = wider(starts, new Int32Array(2 * starts.length))
    if (start + to - from > arena.length) arena = wider(arena, new Uint8Array(2 * arena.length + to - from))
    arena.set(bytes.subarray(from, to), start)
    starts[number + 1] = start + to - from
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

function wider<T extends Int32Array | Uint8Array>(from: T, to: T): T {
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
