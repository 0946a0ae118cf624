import type { Process } from '../model/snapshot.ts'
import { wordsOf } from './columns.ts'

/** Rows of ps, top and pidstat: the columns by the names above them, one of them with blanks in it. */

const FREE = /^(?:COMMAND|Command|CMD|COMM|UCMD|ARGS)$/

/** Names of ps that are not spelled like their head. */
const HEAD_OF: Readonly<Record<string, string>> = {
  comm: 'COMMAND',
  ucmd: 'COMMAND',
  ucomm: 'COMMAND',
  command: 'COMMAND',
  args: 'COMMAND',
  cmd: 'COMMAND',
  state: 'S',
  s: 'S',
  tid: 'LWP',
  spid: 'LWP',
  lstart: 'STARTED',
  start: 'STARTED',
  start_time: 'START',
  wname: 'WCHAN',
}

/** `comm` → its head, `rss` → `RSS`. */
export const headNamed = (name: string): string =>
  (Object.hasOwn(HEAD_OF, name) ? HEAD_OF[name] : undefined) ?? name.toUpperCase()

/** Heads of lsof and lsns, which name processes too. */
const OTHERS = /^(?:FD|NODE|NS|NETNSID|NPROCS|IMAGE|CONTAINER)$/

/** Is this a head of ps or top: capitals only, with a PID and what it runs or how it fares. */
export function isProcessHead(words: readonly string[]): boolean {
  return (
    words.length > 1 &&
    words.length < 60 &&
    !words.some((word) => OTHERS.test(word)) &&
    words.some((word) => word === 'PID' || word === 'TGID') &&
    words.some((word) => FREE.test(word) || word === 'STAT' || word === 'S' || word === 'WCHAN') &&
    words.every((word) => /^[%A-Z#][A-Z\d_%+:#/]{0,19}$/.test(word) || FREE.test(word))
  )
}

const STARTED_DAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|周.|星期.)$/
const MONTH = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|\d{1,2}月)$/

/** How many words a cell takes that begins (or, from the right, ends) here. */
function widthOf(head: string, words: readonly string[], at: number): number {
  if (head !== 'STARTED') return 1
  return STARTED_DAY.test(words[at] ?? '') ? 5 : MONTH.test(words[at] ?? '') ? 2 : 1
}

function widthBefore(head: string, words: readonly string[], end: number): number {
  if (head !== 'STARTED') return 1
  return STARTED_DAY.test(words[end - 5] ?? '') ? 5 : MONTH.test(words[end - 2] ?? '') ? 2 : 1
}

/** Split a row into the cells under `heads`; null where there are too few of them. */
function cellsUnder(heads: readonly string[], text: string): readonly string[] | null {
  const words = wordsOf(text)
  const cells: string[] = []
  const last = heads.findLastIndex((head) => FREE.test(head))
  const free = last < 0 ? heads.length : last
  let at = 0
  for (const head of heads.slice(0, free)) {
    const width = widthOf(head, words, at)
    if (at + width > words.length) return null
    cells.push(words.slice(at, at + width).join(' '))
    at += width
    // busybox pads its states: `S <`, `S N`.
    if (head === 'STAT' && /^[<N]$/.test(words[at] ?? '')) at++
  }
  if (free === heads.length) return cells
  let end = words.length
  const behind: string[] = []
  for (const head of heads.slice(free + 1).reverse()) {
    const width = widthBefore(head, words, end)
    if (end - width < at) return null
    behind.unshift(words.slice(end - width, end).join(' '))
    end -= width
  }
  return end < at ? null : [...cells, words.slice(at, end).join(' '), ...behind]
}

/**
 * A row as a process; null where its cells do not fit the heads.
 * `exact`: the command's cell is the kernel's comm, not a command line
 */
export function readProcess(heads: readonly string[], text: string, exact: boolean): Process | null {
  const cells = cellsUnder(heads, text)
  if (!cells) return null
  const cell = (...names: readonly string[]) => cells[heads.findIndex((head) => names.includes(head))]
  const pid = cell('PID') ?? cell('TGID')
  const state = cell('STAT', 'S', 'STATE')
  if (pid === undefined || !/^\d{1,10}$/.test(pid)) return null
  if (state !== undefined && !/^[RSDTtZXxKWPI][A-Za-z<+]{0,7}$/.test(state)) return null
  const shown = cell('COMMAND', 'Command', 'CMD', 'COMM', 'UCMD', 'ARGS')
  const wchan = cell('WCHAN')
  return {
    pid: Number(pid),
    comm: shown === undefined ? '' : exact ? shown : commOf(shown),
    state: state?.[0] ?? null,
    wchan: wchan === undefined || /^[-0*?]$/.test(wchan) ? null : wchan,
    startedAt: null,
    fds: null,
    netns: null,
    pod: null,
    threads: null,
    cpuTime: null,
    cgroup: null,
    tracer: null,
  }
}

/**
 * What the kernel probably calls the program that a command line shows: `/usr/sbin/nginx -g …`, `nginx: worker process`,
 * `[kworker/0:1]`, `-bash`, busybox's `{name} command line`.
 */
export function commOf(command: string): string {
  const bare = command.replace(/^[\s|`├└─]*(?:\\_ )?/, '')
  const bracketed = /^(?:\[([^\]]{1,80})\]|\{([^}]{1,80})\}|\(([^)]{1,80})\))/.exec(bare)
  const named = bracketed?.[1] ?? bracketed?.[2] ?? bracketed?.[3]
  if (named !== undefined) return named
  const [word = ''] = wordsOf(bare)
  // top prints kernel threads without brackets: kworker/0:1 is no path.
  const kernel = /^[a-z_]{2,20}\/(?:\d|u\d|R[+-])/.test(word)
  const name = (kernel ? word : word.slice(word.lastIndexOf('/') + 1)).replace(/:$/, '')
  return name.replace(/^-(?=[a-z])/, '') || word
}
