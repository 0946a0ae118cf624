import type { CpuTotal } from '../model/machine.ts'
import { wordsOf } from './columns.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble, wholeNumber } from './format.ts'

/**
 * Read `/proc/stat`: where the time of each CPU went since boot, and how many tasks run or are blocked at this moment.
 * Shape:  a CpuTotal for `cpu` (all of them) and one for each `cpuN`
 * Units:  clock ticks; guests are part of user time and are not added to it again
 * Gaps:   steal 0 before kernel 2.6.11; running and blocked only where their lines stand there too
 * Source: fs/proc/stat.c; proc_stat(5)
 */
export const procStat: Format = {
  name: 'proc-stat',
  opens: (text) => text.length < 400 && ROW.test(text),
  read: startProcStat,
}

const ROW = /^cpu(\d{0,5}) {1,2}(\d{1,20}(?: \d{1,20}){3,9})$/
/** The other lines of the file. */
const OTHER = /^(?:intr|ctxt|btime|processes|softirq|page|swap|disk_io:) [\d ():,]/

function startProcStat(context: ReadContext): FormatReader {
  const totals: CpuTotal[] = []
  const trouble = startTrouble(context)
  let running: number | null = null
  let blocked: number | null = null
  return {
    take(text, line) {
      const row = text.length < 400 ? ROW.exec(text) : null
      if (row) {
        const total = readRow(row[1] ?? '', wordsOf(row[2] ?? ''), originAt(context, line))
        if (total) totals.push(total)
        else trouble.lose(line, `not a row of /proc/stat: ${text.slice(0, 80)}`)
        return true
      }
      if (totals.length === 0) return false
      const now = /^procs_(running|blocked) (\d{1,9})$/.exec(text.slice(0, 40))
      if (now?.[1] === 'running') running = Number(now[2])
      if (now?.[1] === 'blocked') blocked = Number(now[2])
      return now !== null || OTHER.test(text.slice(0, 40))
    },
    finish() {
      const cpuTotals = totals.map((one) => (one.cpu === 'all' ? { ...one, running, blocked } : one))
      return trouble.result(totals.length > 0 ? [{ question: 'machine', machine: { cpuTotals } }] : [])
    },
  }
}

function readRow(cpu: string, words: readonly string[], origin: CpuTotal['origin']): CpuTotal | null {
  const ticks = words.map(wholeNumber)
  if (ticks.includes(null)) return null
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks.map(
    (one) => one ?? 0,
  )
  return {
    cpu: cpu === '' ? 'all' : cpu,
    user: user + nice,
    system,
    idle,
    iowait,
    irq,
    softirq,
    steal,
    running: null,
    blocked: null,
    origin,
  }
}
