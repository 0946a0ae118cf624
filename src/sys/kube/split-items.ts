const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, COMMA] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c,
]
/** etcd refuses objects of more than 1.5 MB; an object in a list may be somewhat larger as JSON. */
const MAX_ITEM = 16 << 20
const MAX_REST = 1 << 20

/** A JSON list of the API, item by item while it arrives. */
export interface ItemSplitter {
  /** Items that are complete by now, each as bytes of one JSON object. */
  take(chunk: Buffer): readonly Buffer[]
  /** The list without its items; throws where the answer is cut short. */
  end(): unknown
}

/**
 * Cut a list (`{"metadata": …, "items": [ {…}, {…} ]}`) into its items, so that one of 100 000 pods is never in memory at once.
 * Errors: throws on what is no such list, or on an item larger than 16 MB
 */
export function splitItems(): ItemSplitter {
  let depth = 0
  let inString = false
  let escaped = false
  let inItems = false
  let done = false
  /** The last string at depth 1: the key of what follows it. */
  let key: number[] | null = []
  const rest: Buffer[] = []
  let restSize = 0
  const parts: Buffer[] = []
  let partSize = 0

  const keep = (piece: Buffer) => {
    if (piece.length === 0) return
    restSize += piece.length
    if (restSize > MAX_REST) throw new Error('more than 1 MB beside the items of a list')
    rest.push(Buffer.from(piece))
  }

  return {
    take(chunk) {
      const items: Buffer[] = []
      let from = 0
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at] ?? 0
        if (inString) {
          if (escaped) escaped = false
          else if (byte === BACKSLASH) escaped = true
          else if (byte === QUOTE) inString = false
          else if (depth === 1 && key && key.length < 8) key.push(byte)
          continue
        }
        switch (byte) {
          case QUOTE:
            inString = true
            if (depth === 1) key = []
            break
          case OPEN_BRACE:
            depth++
            if (inItems && depth === 3) {
              from = at
              partSize = 0
            }
            break
          case OPEN_BRACKET:
            depth++
            if (depth === 2 && !inItems && !done && String.fromCharCode(...(key ?? [])) === 'items') {
              inItems = true
              keep(chunk.subarray(from, at + 1))
              from = at + 1
            }
            break
          case CLOSE_BRACE:
            depth--
            if (inItems && depth === 2) {
              parts.push(chunk.subarray(from, at + 1))
              items.push(parts.length === 1 ? Buffer.from(parts[0] ?? []) : Buffer.concat(parts))
              parts.length = 0
              partSize = 0
              from = at + 1
            }
            break
          case CLOSE_BRACKET:
            depth--
            if (inItems && depth === 1) {
              inItems = false
              done = true
              from = at
            }
            break
          case COMMA:
            if (inItems && depth === 2) from = at + 1
            break
        }
      }
      const left = chunk.subarray(from)
      if (!inItems) keep(left)
      else if (depth > 2) {
        partSize += left.length
        if (partSize > MAX_ITEM) throw new Error('an item of more than 16 MB')
        parts.push(Buffer.from(left))
      }
      return items
    },
    end() {
      if (depth !== 0 || inString || restSize === 0) throw new Error('the answer is cut short')
      return JSON.parse(Buffer.concat(rest).toString('utf8'))
    },
  }
}
