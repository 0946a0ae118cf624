import type { CpuSample, DiskSample, Span } from '../model/machine.ts'
import { MAX_ROW, rowUnder, total, wordsOf } from './columns.ts'
import { cpuSample } from './cpu-sample.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'
import { isSysstatBanner } from './mpstat.ts'

/**
 * Read `iostat`, plain or -x, with or without the CPU's part.
 * Shape:  one DiskSample a device and report, one CpuSample a report
 * Units:  requests a second, milliseconds, percent
 * Gaps:   the first report is the average since boot, no sample (unless -y)
 * Errors: a row that is cut is lost
 * Source: sysstat iostat.c; r_await and w_await since 9.1.7; `await` gone since 11.7, avgqu-sz then named aqu-sz; busybox prints the plain form
 */
export const iostat: Format = {
  name: 'iostat',
  opens: (text) =>
    text.length < 400 && (isSysstatBanner(text) || isDeviceHead(wordsOf(text)) || isCpuHead(wordsOf(text))),
  read: startIostat,
}

const isCpuHead = (words: readonly string[]) => words[0] === 'avg-cpu:' && words.includes('%idle')
const isDeviceHead = (words: readonly string[]) =>
  /^Device:?$/.test(words[0] ?? '') &&
  words.length > 3 &&
  words.slice(1).every((word) => /^(?:tps|await|svctm|[%\w]{0,12}[%/_-][\w%/-]{0,12})$/.test(word))

function startIostat(context: ReadContext): FormatReader {
  const cpu: CpuSample[] = []
  const disks: DiskSample[] = []
  const trouble = startTrouble(context)
  const noFirst = context.args.some((arg) => /^-[a-zA-Z]*y/.test(arg))
  const reports = { cpu: 0, disks: 0 }
  let heads: readonly string[] = []
  let part: 'cpu' | 'disks' | null = null
  const spanOf = (count: number): Span =>
    count > 1 || noFirst ? 'interval' : context.filtered ? 'unknown' : 'since-boot'
  const begin = (next: 'cpu' | 'disks', words: readonly string[]) => {
    part = next
    heads = words
    reports[next]++
    return true
  }
  const takeCpu = (words: readonly string[], line: number): boolean => {
    const row = rowUnder(heads, words)
    const idle = row?.number('%idle') ?? null
    part = null
    if (!row || idle === null) return false
    if (cpu.length < MAX_ENTRIES)
      cpu.push(
        cpuSample({
          span: spanOf(reports.cpu),
          user: total(row.number('%user'), row.number('%nice')),
          system: row.number('%system'),
          idle,
          iowait: row.number('%iowait'),
          steal: row.number('%steal'),
          origin: originAt(context, line),
        }),
      )
    return true
  }
  const takeDisk = (words: readonly string[], text: string, line: number): boolean => {
    // With -p or LVM a long name may stand alone on its line; its numbers follow on the next.
    const numbers = words.slice(1)
    if (numbers.length === 0 || !numbers.every((word) => /^\d+(?:[.,]\d+)?$/.test(word))) return false
    const row = rowUnder(heads, words)
    if (!row) trouble.lose(line, `not a whole row of iostat: ${text.slice(0, 80)}`)
    else if (disks.length < MAX_ENTRIES)
      disks.push({
        span: spanOf(reports.disks),
        device: words[0] ?? '',
        readsPerSecond: row.number('r/s'),
        writesPerSecond: row.number('w/s'),
        readAwaitMs: row.number('r_await'),
        writeAwaitMs: row.number('w_await'),
        awaitMs: row.number('await'),
        queueLength: row.number('aqu-sz') ?? row.number('avgqu-sz'),
        utilisation: row.number('%util'),
        origin: originAt(context, line),
      })
    return true
  }
  return {
    take(text, line) {
      if (text.length > MAX_ROW) return false
      if (isSysstatBanner(text)) return true
      const words = wordsOf(text)
      if (isCpuHead(words)) return begin('cpu', words.slice(1))
      if (isDeviceHead(words)) return begin('disks', words)
      if (/^\d{2,4}[-/]\d{2}[-/]\d{2,4} \d{2}:\d{2}:\d{2}(?: [AP]M)?$/.test(text)) return true
      if (part === 'cpu') return takeCpu(words, line)
      return part === 'disks' && takeDisk(words, text, line)
    },
    finish: () => {
      const machine = { ...(cpu.length > 0 ? { cpu } : {}), ...(disks.length > 0 ? { disks } : {}) }
      return trouble.result(Object.keys(machine).length > 0 ? [{ question: 'machine', machine }] : [])
    },
  }
}
