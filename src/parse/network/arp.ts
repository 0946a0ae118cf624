import type { Neighbour } from '../../model/network.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { isMac, keep, networkOf, wordAfter, wordsOf } from './network-of.ts'

/**
 * Read `arp -n`, `arp -a`, /proc/net/arp.
 * Shape:  `10.0.0.2 ether 96:81:… C eth0`, `? (10.0.0.2) at 96:81:… [ether] on eth0` → neighbours
 * Gaps:   the state is told only where there is no address: INCOMPLETE; a static one: PERMANENT
 */
export const arp: Format = {
  name: 'arp',
  opens: (text) => HEADER.test(text) || PROC.test(text) || LISTED.test(text),
  read: startArp,
}

const HEADER = /^Address\s+HWtype\s+HWaddress\s+Flags\s+Mask\s+Iface/
const PROC = /^IP address\s+HW type\s+Flags\s+HW address\s+Mask\s+Device/
const LISTED = /^\S{1,255} \((\S{1,64})\) at (\S{1,64})\s/

function startArp(context: ReadContext): FormatReader {
  const neighbours: Neighbour[] = []
  const trouble = startTrouble(context)
  let columns: 'arp' | 'proc' | null = null
  return {
    take(text, line) {
      if (HEADER.test(text) || PROC.test(text)) {
        columns = PROC.test(text) ? 'proc' : 'arp'
        return true
      }
      if (/^Entries: \d{1,10}\s/.test(text)) return neighbours.length > 0
      const row = rowOf(text, columns)
      if (row === null) return false
      keep(neighbours, { ...row, origin: originAt(context, line) })
      return true
    },
    finish: () => trouble.result([networkOf({ neighbours })]),
  }
}

function rowOf(text: string, columns: 'arp' | 'proc' | null): Omit<Neighbour, 'origin'> | null {
  const listed = LISTED.exec(`${text.slice(0, 400)} `)
  if (listed) {
    const [, address = '', mac = ''] = listed
    if (!isMac(mac) && !mac.startsWith('<')) return null
    const words = wordsOf(text)
    const state = words.includes('PERM') ? 'PERMANENT' : mac.startsWith('<') ? 'INCOMPLETE' : null
    return { address, mac: isMac(mac) ? mac : null, link: wordAfter(words, 'on'), state }
  }
  if (columns === null) return null
  const words = wordsOf(text)
  const link = words.at(-1) ?? null
  if (columns === 'proc') {
    const [address = '', type = '', flags = '', mac = ''] = words
    if (!/^0x[\da-f]{1,4}$/i.test(type) || !/^0x[\da-f]{1,4}$/i.test(flags) || words.length < 6) return null
    const complete = (Number.parseInt(flags, 16) & 2) !== 0
    const state = complete ? ((Number.parseInt(flags, 16) & 4) !== 0 ? 'PERMANENT' : null) : 'INCOMPLETE'
    return { address, mac: complete && isMac(mac) ? mac : null, link, state }
  }
  const [address = '', type = '', mac = '', flags = ''] = words
  if (type === '(incomplete)' && words.length <= 4) return { address, mac: null, link, state: 'INCOMPLETE' }
  if (!/^(?:ether|loop|infiniband)$/.test(type) || !isMac(mac) || words.length < 5) return null
  return { address, mac, link, state: flags.includes('M') ? 'PERMANENT' : null }
}
