import type { Memory } from '../model/machine.ts'
import { bytesOf, wordsOf } from './columns.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from './format.ts'
import { own } from './transcript/own.ts'

/**
 * Read `free` (any unit, old and new, busybox) and `/proc/meminfo`.
 * Shape:  one Memory; of `free -s` the first
 * Units:  bytes; without an option free prints KiB, toybox's bytes
 * Gaps:   availableBytes null before procps 3.3.10 (its `-/+ buffers/cache` row is not that number)
 * Errors: a value with a unit that is not known stays null
 */
export const free: Format = {
  name: 'free',
  opens: (text) => isHead(text) || /^Mem(?:Total|Free):\s+\d+ kB$/.test(text),
  read: startFree,
}

/** As procps says it in English, Chinese, German, French, Spanish, Portuguese, Polish, Swedish. */
const HEAD =
  /^\s{0,30}(?:total|总计|gesamt|razem|totalt)\s+(?:used|已用|benutzt|utilisé|usado|usada|użyte|använt)\s+(?:free|空闲|frei|libre|livre|wolne|fritt)/
const isHead = (text: string) => text.length < 200 && HEAD.test(text)

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }
const LONG: Readonly<Record<string, string>> = {
  '--bytes': 'b',
  '--kibi': 'k',
  '--mebi': 'm',
  '--gibi': 'g',
  '--tebi': 't',
}

function unitOf(args: readonly string[]): number | null {
  const letters = args.map((arg) => own(LONG, arg) ?? /^-([a-z]+)$/.exec(arg)?.[1] ?? '').join('')
  const letter = [...letters].findLast((one) => one in UNITS)
  return letter === undefined ? null : (UNITS[letter] ?? null)
}

const HEADS: Readonly<Record<string, string>> = {
  总计: 'total',
  已用: 'used',
  空闲: 'free',
  可用: 'available',
  verfügbar: 'available',
  disponible: 'available',
  disponível: 'available',
  dostępne: 'available',
  'tillgängl.': 'available',
}

function startFree(context: ReadContext): FormatReader {
  const trouble = startTrouble(context)
  const asked = unitOf(context.args)
  let unit = asked ?? 1024
  const seen = new Map<string, number | null>()
  let heads: readonly string[] | null = null
  let first: number | null = null
  const keep = (name: string, value: number | null) => {
    if (!seen.has(name)) seen.set(name, value)
  }
  const take = (text: string, line: number): boolean => {
    if (text.length > 400) return false
    const info = /^(?!(?:Mem|Swap|Total|Low|High):)([A-Z][A-Za-z0-9_()]{2,40}):\s+(\d{1,15})(?: kB)?$/.exec(text)
    if (info) {
      keep(info[1] ?? '', bytesOf(info[2], 1024))
      return true
    }
    const words = wordsOf(text)
    if (isHead(text)) {
      // toybox begins its head with tabs, and counts in bytes unless asked.
      if (text.startsWith('\t')) unit = asked ?? 1
      heads = words.map((word) => own(HEADS, word) ?? word)
      return true
    }
    const label =
      /^(Mem\.?|内存|Speicher|Pamięć|Minne|Swap|交换|Échange|Inter|Wymiana|Växl\.|Total|总量|Gesamt|Razem|Totalt|Low|High|-\/\+ buffers\/cache)[:：]/.exec(
        text,
      )?.[1]
    if (label === undefined || (heads === null && context.command === null)) return false
    if (/^(?:Total|总量|Gesamt|Razem|Low|High|-)/.test(label)) return true
    const cells = wordsOf(text.slice(label.length + 1))
    const [total, used, free] = cells.map((cell) => bytesOf(cell, unit))
    if (cells.length < 3 || total === null || total === undefined) {
      trouble.lose(line, `not a whole row of free: ${text.slice(0, 80)}`)
      return true
    }
    const kind = /^(?:Mem|内存|Speicher|Pamięć|Minne)/.test(label) ? 'Mem' : 'Swap'
    keep(`${kind} total`, total)
    keep(`${kind} used`, used ?? null)
    keep(`${kind} free`, free ?? null)
    const at = heads?.indexOf('available') ?? -1
    if (kind === 'Mem' && at >= 0) keep('Mem available', bytesOf(cells[at], unit))
    return true
  }
  return {
    take(text, line) {
      const taken = take(text, line)
      if (taken) first ??= line
      return taken
    },
    finish: () => {
      const get = (...names: readonly string[]) =>
        names.map((name) => seen.get(name)).find((one) => one !== undefined) ?? null
      const swapTotal = get('Swap total', 'SwapTotal')
      const swapFree = get('SwapFree')
      const memory: Memory = {
        totalBytes: get('Mem total', 'MemTotal'),
        usedBytes: get('Mem used'),
        freeBytes: get('Mem free', 'MemFree'),
        availableBytes: get('Mem available', 'MemAvailable'),
        swapTotalBytes: swapTotal,
        swapUsedBytes:
          get('Swap used') ?? (swapTotal !== null && swapFree !== null ? Math.max(0, swapTotal - swapFree) : null),
        origin: originAt(context, first ?? 0),
      }
      const told =
        memory.totalBytes !== null || memory.freeBytes !== null || swapTotal !== null || memory.availableBytes !== null
      return trouble.result(told ? [{ question: 'machine', machine: { memory } }] : [])
    },
  }
}
