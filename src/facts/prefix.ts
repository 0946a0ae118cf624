/** An address as a number of its family; null for names and what is no address. IPv4 by the ten thousand: no BigInt there. */
export type AddressNumber =
  | { readonly bits: 32; readonly value: number }
  | { readonly bits: 128; readonly value: bigint }

export function addressNumber(address: string): AddressNumber | null {
  const value = ipv4Number(address)
  if (value !== null) return { bits: 32, value }
  if (!address.includes(':')) return null
  const wide = ipv6Number(address.split('%', 1)[0] ?? '')
  return wide === null ? null : { bits: 128, value: wide }
}

const DOT = 46
const ZERO = 48

function ipv4Number(address: string): number | null {
  let value = 0
  let part = -1
  let parts = 1
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at)
    if (code === DOT) {
      if (part < 0 || ++parts > 4) return null
      value = value * 256 + part
      part = -1
    } else {
      if (code < ZERO || code > ZERO + 9) return null
      part = (part < 0 ? 0 : part * 10) + code - ZERO
      if (part > 255) return null
    }
  }
  return parts === 4 && part >= 0 ? value * 256 + part : null
}

function ipv6Number(address: string): bigint | null {
  if (!/^[\da-f:]{2,39}$/i.test(address)) return null
  const [head = '', tail, ...more] = address.split('::')
  if (more.length > 0) return null
  const words = (side: string) => (side === '' ? [] : side.split(':'))
  const [left, right] = [words(head), words(tail ?? '')]
  const gap = 8 - left.length - right.length
  if (tail === undefined ? gap !== 0 : gap < 1) return null
  const all = [...left, ...Array<string>(gap).fill('0'), ...right]
  if (all.some((word) => !/^[\da-f]{1,4}$/i.test(word))) return null
  return all.reduce((sum, word) => (sum << 16n) | BigInt(`0x${word}`), 0n)
}

/** The first `length` bits. */
export function firstBits({ bits, value }: AddressNumber, length: number): number | bigint {
  return bits === 32 ? Math.floor(value / 2 ** (32 - length)) : value >> BigInt(128 - length)
}

/** A network (`10.0.0.0/8`, `10.0.0.1`, `default` in IPv4) by its first bits; null: it is none. */
export interface Prefix {
  readonly bits: 32 | 128
  readonly length: number
  readonly value: number | bigint
}

export function prefixOf(network: string): Prefix | null {
  if (network === 'default') return { bits: 32, length: 0, value: 0 }
  const [base = '', told] = network.split('/', 2)
  const found = addressNumber(base)
  if (!found) return null
  const length = told === undefined ? found.bits : Number(told)
  if (!Number.isInteger(length) || length < 0 || length > found.bits) return null
  return { bits: found.bits, length, value: firstBits(found, length) }
}

/** Does the address lie in the network? */
export const isWithin = (prefix: Prefix, address: AddressNumber): boolean =>
  prefix.bits === address.bits && firstBits(address, prefix.length) === prefix.value

/** How many bits of a network an address has in common with it; null: it lies outside, or one of the two is no address. */
export function matchLength(network: string, address: string): number | null {
  const wanted = addressNumber(address)
  if (!wanted) return null
  if (network === 'default') return 0
  const prefix = prefixOf(network)
  return prefix && isWithin(prefix, wanted) ? prefix.length : null
}
