import type { SyscallSummary } from '../model/machine.ts'
import { decimal, MAX_ROW, wordsOf } from './columns.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble, wholeNumber } from './format.ts'

/**
 * Read `strace`: the table of -c, and single calls, which are added up.
 * Shape:  one SyscallSummary a system call, and pid where -f printed it
 * Units:  seconds; of single calls only with -T, and wall-clock time then; of -c system time unless -w
 * Gaps:   for how long strace looked is not told
 * Errors: a call that is cut is counted where its name stands
 * Source: strace src/count.c, src/syscall.c
 */
export const strace: Format = {
  name: 'strace',
  opens: (text) =>
    text.length < MAX_ROW && (isTableHead(text) || isWholeCall(text) || /^strace: Process \d+ attached/.test(text)),
  read: startStrace,
}

const isTableHead = (text: string) => /^% time\s+seconds\s+(?:usecs\/call\s+)?calls\s+errors\s+syscall$/.test(text)

const PID = /^(?:\[pid\s{1,8}(\d{1,10})\] |(\d{1,10})\s{1,4}(?=\D|\d\d:|\d{9}))/
const TIME = /^(?:\d\d:\d\d:\d\d(?:\.\d{1,9})?|\d{1,12}\.\d{1,9}|\(\+\s{0,6}\d{1,8}\.\d{1,9}\)) /
const NAME = /^(?:<\.\.\. ([a-z_][a-z\d_]{1,30}) resumed>|([a-z_][a-z\d_]{1,30})\()/

interface Call {
  readonly pid: number | null
  readonly name: string
  readonly phase: 'whole' | 'unfinished' | 'resumed'
  readonly error: string | null
  readonly seconds: number | null
  /** A result stands there. */
  readonly returned: boolean
}

function readCall(text: string): Call | null {
  const pid = PID.exec(text)
  const timed = text.slice(pid?.[0].length ?? 0)
  const bare = timed.slice(TIME.exec(timed)?.[0].length ?? 0)
  const named = NAME.exec(bare)
  if (!named) return null
  const result = /^(?:(?:-?\d{1,20}|0x[\da-f]{1,16})(?: (E[A-Z\d]{1,20}))?|\?)/.exec(resultOf(bare))
  const seconds = /<(\d{1,9}\.\d{1,9})>$/.exec(bare)?.[1]
  return {
    pid: pid ? Number(pid[1] ?? pid[2]) : null,
    name: named[1] ?? named[2] ?? '',
    phase: named[1] !== undefined ? 'resumed' : / <unfinished \.\.\.>$/.test(bare) ? 'unfinished' : 'whole',
    error: result?.[1] ?? null,
    seconds: seconds === undefined ? null : Number(seconds),
    returned: result !== null,
  }
}

/** What stands behind the last `) = `; empty where there is none. The arguments may hold anything. */
function resultOf(call: string): string {
  let at = call.lastIndexOf(' = ')
  for (let tries = 0; at > 0 && tries < 20; tries++) {
    if (/\)\s{0,60}$/.test(call.slice(Math.max(0, at - 61), at))) return call.slice(at + 3)
    at = call.lastIndexOf(' = ', at - 1)
  }
  return ''
}

function isWholeCall(text: string): boolean {
  const call = readCall(text)
  return call !== null && (call.returned || (call.phase !== 'whole' && call.pid !== null))
}

type Mutable = { -readonly [K in keyof SyscallSummary]: SyscallSummary[K] } & {
  readonly errorNames: Record<string, number>
}

const MAX_SUMMARIES = 5000

function startStrace(context: ReadContext): FormatReader {
  const summaries = new Map<string, Mutable>()
  const table: SyscallSummary[] = []
  const trouble = startTrouble(context)
  let inTable = false
  const summaryOf = (call: Call, line: number): Mutable | null => {
    const key = `${call.pid} ${call.name}`
    const known = summaries.get(key)
    if (known || summaries.size >= MAX_SUMMARIES) return known ?? null
    const fresh: Mutable = {
      syscall: call.name,
      calls: 0,
      errors: 0,
      seconds: null,
      longestSeconds: null,
      unfinished: 0,
      errorNames: {},
      pid: call.pid,
      origin: originAt(context, line),
    }
    summaries.set(key, fresh)
    return fresh
  }
  const add = (call: Call, line: number) => {
    const sum = summaryOf(call, line)
    if (!sum) return
    if (call.phase === 'unfinished') {
      sum.unfinished++
      return
    }
    if (call.phase === 'resumed' && sum.unfinished > 0) sum.unfinished--
    sum.calls++
    if (call.error !== null) {
      sum.errors++
      sum.errorNames[call.error] = (sum.errorNames[call.error] ?? 0) + 1
    }
    if (call.seconds !== null) {
      sum.seconds = (sum.seconds ?? 0) + call.seconds
      sum.longestSeconds = Math.max(sum.longestSeconds ?? 0, call.seconds)
    }
  }
  const takeRow = (text: string, line: number): boolean => {
    if (/^[- ]{20,200}$/.test(text)) return true
    const words = wordsOf(text)
    const name = words.at(-1) ?? ''
    if (decimal(words[0]) === null) return false
    const numbers = words.slice(0, -1)
    const seconds = decimal(numbers[1])
    const calls = wholeNumber(numbers[3] ?? '')
    const errors = numbers.length > 4 ? wholeNumber(numbers[4] ?? '') : 0
    if (seconds === null || calls === null || errors === null || !/^[a-z_][a-z\d_]{1,30}$/.test(name)) {
      trouble.lose(line, `not a whole row of strace -c: ${text.slice(0, 80)}`)
      return true
    }
    if (name === 'total') inTable = false
    else if (table.length < MAX_SUMMARIES)
      table.push({
        syscall: name,
        calls,
        errors,
        seconds,
        longestSeconds: null,
        unfinished: 0,
        errorNames: {},
        pid: null,
        origin: originAt(context, line),
      })
    return true
  }
  return {
    take(text, line) {
      if (text.length > MAX_ROW) return false
      if (isTableHead(text)) {
        inTable = true
        return true
      }
      if (inTable && takeRow(text, line)) return true
      const call = readCall(text)
      if (call) {
        if (call.phase === 'whole' && !call.returned)
          trouble.lose(line, `a call without its result: ${text.slice(0, 80)}`)
        else add(call, line)
        return true
      }
      return /^strace: |^(?:\[pid\s{1,8}\d+\] )?(?:[\d:.]{8,20} )?(?:---|\+\+\+) .{1,400} (?:---|\+\+\+)$/.test(text)
    },
    finish: () => {
      const lines = [...summaries.values()].map((one) => ({
        ...one,
        seconds: one.seconds === null ? null : Math.round(one.seconds * 1e9) / 1e9,
      }))
      const syscalls = [...table, ...lines]
      return trouble.result(syscalls.length > 0 ? [{ question: 'machine', machine: { syscalls } }] : [])
    },
  }
}
