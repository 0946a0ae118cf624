import type { CpuSample, LoadAverage, Memory } from '../model/machine.ts'
import type { Process } from '../model/snapshot.ts'
import { bytesOf, MAX_ROW, total, wordsOf } from './columns.ts'
import { cpuSample } from './cpu-sample.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'
import { isProcessHead, readProcess } from './process-rows.ts'
import { own } from './transcript/own.ts'
import { uniteProcesses } from './unite-processes.ts'
import { readLoad, readUptime } from './uptime.ts'

/**
 * Read `top` (-b, -H, -1; old and new) and busybox's, and the table of htop.
 * Shape:  a CpuSample a CPU line, the memory, the processes; frames after the first overwrite nothing
 * Units:  percent; sizes in bytes
 * Gaps:   older versions print the average since boot in the first frame: its span is unknown
 * Errors: a row that is cut is lost; names that top cut end in `+`
 * Source: procps src/top/top.c; busybox procps/top.c
 */
export const top: Format = {
  name: 'top',
  opens: (text) => /^top - \d/.test(text) || isBusyboxMemory(text) || isTopHead(headWords(text.slice(0, 400))),
  read: startTop,
}

const isBusyboxMemory = (text: string) => /^Mem: \d+K used, \d+K free,/.test(text)
const isTopHead = (words: readonly string[]) =>
  words[0] === 'PID' && isProcessHead(words) && words.some((word) => /^(?:TIME\+|%VSZ|CPU%)$/.test(word))

/** Heads that procps translates, as far as they are gone by. */
const HEADS: Readonly<Record<string, string>> = {
  进程号: 'PID',
  'ZEIT+': 'TIME+',
  'TEMPS+': 'TIME+',
  'TEMPO+': 'TIME+',
  'CZAS+': 'TIME+',
  'TID+': 'TIME+',
  BEFEHL: 'COMMAND',
  'COM.': 'COMMAND',
  COMANDO: 'COMMAND',
  KOMENDA: 'COMMAND',
  KOMMANDO: 'COMMAND',
}

/** The words of a line, heads as in English. The Chinese head of a process's state is wider than its column, and is left out. */
function headWords(text: string): readonly string[] {
  const words = wordsOf(text).map((word) => own(HEADS, word) ?? word)
  const at = text.includes('进程号') && !words.includes('S') ? words.indexOf('%CPU') : -1
  return at < 0 ? words : words.toSpliced(at, 0, 'S')
}

const CPU_LINE = /^\s{0,4}%?C[Pp][Uu](\(s\)|\d{1,4})?\s{0,6}:/

/** Where one share ends and its name begins: `14.5%us`, `0.0 us`, `3% usr`. */
const SHARE = /(\d{1,3}(?:[.,]\d{1,3})?)\s?%?\s?(us|sy|ni|id|wa|hi|si|st|usr|sys|nic|idle|io|irq|sirq)\b/g

function sharesOf(text: string): Readonly<Record<string, number>> {
  const found = [...text.slice(0, 300).matchAll(SHARE)]
  return Object.fromEntries(found.map((one) => [one[2] ?? '', Number((one[1] ?? '').replace(',', '.'))]))
}

