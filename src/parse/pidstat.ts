import type { Process } from '../model/snapshot.ts'
import { MAX_ROW, wordsOf } from './columns.ts'
import { type Format, type FormatReader, MAX_ENTRIES, type ReadContext, startTrouble } from './format.ts'
import { isSysstatBanner } from './mpstat.ts'
import { uniteProcesses } from './unite-processes.ts'

/**
 * Read `pidstat` with any of -u -d -w -r -t -h.
 * Shape:  the processes that stand there, by name
 * Gaps:   no states; what it measured is not kept; threads (-t) count for their process
 * Errors: a row that is cut is lost
 * Source: sysstat pidstat.c
 */
export const pidstat: Format = {
  name: 'pidstat',
  opens: (text) => text.length < MAX_ROW && headOf(wordsOf(text)) !== null,
  read: startPidstat,
}

/** `06:08:44  UID  PID  %usr … Command`; with -h a `#` stands before it. */
function headOf(words: readonly string[]): readonly string[] | null {
  const at = words.findIndex((word) => word === 'UID' || word === 'USER' || word === 'PID')
  if (at < 1 || at > 3 || words.at(-1) !== 'Command') return null
  return words.some((word) => word === 'PID' || word === 'TGID') ? words.slice(at) : null
}

const isTime = (word: string | undefined) => /^\d{1,2}[:时]\d\d[:分]\d\d秒?$|^\d{9,11}$/.test(word ?? '')

function startPidstat(context: ReadContext): FormatReader {
  const found: Process[] = []
  const trouble = startTrouble(context)
  let heads: readonly string[] | null = null
  return {
    take(text, line) {
      if (text.length > MAX_ROW) return false
      if (isSysstatBanner(text)) return true
      const words = wordsOf(text)
      const head = headOf(words)
      if (head) {
        heads = head
        return true
      }
      const average = /^(?:Average|平均时间|平均時間)[:：]$/.test(words[0] ?? '')
      if (heads === null || !(average || isTime(words[0]))) return false
      const cells = words.slice(/^[AP]M$|^[上下]午$/.test(words[1] ?? '') ? 2 : 1)
      const at = heads.findIndex((one) => one === 'PID' || one === 'TGID')
      const pid = cells[at] ?? ''
      if (cells.length < heads.length || !/^(?:\d{1,10}|-)$/.test(pid))
        trouble.lose(line, `not a whole row of pidstat: ${text.slice(0, 80)}`)
      else if (pid !== '-' && !average && found.length < MAX_ENTRIES)
        found.push({
          pid: Number(pid),
          comm: cells
            .slice(heads.length - 1)
            .join(' ')
            .replace(/^\(([^)]{1,64})\)__.*$/, '$1'),
          state: null,
          wchan: null,
          startedAt: null,
          fds: null,
          netns: null,
          pod: null,
          threads: null,
          cpuTime: null,
          cgroup: null,
          tracer: null,
        })
      return true
    },
    finish: () => trouble.result(found.length > 0 ? [{ question: 'processes', processes: uniteProcesses(found) }] : []),
  }
}
