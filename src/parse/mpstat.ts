import type { CpuSample } from '../model/machine.ts'
import { MAX_ROW, rowUnder, total, wordsOf } from './columns.ts'
import { cpuSample } from './cpu-sample.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read `mpstat` (and `sar -u`), for all CPUs or each.
 * Shape:  one sample a row and CPU; the `Average:` rows at the end are left out, they say nothing new
 * Units:  percent; niced time counts as user, hard interrupts as system
 * Gaps:   without an interval the one row is the average since boot; the rows of -I, -N and -A are known and not kept
 * Errors: a row that is cut is lost
 * Source: sysstat mpstat.c; %guest since 10.0, %gnice since 10.1.7
 */
export const mpstat: Format = {
  name: 'mpstat',
  opens: (text) => text.length < 400 && (isSysstatBanner(text) || headOf(wordsOf(text)) !== null),
  read: startMpstat,
}

/** `Linux 4.4.0 (node1) 	02/23/18 	_x86_64_	(1 CPU)`: the first line of every tool of sysstat. */
export const isSysstatBanner = (text: string): boolean =>
  text.length < 400 && /^Linux \d\S* \([^)]*\)\s.*\(\d+ CPU\)$/.test(text)

/** Is a CPU's head: the time before it may be one word or two (`06:07:01 AM`). */
function headOf(words: readonly string[]): { readonly at: number; readonly heads: readonly string[] } | null {
  const at = words.indexOf('CPU')
  const heads = words.slice(at)
  if (at < 1 || at > 2 || heads.length < 2 || words.length > 60) return null
  return heads.slice(1).every((word) => /^%[a-z]{2,8}$|^[\w-]{1,20}\/s$/.test(word)) ? { at, heads } : null
}

function startMpstat(context: ReadContext): FormatReader {
  const cpu: CpuSample[] = []
  const trouble = startTrouble(context)
  const hasInterval = context.args.some((arg) => /^\d+$/.test(arg))
  let heads: readonly string[] | null = null
  let shares = false
  let intervals = 0
  return {
    take(text, line) {
      if (text.length > MAX_ROW) return false
      if (isSysstatBanner(text)) return true
      const words = wordsOf(text)
      const head = headOf(words)
      if (head || (words.slice(1, 3).some((word) => /^(?:NODE|CORE)$/.test(word)) && words.at(-1) === '%idle')) {
        heads = head?.heads ?? []
        shares = heads.includes('%idle')
        if (shares) intervals++
        return true
      }
      if (heads === null) return false
      const average = words[0] === 'Average:' || words[0] === '平均时间:' || words[0] === '平均時間:'
      const time = average || /^\d{1,2}[:时]\d\d[:分]\d\d秒?$/.test(words[0] ?? '')
      if (!time) return false
      const halves = /^[AP]M$|^[上下]午$/.test(words[1] ?? '') ? 2 : 1
      const row = rowUnder(heads, words.slice(halves))
      if (!shares || average) return true
      const name = row?.text('CPU') ?? ''
      const idle = row?.number('%idle') ?? null
      if (!row || idle === null || !/^(?:all|\d{1,5})$/.test(name))
        trouble.lose(line, `not a whole row of mpstat: ${text.slice(0, 80)}`)
      else if (cpu.length < MAX_ENTRIES)
        cpu.push(
          cpuSample({
            span: hasInterval || intervals > 1 ? 'interval' : context.command === null ? 'unknown' : 'since-boot',
            cpu: name,
            user: total(row.number('%usr') ?? row.number('%user'), row.number('%nice')),
            system: total(row.number('%sys') ?? row.number('%system'), row.number('%irq')),
            idle,
            iowait: row.number('%iowait'),
            steal: row.number('%steal'),
            softirq: row.number('%soft'),
            origin: originAt(context, line),
          }),
        )
      return true
    },
    finish: () => trouble.result(cpu.length > 0 ? [{ question: 'machine', machine: { cpu } }] : []),
  }
}
