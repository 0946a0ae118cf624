/** Bytes that come in pieces of any size, taken in pieces of the size that is wanted. */
export interface ByteSource {
  /** Exactly `count` bytes; null where the stream ends before. For headers: small counts. */
  take(count: number): Promise<Uint8Array | null>
  /** At most `count` bytes, not empty; null at the end. */
  some(count: number): Promise<Uint8Array | null>
}

export function createByteSource(pieces: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = pieces[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  const some = async (count: number): Promise<Uint8Array | null> => {
    while (rest.length === 0) {
      const next = await iterator.next()
      if (next.done) return null
      rest = next.value
    }
    const piece = rest.subarray(0, count)
    rest = rest.subarray(piece.length)
    return piece
  }
  return {
    some,
    async take(count) {
      const out = new Uint8Array(count)
      let have = 0
      while (have < count) {
        const piece = await some(count - have)
        if (!piece) return null
        out.set(piece, have)
        have += piece.length
      }
      return out
    },
  }
}

/** Puts bytes that were looked at back in front of the others. */
export async function* withHead(head: Uint8Array, source: ByteSource): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  for (let piece = await source.some(CHUNK); piece; piece = await source.some(CHUNK)) yield piece
}

const CHUNK = 1 << 18
