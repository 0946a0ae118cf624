import type { Content } from '../model/block.ts'
import type { Sockstat } from '../model/snapshot.ts'
import { MAX_ROW, rowUnder, wordsOf } from './columns.ts'
import { type Format, type FormatReader, type ReadContext, startTrouble } from './format.ts'
import { isSysstatBanner } from './mpstat.ts'

/**
 * Read `sar` but for `sar -u N`, which is read as mpstat's table.
 * Shape:  `-n SOCK N`: the last sample as sockstat. The other tables are known and kept by nobody
 * Gaps:   without an interval sar prints what it wrote down during the day: that is no reading of now
 * Errors: a row that is cut is lost
 * Source: sysstat sar.c, pr_stats.c
 */
export const sar: Format = {
  name: 'sar',
  opens: (text) => isSysstatBanner(text) || headOf(text) !== null,
  read: startSar,
}

const FIRST_HEADS = new Set(
  (
    'IFACE totsck tcp6sck active/s atmptf/s irec/s imsg/s idgm/s call/s scall/s cswch/s proc/s runq-sz kbmemfree kbswpfree pgpgin/s tps DEV ' +
    'CPU INTR pswpin/s dentunusd kbhugfree %smem TTY total %scpu-10 %sio-10 igrp/s ihdrerr/s ierr/s'
  ).split(' '),
)
const TIME = /^\d{1,2}[:时]\d\d[:分]\d\d秒?$/
const AVERAGE = /^(?:Average|平均时间|平均時間|Durchschnitt|Media|Moyenne|Média|Среднее|平均値)[:：]?$/

interface Head {
  /** Where the first column behind the time stands. */
  readonly at: number
  readonly heads: readonly string[]
}

/** `10:20:01 AM  active/s passive/s    iseg/s    oseg/s` */
function headOf(text: string): Head | null {
  if (text.length > MAX_ROW) return null
  const words = wordsOf(text)
  const at = startOf(words)
  const heads = words.slice(at)
  if (at === 0 || heads.length < 2 || !FIRST_HEADS.has(heads[0] ?? '')) return null
  return heads.slice(1).every((word) => !/^-?[\d.,]+$/.test(word)) ? { at, heads } : null
}

/** How many words the time or `Average:` takes; 0: neither stands there. */
function startOf(words: readonly string[]): number {
  const first = words[0] ?? ''
  if (AVERAGE.test(first)) return words[1] === ':' ? 2 : 1
  if (!TIME.test(first)) return 0
  return /^(?:[AP]M|[上下]午)$/.test(words[1] ?? '') ? 2 : 1
}

function startSar(context: ReadContext): FormatReader {
  const trouble = startTrouble(context)
  const samples = context.args.some((arg) => /^\d{1,6}$/.test(arg)) && !context.args.some((arg) => /^-\w*f/.test(arg))
  let head: Head | null = null
  let sockstat: Sockstat | null = null
  return {
    take(text, line) {
      if (isSysstatBanner(text)) return true
      const found = headOf(text)
      if (found) {
        head = found
        return true
      }
      if (head === null || text.length > MAX_ROW) return false
      const words = wordsOf(text)
      const at = startOf(words)
      if (at === 0) return /^\d{1,2}:\d\d:\d\d .{0,12}LINUX RESTART/.test(text)
      const row = rowUnder(head.heads, words.slice(at))
      const inUse = row?.number('tcpsck') ?? null
      if (!row || (head.heads.includes('tcpsck') && inUse === null))
        trouble.lose(line, `not a whole row of sar: ${text.slice(0, 80)}`)
      else if (inUse !== null && samples && !AVERAGE.test(words[0] ?? ''))
        sockstat = { tcpInUse: inUse, orphans: null, timeWait: row.number('tcp-tw'), allocated: null, memPages: null }
      return true
    },
    finish(): ReturnType<FormatReader['finish']> {
      const content: readonly Content[] = sockstat === null ? [] : [{ question: 'sockstat', sockstat }]
      return trouble.result(content)
    },
  }
}
