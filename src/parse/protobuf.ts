/** A field of a protobuf message: its number, and what stands in it, by wire type. */
export interface Field {
  readonly number: number
  /** Wire type 0; beyond 2^53 not exact. null for the others. */
  readonly value: number | null
  /** Wire type 2: a text, a message, bytes. null for the others. */
  readonly bytes: Uint8Array | null
}

const decoder = new TextDecoder()

/**
 * The fields of one message, in the order in which they stand.
 * Errors: what breaks off, or has a wire type that nobody writes any more (groups), ends the list; never throws
 * Source: protobuf.dev, Encoding
 */
export function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): number | null => {
    let value = 0
    for (let scale = 1, length = 0; length < 10; length++, scale *= 128) {
      const byte = bytes[at++]
      if (byte === undefined) return null
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
    return null
  }
  while (at < bytes.length) {
    const tag = varint()
    if (tag === null) break
    const [number, wire] = [Math.floor(tag / 8), tag % 8]
    const size = wire === 0 ? 0 : wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint() : null
    if (wire === 0) {
      const value = varint()
      if (value === null) break
      fields.push({ number, value, bytes: null })
      continue
    }
    if (size === null || at + size > bytes.length) break
    fields.push({ number, value: null, bytes: wire === 2 ? bytes.subarray(at, at + size) : null })
    at += size
  }
  return fields
}

/** The last field of that number, as the format wants it; an absent one is empty. */
export const textIn = (fields: readonly Field[], number: number): string => {
  const bytes = fields.findLast((one) => one.number === number)?.bytes
  return bytes ? decoder.decode(bytes) : ''
}

/** An absent number is 0. */
export const numberIn = (fields: readonly Field[], number: number): number =>
  fields.findLast((one) => one.number === number)?.value ?? 0

export const messageIn = (fields: readonly Field[], number: number): readonly Field[] => {
  const bytes = fields.findLast((one) => one.number === number)?.bytes
  return bytes ? fieldsOf(bytes) : []
}

export const messagesIn = (fields: readonly Field[], number: number): readonly (readonly Field[])[] =>
  fields.flatMap((one) => (one.number === number && one.bytes ? [fieldsOf(one.bytes)] : []))
