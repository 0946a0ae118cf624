import type { CpuSample, Span } from '../model/machine.ts'
import { MAX_ROW, rowUnder, wordsOf } from './columns.ts'
import { cpuSample } from './cpu-sample.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read `vmstat`, with any of -a -n -t -w -S -y.
 * Shape:  one sample a row; columns by the names above them
 * Units:  percent; r and b are processes
 * Gaps:   the first row is the average since boot, no sample (unless -y); where the head was cut off it is not told which row is first
 * Errors: a row that is cut, or whose shares exceed 100 %, is lost
 * Source: procps src/vmstat.c; `st` since 2.6.11, `gu` since procps 4.0
 */
export const vmstat: Format = {
  name: 'vmstat',
  opens: (text) => text.length < 400 && (isBanner(text) || isHead(wordsOf(text))),
  read: startVmstat,
}

const isBanner = (text: string) => /^[-\s]{0,16}procs[-\s]{1,40}memory[-\s]/.test(text)
const isHead = (words: readonly string[]) => words[0] === 'r' && words[1] === 'b' && words.includes('id')

/** vmstat prints its head again every screen; one that comes sooner belongs to another run. */
const SHORTEST_SCREEN = 8

const USUAL = 'r b swpd free buff cache si so bi bo in cs us sy id wa st'.split(' ')

function startVmstat(context: ReadContext): FormatReader {
  const cpu: CpuSample[] = []
  const trouble = startTrouble(context)
  const none = context.args.some((arg) => /^-[a-zA-Z]*y/.test(arg) || arg === '--no-first')
  let heads: readonly string[] | null = null
  let rows = 0
  let sinceHead = 0
  const spanOfNext = (): Span => {
    if (rows === 0) return none ? 'interval' : heads === null || context.filtered ? 'unknown' : 'since-boot'
    return 'interval'
  }
  return {
    take(text, line) {
      if (text.length > MAX_ROW) return false
      if (isBanner(text)) return true
      const words = wordsOf(text)
      if (isHead(words)) {
        if (sinceHead > 0 && sinceHead < SHORTEST_SCREEN) rows = 0
        heads = /^[a-z]{1,5}$/.test(words.at(-1) ?? '') ? words : words.slice(0, -1)
        sinceHead = 0
        return true
      }
      if (!/^\d+$/.test(words[0] ?? '') || !/^\d+$/.test(words[1] ?? '')) return false
      if (heads === null && (words.length < USUAL.length || context.command === null)) return false
      const span = spanOfNext()
      rows++
      sinceHead++
      const row = rowUnder(heads ?? USUAL, words)
      const shares = ['us', 'sy', 'id', 'wa', 'st', 'gu'].map((name) => row?.number(name) ?? null)
      const [user = null, system = null, idle = null, iowait = null, steal = null] = shares
      const sum = shares.reduce<number>((all, one) => all + (one ?? 0), 0)
      if (!row || idle === null || sum > 110) trouble.lose(line, `not a whole row of vmstat: ${text.slice(0, 80)}`)
      else if (cpu.length < MAX_ENTRIES)
        cpu.push(
          cpuSample({
            span,
            user,
            system,
            idle,
            iowait,
            steal,
            runQueue: row.number('r'),
            blocked: row.number('b'),
            origin: originAt(context, line),
          }),
        )
      return true
    },
    finish: () => trouble.result(cpu.length > 0 ? [{ question: 'machine', machine: { cpu } }] : []),
  }
}
