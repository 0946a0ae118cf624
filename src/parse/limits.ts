import type { Limit } from '../model/machine.ts'
import { wordsOf } from './columns.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read `ulimit` (-a of bash, dash, busybox; -n, -Hn), `/proc/PID/limits`, `prlimit`.
 * Shape:  one Limit a line, named as in setrlimit(2)
 * Units:  bytes; what ulimit prints in blocks is left out, as blocks differ from shell to shell
 * Gaps:   ulimit shows the soft or the hard one; `ulimit -n` prints a bare number: taken only behind that command
 * Source: bash builtins/ulimit.def; busybox shell/shell_common.c; kernel fs/proc/base.c lnames
 */
export const limits: Format = {
  name: 'limits',
  opens: (text) => text.length < 300 && SHAPES.some((shape) => shape.test(text)),
  read: startLimits,
}

type Value = Limit['soft']

const PROC_HEAD = /^Limit\s+Soft Limit\s+Hard Limit\s+Units\s*$/
const PRLIMIT_HEAD = /^RESOURCE\s+DESCRIPTION\s+SOFT\s+HARD\s+UNITS$/

/** What nothing else prints: the heads, a row of /proc/PID/limits, bash's and dash's first lines. */
const SHAPES = [
  PROC_HEAD,
  PRLIMIT_HEAD,
  /^Max [a-z ]{5,20}\s{2,20}(?:\d{1,16}|unlimited)\s{1,20}(?:\d{1,16}|unlimited)\s{1,20}[a-z]{0,12}\s{0,12}$/,
  /^time\(seconds\)\s{1,12}\S{1,16}$/,
  /^[a-zA-Z][\w -]{2,40}\s(?:\([\w ]{1,20}\)\s{1,30})?\((?:[\w ]{1,20}, )?-[a-zA-Z]\)\s{1,20}(?:\d{1,16}|unlimited)$/,
]

/** Letter of ulimit → name, and what one of its units is in bytes or pieces; 0: blocks. */
const LETTERS: Readonly<Record<string, readonly [string, number]>> = {
  R: ['rttime', 1],
  c: ['core', 0],
  d: ['data', 1024],
  e: ['nice', 1],
  f: ['fsize', 0],
  i: ['sigpending', 1],
  l: ['memlock', 1024],
  m: ['rss', 1024],
  n: ['nofile', 1],
  p: ['pipe', 0],
  q: ['msgqueue', 1],
  r: ['rtprio', 1],
  s: ['stack', 1024],
  t: ['cpu', 1],
  u: ['nproc', 1],
  v: ['as', 1024],
  x: ['locks', 1],
}

const DASH: Readonly<Record<string, string>> = {
  'time(seconds)': 't',
  'file(blocks)': 'f',
  'data(kbytes)': 'd',
  'stack(kbytes)': 's',
  'coredump(blocks)': 'c',
  'memory(kbytes)': 'm',
  'locked memory(kbytes)': 'l',
  process: 'u',
  nofiles: 'n',
  'vmemory(kbytes)': 'v',
  locks: 'x',
  rtprio: 'r',
}

const PROC_NAMES: Readonly<Record<string, string>> = {
  'Max cpu time': 'cpu',
  'Max file size': 'fsize',
  'Max data size': 'data',
  'Max stack size': 'stack',
  'Max core file size': 'core',
  'Max resident set': 'rss',
  'Max processes': 'nproc',
  'Max open files': 'nofile',
  'Max locked memory': 'memlock',
  'Max address space': 'as',
  'Max file locks': 'locks',
  'Max pending signals': 'sigpending',
  'Max msgqueue size': 'msgqueue',
  'Max nice priority': 'nice',
  'Max realtime priority': 'rtprio',
  'Max realtime timeout': 'rttime',
}

function limitOf(text: string | undefined, unit = 1): Value {
  if (text === 'unlimited') return 'unlimited'
  const value = /^\d{1,16}$/.test(text ?? '') ? Number(text) * unit : Number.NaN
  return Number.isSafeInteger(value) ? value : null
}

