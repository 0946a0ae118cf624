import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { datagramBuffer } from './inet-diag.ts'
import {
  attributesOf,
  be32,
  dumpRequest,
  eachMessage,
  LITTLE_ENDIAN,
  type Message,
  textOf,
  u32,
  u64,
} from './netlink.ts'
import { addressIn, macIn } from './netlink-address.ts'
import { addStatsMessage, parseFlowMessage } from './netlink-conntrack.ts'
import { parseLinkMessage } from './netlink-link.ts'
import { parseNftTable } from './netlink-nftables.ts'
import {
  parseAddressMessage,
  parseFdbMessage,
  parseNeighbourMessage,
  parseQdiscMessage,
  parseRouteMessage,
  parseRuleMessage,
} from './netlink-route.ts'
import { parseUdpMessage, parseUnixMessage } from './netlink-sockets.ts'

const buffer = datagramBuffer()
const origin = { via: 'x' }
const nameOf = (index: number | null) => (index === null ? null : `if${index}`)

/** One message with its header. */
function message(type: number, seq: number, body: Uint8Array, flags = 0): Uint8Array {
  const bytes = dumpRequest(type, seq, body)
  new DataView(bytes.buffer).setUint16(6, flags, LITTLE_ENDIAN)
  return bytes
}

function read(bytes: Uint8Array, seq = 7) {
  buffer.u8.fill(0)
  buffer.u8.set(bytes)
  const taken: number[] = []
  const result = eachMessage(buffer, bytes.length, seq, ({ type }) => taken.push(type))
  return { ...result, taken }
}

const int32 = (value: number) => new Uint8Array(Int32Array.of(value).buffer)

describe('messages', () => {
  it('of other requests are passed over', () => {
    const bytes = Buffer.concat([message(24, 6, int32(0)), message(24, 7, int32(0))])
    expect(read(bytes)).toEqual({ status: 'more', interrupted: false, taken: [24] })
  })

  it('end with done, and say when the table changed', () => {
    expect(read(message(3, 7, int32(0), 0x10))).toEqual({ status: 'done', interrupted: true, taken: [] })
  })

  it.each([2, 3])('refuse in either of two shapes: type %i', (type) => {
    expect(read(message(type, 7, int32(-1)))).toMatchObject({ status: 'refused', errno: 1 })
  })

  it('of a length that cannot be are malformed', () => {
    const bytes = message(24, 7, int32(0))
    new DataView(bytes.buffer).setUint32(0, 999, LITTLE_ENDIAN)
    expect(read(bytes)).toMatchObject({ status: 'malformed' })
    expect(eachMessage(buffer, buffer.u8.length + 1, 7, () => {})).toMatchObject({ status: 'malformed' })
  })
})

describe('numbers and texts', () => {
  const view = (...bytes: readonly number[]) => new DataView(Uint8Array.from(bytes).buffer)

  it('end with their bytes', () => {
    expect(u32(view(1, 2))).toBeNull()
    expect(be32(view(0, 0, 1, 2))).toBe(258)
    expect(u64(view(0, 0, 0, 0, 0, 0, 1, 0), 0, false)).toBe(256)
    expect(u64(view(...Array<number>(8).fill(255)))).toBeNull()
    expect(textOf(view(97, 98, 0, 99))).toBe('ab')
    expect(textOf(undefined)).toBeNull()
  })

  it('addresses by their length', () => {
    expect(addressIn(view(10, 0, 0, 1))).toBe('10.0.0.1')
    expect(addressIn(view(...Array<number>(15).fill(0), 1))).toBe('::1')
    expect(addressIn(view(...Array<number>(10).fill(0), 255, 255, 10, 0, 0, 1))).toBe('10.0.0.1')
    expect(addressIn(view(1, 2, 3))).toBeNull()
    expect(macIn(view(2, 0x4a, 0x26, 0xb7, 0xe6, 0x84))).toBe('02:4a:26:b7:e6:84')
    expect(macIn(view(1, 2, 3, 4))).toBeNull()
  })

  it('attributes that break off end the list', () => {
    const attribute = (type: number, ...bytes: readonly number[]) => [4 + bytes.length, 0, type, 0, ...bytes]
    expect([...attributesOf(view(...attribute(1, 1, 2, 3, 4), ...attribute(2).slice(0, 3))).keys()]).toEqual([1])
    expect([...attributesOf(view(...attribute(1, 1, 2, 3, 4), 200, 0, 2, 0)).keys()]).toEqual([1])
    expect([...attributesOf(view(3, 0, 1, 0)).keys()]).toEqual([])
  })
})

it('whatever stands in a message, nothing is thrown', () => {
  const readers: readonly ((one: Message) => unknown)[] = [
    parseLinkMessage,
    parseFlowMessage,
    parseNftTable,
    (one) => parseAddressMessage(one, nameOf, origin),
    (one) => parseRouteMessage(one, nameOf, origin),
    (one) => parseRuleMessage(one, origin),
    (one) => parseNeighbourMessage(one, nameOf, origin),
    (one) => parseFdbMessage(one, nameOf, origin),
    (one) => parseQdiscMessage(one, nameOf, origin),
    (one) => parseUdpMessage(one, origin),
    (one) => parseUnixMessage(one, origin),
    (one) => addStatsMessage(one, {}),
  ]
  const types = fc.constantFrom(16, 20, 24, 28, 32, 36, 0x100, 0xa00)
  // Attributes of small types and lengths, so that many of them are understood.
  const attribute = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.uint8Array({ maxLength: 24 })).map(([type, bytes]) => {
    const padded = new Uint8Array(4 + ((bytes.length + 3) & ~3))
    padded.set([bytes.length + 4, 0, type, 0])
    padded.set(bytes, 4)
    return padded
  })
  const body = fc
    .tuple(fc.uint8Array({ maxLength: 72 }), fc.array(attribute, { maxLength: 8 }))
    .map(([head, rest]) => Uint8Array.from(Buffer.concat([head, ...rest])))
  fc.assert(
    fc.property(types, body, (type, bytes) => {
      for (const reader of readers) reader({ type, view: new DataView(bytes.buffer) })
    }),
    { numRuns: 2000 },
  )
})
