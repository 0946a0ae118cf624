/** An address as a number; null for names and what is no address. */
export function addressNumber(address: string): { readonly bits: 32 | 128; readonly value: bigint } | null {
  const plain = address.split('%', 1)[0] ?? ''
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain)) {
    const parts = plain.split('.').map(Number)
    if (parts.some((part) => part > 255)) return null
    return { bits: 32, value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) }
  }
  if (!plain.includes(':') || !/^[\da-f:]{2,39}$/i.test(plain)) return null
  const [head = '', tail, ...more] = plain.split('::')
  if (more.length > 0) return null
  const words = (side: string) => (side === '' ? [] : side.split(':'))
  const [left, right] = [words(head), words(tail ?? '')]
  const gap = 8 - left.length - right.length
  if (tail === undefined ? gap !== 0 : gap < 1) return null
  const all = [...left, ...Array<string>(gap).fill('0'), ...right]
  if (all.some((word) => !/^[\da-f]{1,4}$/i.test(word))) return null
  return { bits: 128, value: all.reduce((sum, word) => (sum << 16n) | BigInt(`0x${word}`), 0n) }
}

/**
 * How many bits of a network (`10.0.0.0/8`, `10.0.0.1`, `default`) an address has in common with it; null: it lies outside, or one
 * of the two is no address.
 */
export function matchLength(network: string, address: string): number | null {
  const wanted = addressNumber(address)
  if (!wanted) return null
  if (network === 'default') return 0
  const [base = '', length] = network.split('/', 2)
  const found = addressNumber(base)
  if (!found || found.bits !== wanted.bits) return null
  const bits = length === undefined ? found.bits : Number(length)
  if (!Number.isInteger(bits) || bits < 0 || bits > found.bits) return null
  const rest = BigInt(found.bits - bits)
  return found.value >> rest === wanted.value >> rest ? bits : null
}
