import type { DiskTotal } from '../model/machine.ts'
import { wordsOf } from './columns.ts'
import {
  type Format,
  type FormatReader,
  MAX_ENTRIES,
  originAt,
  type ReadContext,
  startTrouble,
  wholeNumber,
} from './format.ts'

/**
 * Read `/proc/diskstats`.
 * Shape:  a DiskTotal a device that was ever used; partitions are left out where their disk is there
 * Units:  milliseconds since boot, counted modulo 2^32 by old kernels
 * Gaps:   rows of four numbers (partitions before kernel 2.6.25) are not kept
 * Source: block/genhd.c diskstats_show(); Documentation/admin-guide/iostats.rst
 */
export const diskstats: Format = {
  name: 'diskstats',
  opens: (text) => text.length < 400 && ROW.test(text),
  read: startDiskstats,
}

/** Numbers: reads, merged, sectors, ms, the same of writes, in flight, busy ms, weighted ms; discards since 4.18, flushes since 5.5. */
const ROW = /^ {0,4}\d{1,4} {1,8}\d{1,7} (\S{1,40})((?: \d{1,20}){11,20})$/

function startDiskstats(context: ReadContext): FormatReader {
  const disks: DiskTotal[] = []
  const trouble = startTrouble(context)
  let rows = 0
  return {
    take(text, line) {
      const row = text.length < 400 ? ROW.exec(text) : null
      if (!row) return rows > 0 && /^ {0,4}\d{1,4} {1,8}\d{1,7} \S{1,40}(?: \d{1,20}){4}$/.test(text.slice(0, 400))
      rows++
      const numbers = wordsOf(row[2] ?? '').map(wholeNumber)
      if (numbers.includes(null)) {
        trouble.lose(line, `not a row of diskstats: ${text.slice(0, 80)}`)
        return true
      }
      const [reads = 0, , , readMs = 0, writes = 0, , , writeMs = 0, inFlight = 0, busyMs = 0] = numbers.map(
        (one) => one ?? 0,
      )
      const used = reads + writes + inFlight > 0
      if (used && disks.length < MAX_ENTRIES)
        disks.push({
          device: row[1] ?? '',
          reads,
          writes,
          readMs,
          writeMs,
          inFlight,
          busyMs,
          origin: originAt(context, line),
        })
      return true
    },
    finish() {
      const names = new Set(disks.map((one) => one.device))
      const diskTotals = disks.filter((one) => !names.has(diskOf(one.device)))
      return trouble.result(rows > 0 ? [{ question: 'machine', machine: { diskTotals } }] : [])
    },
  }
}

/** `sda1` → `sda`, `nvme0n1p2` → `nvme0n1`; a name that cannot be a partition's gives the empty one. */
function diskOf(device: string): string {
  const parted = /^(.*\d)p\d{1,3}$/.exec(device) ?? /^(.*[a-z])\d{1,3}$/.exec(device)
  return parted?.[1] ?? ''
}
