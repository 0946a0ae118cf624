import type { SoftnetRow } from '../../model/network.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { keep, networkOf } from './network-of.ts'

/**
 * Read `/proc/net/softnet_stat` in a text.
 * Shape:  one row per CPU that is online, all columns hexadecimal: processed, dropped, time_squeeze … since 5.14 the CPU's number in the 13th
 * Units:  packets and rounds since boot, of the whole machine, not of the namespace
 * Gaps:   rows of 9 columns (before 2.6.36), 10 (3.10), 11 (before 5.10), 13 and 15 are read; without the number rows count from 0
 * Source: softnet_seq_show()
 */
export const procNetSoftnet: Format = {
  name: 'proc-net-softnet',
  opens: (text) => ROW.test(text.trimEnd()),
  read: startSoftnet,
}

const ROW = /^[\da-f]{8}(?: [\da-f]{8}){8,14}$/

function startSoftnet(context: ReadContext): FormatReader {
  const softnet: SoftnetRow[] = []
  const trouble = startTrouble(context)
  return {
    take(text, line) {
      const row = text.trimEnd()
      if (!ROW.test(row)) {
        if (!/^[\da-f]{8}(?: [\da-f]{1,8}){1,14}$/.test(row)) return false
        trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
        return true
      }
      const columns = row.split(' ').map((word) => Number.parseInt(word, 16))
      const [processed = 0, dropped = 0, timeSqueezed = 0] = columns
      const cpu = columns.length >= 13 ? (columns[12] ?? softnet.length) : softnet.length
      keep(softnet, { cpu, processed, dropped, timeSqueezed, origin: originAt(context, line) })
      return true
    },
    finish: () => trouble.result([networkOf({ softnet })]),
  }
}
