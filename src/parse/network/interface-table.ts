import type { Link } from '../../model/network.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { keep, linkOf, NO_COUNTERS, networkOf, numberOf, wordsOf } from './network-of.ts'

/**
 * Read the tables of interface counters: `netstat -i`, `ifconfig -s`, /proc/net/dev.
 * Shape:  `Iface MTU [Met] RX-OK RX-ERR RX-DRP RX-OVR TX-OK …`, `  eth0: 684000 3000 0 0 …`
 * Units:  packets since the interface was made
 * Errors: a row with fewer columns than its head is lost
 */
export const interfaceTable: Format = {
  name: 'interface-table',
  opens: (text) => /^Iface\s+MTU\s/.test(text) || /^Kernel Interface table/.test(text) || DEV_HEAD.test(text),
  read: startTable,
}

const DEV_HEAD = /^(?:Inter-\|\s+Receive|\s{0,3}face \|bytes\s)/

function startTable(context: ReadContext): FormatReader {
  const links: Link[] = []
  const trouble = startTrouble(context)
  let columns: readonly string[] | null = null
  let procfs = context.args.some((arg) => arg.endsWith('/net/dev'))
  return {
    take(text, line) {
      if (/^Kernel Interface table/.test(text)) return true
      if (DEV_HEAD.test(text)) {
        procfs = true
        return true
      }
      if (/^Iface\s+MTU\s/.test(text)) {
        columns = wordsOf(text)
        return true
      }
      const origin = originAt(context, line)
      const link = procfs ? devRow(text, origin) : columns ? tableRow(text, columns, origin) : null
      if (link === 'cut') {
        trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
        return true
      }
      if (link === null) return false
      keep(links, link)
      return true
    },
    finish: () => trouble.result([networkOf({ links })]),
  }
}

type Row = Link | 'cut' | null

function tableRow(text: string, columns: readonly string[], origin: Link['origin']): Row {
  const words = wordsOf(text)
  const [name = '', mtu] = words
  if (!/^\S{1,32}$/.test(name) || !/^\d{2,6}$/.test(mtu ?? '')) return null
  // An interface that counts nothing: `no statistics available`.
  if (words.includes('statistics')) return { ...linkOf(name, origin), mtu: numberOf(mtu) }
  if (words.length < columns.length) return 'cut'
  const value = (column: string) => numberOf(words[columns.indexOf(column)])
  const way = (which: 'RX' | 'TX') => ({
    ...NO_COUNTERS,
    packets: value(`${which}-OK`),
    errors: value(`${which}-ERR`),
    dropped: value(`${which}-DRP`),
    overruns: value(`${which}-OVR`),
  })
  return { ...linkOf(name, origin), mtu: numberOf(mtu), rx: way('RX'), tx: way('TX') }
}

/** `eth0: bytes packets errs drop fifo frame compressed multicast | bytes packets errs drop fifo colls carrier compressed` */
function devRow(text: string, origin: Link['origin']): Row {
  const row = /^\s{0,20}([^\s:]{1,32}):\s{0,20}(\d[\d\s]{0,400})$/.exec(text)
  if (!row) return null
  const v = wordsOf(row[2] ?? '').map(numberOf)
  if (v.length < 16) return 'cut'
  const at = (index: number) => v[index] ?? null
  return {
    ...linkOf(row[1] ?? '', origin),
    rx: { bytes: at(0), packets: at(1), errors: at(2), dropped: at(3), overruns: at(4), carrier: null },
    tx: { bytes: at(8), packets: at(9), errors: at(10), dropped: at(11), overruns: at(12), carrier: at(14) },
  }
}