/** `open files  (-n) 1024`, `stack size (kbytes, -s) 8192`, dash's `nofiles  1024`. */
function readUlimit(text: string): { readonly letter: string; readonly value: string } | null {
  const bash =
    /^[a-zA-Z][\w -]{2,40}\s(?:\([\w \d]{1,20}\)\s{1,30})?\((?:[\w \d]{1,20}, )?-([a-zA-Z])\)\s{1,20}(\d{1,16}|unlimited)$/.exec(
      text,
    )
  if (bash) return { letter: bash[1] ?? '', value: bash[2] ?? '' }
  const words = wordsOf(text)
  const name = words.slice(0, -1).join(' ')
  const letter = Object.hasOwn(DASH, name) && /\s{2}|memory\(/.test(text) ? DASH[name] : undefined
  return letter !== undefined && limitOf(words.at(-1)) !== null ? { letter, value: words.at(-1) ?? '' } : null
}

/** The path that grep prints before a line: whose limits it is about. */
const PATH = /^\/proc\/(self|\d{1,10})\/limits:/

function startLimits(context: ReadContext): FormatReader {
  const found: Limit[] = []
  const trouble = startTrouble(context)
  const files = context.args.flatMap((arg) => /^\/proc\/(\d{1,10})\/limits$/.exec(arg)?.[1] ?? [])
  const option = /^-([A-Za-z]+)$/.exec(context.args[0] ?? '')?.[1] ?? ''
  const asked = /(?:^|[\s;&|])ulimit(?:\s|$)/.test(context.command ?? '')
  let heads = 0
  const put = (limit: Omit<Limit, 'origin'>, line: number) => {
    if (found.length < MAX_ENTRIES) found.push({ ...limit, origin: originAt(context, line) })
    return true
  }
  const putShell = (letter: string, value: string, line: number): boolean => {
    const [name, unit] = LETTERS[letter] ?? []
    if (name === undefined || unit === undefined) return false
    const told = limitOf(value, unit)
    if (unit === 0) return true
    const hard = option.includes('H')
    return put({ name, soft: hard ? null : told, hard: hard ? told : null, pid: null }, line)
  }
  const takeProc = (text: string, pid: number | null, line: number): boolean => {
    const cells = text.trimEnd().split(/\s{2,}/)
    const name = Object.hasOwn(PROC_NAMES, cells[0] ?? '') ? PROC_NAMES[cells[0] ?? ''] : undefined
    if (name === undefined) return false
    const soft = limitOf(cells[1])
    const hard = limitOf(cells[2])
    if (soft === null || hard === null) {
      trouble.lose(line, `not a whole row of limits: ${text.slice(0, 80)}`)
      return true
    }
    return put({ name, soft, hard, pid }, line)
  }
  return {
    take(text, line) {
      if (text.length > 300) return false
      const path = PATH.exec(text)
      const bare = path ? text.slice(path[0].length) : text
      if (PROC_HEAD.test(bare) || PRLIMIT_HEAD.test(bare)) {
        heads++
        return true
      }
      const pid = path ? path[1] : files.length > 1 ? files[heads - 1] : files[0]
      if (takeProc(bare, pid === undefined || pid === 'self' ? null : Number(pid), line)) return true
      const words = wordsOf(bare)
      if (heads > 0 && /^[A-Z]{2,12}$/.test(words[0] ?? '')) {
        const at = words.findIndex((word, index) => index > 0 && limitOf(word) !== null)
        const soft = limitOf(words[at])
        const hard = limitOf(words[at + 1])
        return (
          at > 0 &&
          soft !== null &&
          hard !== null &&
          put({ name: (words[0] ?? '').toLowerCase(), soft, hard, pid: null }, line)
        )
      }
      const shell = readUlimit(bare)
      if (shell) return putShell(shell.letter, shell.value, line)
      const letter = option.replace(/[HS]/g, '')
      return asked && found.length === 0 && letter.length <= 1 && words.length === 1 && limitOf(words[0]) !== null
        ? putShell(letter || 'f', words[0] ?? '', line)
        : false
    },
    finish: () => trouble.result(found.length > 0 ? [{ question: 'machine', machine: { limits: found } }] : []),
  }
}
