/** Does an address lie in a range (`10.0.0.0/8`, `fd00::/8`)? A bare address is a range of one. null: that is no range. */
export function inRange(range: string): ((address: string) => boolean) | null {
  const [text = '', bits, ...more] = range.split('/')
  const base = numberOf(text)
  if (!base || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null
  const length = bits === undefined ? base.size : Number(bits)
  if (length > base.size) return null
  const shift = BigInt(base.size - length)
  return (address) => {
    const other = numberOf(address)
    return other !== null && other.size === base.size && other.value >> shift === base.value >> shift
  }
}

interface Numbered {
  readonly value: bigint
  /** Bits. */
  readonly size: 32 | 128
}

/** An address in its canonical form as a number; a scope is left aside. */
function numberOf(address: string): Numbered | null {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)
  if (v4) {
    const bytes = v4.slice(1).map(Number)
    return bytes.some((one) => one > 255)
      ? null
      : { value: bytes.reduce((sum, one) => sum * 256n + BigInt(one), 0n), size: 32 }
  }
  const [bare = ''] = address.split('%', 1)
  if (!/^[0-9a-f:]{2,39}$/i.test(bare)) return null
  const [head = '', tail, ...more] = bare.split('::')
  const words = (text: string) => (text === '' ? [] : text.split(':'))
  const [front, back] = [words(head), words(tail ?? '')]
  const missing = 8 - front.length - back.length
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return null
  const all = [...front, ...Array<string>(Math.max(0, missing)).fill('0'), ...back]
  if (all.some((word) => !/^[0-9a-f]{1,4}$/i.test(word))) return null
  return { value: all.reduce((sum, word) => sum * 65_536n + BigInt(`0x${word}`), 0n), size: 128 }
}
