import type { Origin } from '../model/part.ts'
import {
  type Format,
  type FormatReader,
  MAX_ENTRIES,
  originAt,
  type ReadContext,
  startTrouble,
  withoutRemark,
} from './format.ts'

/**
 * Read sysctls: `sysctl -a`, `sysctl a b`, `cat /proc/sys/…` (bare values, in the order of its arguments), `grep . /proc/sys/…`.
 * Shape:  dotted keys and the values as the kernel prints them, blanks between numbers made single
 * Gaps:   a bare value without its path says nothing and is not taken
 * Errors: the same key again begins another output
 */
export const sysctl: Format = {
  name: 'sysctl',
  opens: (text) => readPair(text) !== null,
  read: startSysctl,
}

const ROOTS = /^(?:net|fs|kernel|vm|dev|abi|user|debug|crypto|sunrpc)$/
const PREFIX = '/proc/sys/'

function startSysctl(context: ReadContext): FormatReader {
  const values: Record<string, string> = {}
  const origins: Record<string, Origin> = {}
  const trouble = startTrouble(context)
  let entries = 0
  const paths = context.args.filter((arg) => arg.startsWith(PREFIX) && !/[*?{[]/.test(arg)).map(keyOfPath)
  // `sysctl -n a b` prints bare values as well.
  const bareKeys = context.args.some((arg) => /^-\w*n/.test(arg)) ? context.args.filter((arg) => isKey(arg)) : paths
  let next = 0
  let named: string | null = null
  const put = (key: string, value: string, line: number): boolean => {
    if (key in values) return false
    if (entries++ >= MAX_ENTRIES) return true
    values[key] = value.trim().replace(/\s+/g, ' ')
    origins[key] = originAt(context, line)
    return true
  }
  const takeLine = (text: string, line: number): boolean => {
    // `head -n 1 /proc/sys/…`, `tail`, `more` print the path on a line of its own.
    const header = /^(?:==> |:{4,}\s*)?(\/proc\/sys\/[^\s:]+)(?: <==)?$/.exec(text)?.[1]
    if (header) {
      named = keyOfPath(header)
      return true
    }
    const pair = readPair(text)
    if (pair) return put(pair.key, pair.value, line)
    if (/^:{4,}$/.test(text)) return named !== null || next === 0
    const key = named ?? bareKeys[next]
    if (key === undefined || !isBareValue(text)) return false
    named = null
    next++
    return put(key, text, line)
  }
  return {
    take(text, line) {
      if (text.length > 400) return false
      if (
        /^sysctl: (?:cannot stat|permission denied|reading key)/.test(text) ||
        /^(?:cat|head|tail|grep): \/proc\/sys/.test(text)
      ) {
        trouble.warn(line, text.slice(0, 120))
        if (!text.startsWith('sysctl')) next++
        return true
      }
      const bare = withoutRemark(text)
      return (bare !== null && takeLine(bare, line)) || takeLine(text, line)
    },
    finish: () => trouble.result([{ question: 'sysctls', sysctls: { values, origins } }]),
  }
}

/** `a.b = c`, `a.b=c`, `/proc/sys/a/b:c`, `a.b: c`. */
function readPair(text: string): { key: string; value: string } | null {
  if (text.length > 400) return null
  const path = /^(\/proc\/sys\/[\w./-]+):(.*)$/.exec(text)
  if (path) return { key: keyOfPath(path[1] ?? ''), value: path[2] ?? '' }
  const pair = /^([a-z]+\.[\w./-]+)(?:\s?=\s?|:\s)(.*)$/.exec(text)
  const key = pair?.[1] ?? ''
  const value = pair?.[2]?.trim() ?? ''
  if (!isKey(key) || !isValue(value)) return null
  return { key: key.replaceAll('/', '.'), value }
}

/** Numbers, or single words as `cubic`, `bbr reno`, `(none)`; no sentences. */
const isValue = (value: string) =>
  /^[\w.,()/:@%+-]*(?:\s+[\w.,()/:%-]+){0,40}$/.test(value) && (/^-?\d/.test(value) || value.split(/\s+/).length <= 6)

const isBareValue = (text: string) =>
  /^-?\d+(?:\s+-?\d+){0,10}$/.test(text.trim()) || /^[a-z][\w-]{1,20}(?: [a-z][\w-]{1,20}){0,5}$/.test(text.trim())

export function isKey(word: string): boolean {
  const root = word.split(/[./]/, 1)[0] ?? ''
  return ROOTS.test(root) && /^[a-z]+[./][\w./-]+$/.test(word)
}

const keyOfPath = (path: string) => path.slice(PREFIX.length).replaceAll('/', '.')

/** Keys that a command asks for by name; empty for `-a` and patterns. */
export function askedSysctls(args: readonly string[]): readonly string[] {
  return args.flatMap((arg) => {
    if (arg.startsWith(PREFIX) && !/[*?{[]/.test(arg)) return [keyOfPath(arg)]
    return isKey(arg) ? [arg.replaceAll('/', '.')] : []
  })
}