function startTop(context: ReadContext): FormatReader {
  const cpu: CpuSample[] = []
  const processes: Process[] = []
  const trouble = startTrouble(context)
  let load: LoadAverage | null = null
  let uptimeSeconds: number | null = null
  let memory: Memory | null = null
  let heads: readonly string[] | null = null
  let frames = 0
  const takeHead = (text: string, line: number): boolean => {
    const told = readLoad(text)
    if (!told) return false
    if (text.startsWith('top')) {
      frames++
      heads = null
    }
    uptimeSeconds ??= readUptime(text)
    load ??= { minute1: told[0], minutes5: told[1], minutes15: told[2], origin: originAt(context, line) }
    return true
  }
  const takeCpu = (text: string, line: number): boolean => {
    const name = CPU_LINE.exec(text)?.[1]
    // Since procps 4.0 two CPUs may share a line.
    for (const half of text
      .slice(0, 400)
      .split(/(?<!\s)\s{2,}(?=%Cpu\d)/)
      .slice(0, 8)) {
      const shares = sharesOf(half)
      const share = (...names: readonly string[]) =>
        names.map((one) => shares[one]).find((one) => one !== undefined) ?? null
      const idle = share('id', 'idle')
      const own = CPU_LINE.exec(half)?.[1] ?? name
      if (idle === null) return false
      if (cpu.length < MAX_ENTRIES)
        cpu.push(
          cpuSample({
            span: frames > 1 ? 'interval' : 'unknown',
            cpu: own === undefined || own === '(s)' ? 'all' : own,
            user: total(share('us', 'usr'), share('ni', 'nic')),
            system: total(share('sy', 'sys'), share('hi', 'irq')),
            idle,
            iowait: share('wa', 'io'),
            steal: share('st'),
            softirq: share('si', 'sirq'),
            origin: originAt(context, line),
          }),
        )
    }
    return true
  }
  const takeMemory = (text: string, line: number): boolean => {
    const swap = /\bSwap:/.test(text)
    const size = (name: RegExp) => sizeBefore(text, name)
    const now: Memory = memory ?? {
      totalBytes: null,
      usedBytes: null,
      freeBytes: null,
      availableBytes: null,
      swapTotalBytes: null,
      swapUsedBytes: null,
      origin: originAt(context, line),
    }
    if (swap)
      memory = {
        ...now,
        swapTotalBytes: now.swapTotalBytes ?? size(/total/),
        swapUsedBytes: now.swapUsedBytes ?? size(/used/),
        availableBytes: now.availableBytes ?? size(/avail/),
      }
    else
      memory = {
        ...now,
        totalBytes: now.totalBytes ?? size(/total/),
        usedBytes: now.usedBytes ?? size(/used/),
        freeBytes: now.freeBytes ?? size(/free/),
      }
    return true
  }
  return {
    take(text, line) {
      if (text.length > MAX_ROW) return false
      if (takeHead(text, line)) return true
      if (/^(?:Tasks|Threads|任务|线程|Aufgaben|Tâches|Tarefas):\s/.test(text)) return true
      if (CPU_LINE.test(text)) return takeCpu(text, line)
      if (isBusyboxMemory(text)) {
        frames++
        heads = null
        return takeMemory(text, line)
      }
      if (/^(?:[KMGTPE]iB )?(?:Mem|Spch|Swap)\s{0,2}:/.test(text)) return takeMemory(text, line)
      const words = headWords(text)
      if (isProcessHead(words)) {
        heads = words
        return true
      }
      const process = heads && readProcess(heads, text, false)
      if (process) {
        if (processes.length < MAX_ENTRIES) processes.push(process)
        return true
      }
      if (!heads || words.length < 2 || words.length >= heads.length || !/^\d{1,10}$/.test(words[0] ?? '')) return false
      trouble.lose(line, `not a whole row of top: ${text.slice(0, 80)}`)
      return true
    },
    finish: () => {
      const machine = { ...(load ? { load } : {}), ...(cpu.length > 0 ? { cpu } : {}), ...(memory ? { memory } : {}) }
      return trouble.result([
        ...(Object.keys(machine).length > 0 ? [{ question: 'machine' as const, machine }] : []),
        ...(processes.length > 0 ? [{ question: 'processes' as const, processes: uniteProcesses(processes) }] : []),
        ...(uptimeSeconds === null ? [] : [{ question: 'node' as const, facts: { uptimeSeconds } }]),
      ])
    },
  }
}

/** `24105.6 total` after `MiB Mem :` as bytes; `16330000k total` and `59408K buff` carry their unit. */
function sizeBefore(text: string, name: RegExp): number | null {
  const unit = /^([KMGTPE])iB/.exec(text)?.[1] ?? ''
  const words = wordsOf(text.slice(text.indexOf(':') + 1, text.length).slice(0, 300))
  const at = words.findIndex((word) => name.test(word))
  const value = words[at - 1]
  return at < 1 || value === undefined ? null : bytesOf(/[a-zA-Z]$/.test(value) ? value : `${value}${unit || 'K'}`)
}
