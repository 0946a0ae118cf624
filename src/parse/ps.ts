import type { Process } from '../model/snapshot.ts'
import { MAX_ROW, wordsOf } from './columns.ts'
import { type Format, type FormatReader, type ReadContext, startTrouble } from './format.ts'
import { headNamed, isProcessHead, readProcess } from './process-rows.ts'
import { uniteProcesses } from './unite-processes.ts'

/**
 * Read `ps` in all its dialects: aux, -ef, -l, -L, -o with any columns, forest, busybox.
 * Shape:  one Process a pid; of its threads a blocked one (D) speaks for all
 * Gaps:   without a head (`| grep`) the columns are those of the options as typed; startedAt stays null, the zone is never printed
 * Errors: a row that is cut is lost
 * Source: procps src/ps/output.c; busybox procps/ps.c
 */
export const ps: Format = {
  name: 'ps',
  opens: (text) =>
    text.length < 1000
      ? isProcessHead(wordsOf(text)) || AUX_ROW.test(text)
      : text.length < MAX_ROW && AUX_ROW.test(text.slice(0, 400)),
  read: startPs,
}

/** A row of `ps aux` that a grep left without its head, and nobody wrote down the command: nothing else looks like it. */
const AUX_ROW =
  /^[\w+.$-]{1,32}\s{1,20}\d{1,10}\s{1,8}\d{1,4}\.\d\s{1,8}\d{1,3}\.\d\s{1,12}\d{1,12}\s{1,12}\d{1,12} (?:\?|pts\/\d{1,4}|tty\w{1,6})\s{1,12}[RSDTtZXIW][\w<+]{0,6}\s{1,8}\S{1,8}\s{1,12}\d{1,8}:\d\d \S/

const MAX_PROCESSES = 200_000

function startPs(context: ReadContext): FormatReader {
  const processes: Process[] = []
  const trouble = startTrouble(context)
  const typed = context.command === null ? null : layoutOf(context.args)
  let heads: readonly string[] | null = null
  let exact = typed?.exact ?? false
  return {
    take(text, line) {
      if (text.length > MAX_ROW) return false
      const words = wordsOf(text)
      if (isProcessHead(words)) {
        heads = words
        if (!typed?.chosen) exact = [SHORT, LONG].some((one) => one.heads.join(' ') === words.join(' '))
        return true
      }
      const columns = heads ?? typed?.heads ?? (AUX_ROW.test(text.slice(0, 400)) ? AUX.heads : undefined)
      if (!columns) return false
      const process = readProcess(columns, text, exact)
      if (process) {
        if (processes.length < MAX_PROCESSES) processes.push(process)
        return true
      }
      if (heads === null || !isCut(columns, words)) return false
      trouble.lose(line, `not a whole row of ps: ${text.slice(0, 80)}`)
      return true
    },
    finish: () =>
      trouble.result(processes.length > 0 ? [{ question: 'processes', processes: uniteProcesses(processes) }] : []),
  }
}

/** Begins like a row, up to its pid, and ends before the row does. */
const isCut = (heads: readonly string[], words: readonly string[]): boolean => {
  const at = heads.indexOf('PID')
  return at >= 0 && words.length > at && words.length < heads.length && /^\d{1,10}$/.test(words[at] ?? '')
}

interface Layout {
  readonly heads: readonly string[]
  /** The command's cell is the kernel's comm. */
  readonly exact: boolean
  /** The columns were asked for by name. */
  readonly chosen: boolean
}

const heads = (text: string, exact = false): Layout => ({ heads: text.split(' '), exact, chosen: false })

const AUX = heads('USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND')
const FULL = heads('UID PID PPID C STIME TTY TIME CMD')
const FULL_THREADS = heads('UID PID PPID LWP C NLWP STIME TTY TIME CMD')
const LONG = heads('F S UID PID PPID C PRI NI ADDR SZ WCHAN TTY TIME CMD', true)
const LONG_FULL = heads('F S UID PID PPID C PRI NI ADDR SZ WCHAN STIME TTY TIME CMD')
const BSD = heads('PID TTY STAT TIME COMMAND')
const SHORT = heads('PID TTY TIME CMD', true)

/** The columns that these options print. */
function layoutOf(args: readonly string[]): Layout {
  const chosen = chosenColumns(args)
  if (chosen.length > 0)
    return {
      heads: chosen.map(headNamed),
      chosen: true,
      exact: chosen.some((name) => /^u?(?:comm|cmd)$/.test(name) && name !== 'cmd'),
    }
  const unix = args.filter((arg) => /^-[A-Za-z]/.test(arg)).join('')
  const bsd = args.filter((arg) => /^[A-Za-z]+$/.test(arg)).join('')
  if (/^-aux|^-[ax]+u/.test(unix) || bsd.includes('u')) return AUX
  if (unix.includes('l')) return unix.includes('f') ? LONG_FULL : LONG
  if (unix.includes('f') || bsd === 'ef') return unix.includes('L') ? FULL_THREADS : FULL
  return bsd.includes('x') || bsd.includes('a') ? BSD : SHORT
}

/** `-eo pid,stat:8,wchan=WAITS -o comm` → pid, stat, wchan, comm. */
function chosenColumns(args: readonly string[]): readonly string[] {
  const lists = args.flatMap((arg, index) => {
    if (/^(?:-?[A-Za-z]*[oO]|--format)$/.test(arg)) return [args[index + 1] ?? '']
    return /^(?:--format=|-[A-Za-z]*o)([a-z%].*)$/.exec(arg)?.[1] ?? []
  })
  return lists
    .join(',')
    .slice(0, 1000)
    .split(/[\s,]+/)
    .map((name) => name.replace(/[:=].*$/, ''))
    .filter((name) => name !== '')
}
