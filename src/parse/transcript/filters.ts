import type { Coverage } from '../../model/part.ts'
import type { TcpState } from '../../model/socket.ts'
import { countersNamedBy } from '../netstat-s.ts'
import { spelledByTool, tcpState } from '../tcp-states.ts'
import type { Invocation } from './command-line.ts'
import { type Grep, readGrep, wordsOf } from './grep-words.ts'

/** What stands in a command's output after its filters. */
export interface Shown {
  /** `rows` as printed; `census` counts by state; `count` a bare number; `states` the State column alone; `other` none of these. */
  readonly shape: 'rows' | 'census' | 'count' | 'states' | 'other'
  readonly coverage: readonly Coverage[]
  /** The filters that took rows away, as typed. */
  readonly cuts: readonly string[]
  /** `head -N`: whole if fewer lines came. */
  readonly limit: number | null
}

/** What a filter must know of the rows it is given. */
export interface Rows {
  readonly kind: 'sockets' | 'counters' | 'nstat' | 'other'
  readonly tool: 'ss' | 'netstat'
  /** awk's column numbers. */
  readonly recvQueue: number
  readonly state: number
  /** The State column is the last one. */
  readonly stateIsLast: boolean
  readonly processes: boolean
}

export const ALL: readonly Coverage[] = [{ of: 'all' }]

/** Run what is shown through the filters of a pipeline, one by one. Nothing is executed: what is not understood empties the coverage. */
export function throughFilters(base: Shown, filters: readonly Invocation[], rows: Rows): Shown {
  return filters.reduce((shown, filter) => through(shown, filter, rows), base)
}

const KEEPING = new Set(['cat', 'less', 'more', 'tee', 'column', 'sort', 'nl', 'tac', 'rev', 'unbuffer', 'pv'])

function through(shown: Shown, filter: Invocation, rows: Rows): Shown {
  const { program, args } = filter
  if (KEEPING.has(program)) return program === 'rev' ? lost(shown, filter, 'other') : shown
  if (program === 'wc') return args.includes('-l') ? { ...shown, shape: 'count' } : lost(shown, filter, 'other')
  if (program === 'head' || program === 'tail') return throughHead(shown, filter)
  if (program === 'uniq') {
    if (!args.some((arg) => /^-\w*c/.test(arg) || arg === '--count')) return shown
    return shown.shape === 'states' ? { ...shown, shape: 'census' } : lost(shown, filter, 'other')
  }
  if (/^[ef]?grep$/.test(program)) return throughGrep(shown, readGrep(filter), rows)
  if (/^[gmn]?awk$/.test(program)) return throughAwk(shown, filter, rows)
  if (program === 'sed' && /^\$?\d*d$|^1d$/.test(args[0] ?? '')) return shown
  return lost(shown, filter, 'other')
}

const label = ({ program, args }: Invocation) => [program, ...args].join(' ').slice(0, 120)

/** The filter may have hidden anything. */
const lost = (shown: Shown, filter: Invocation, shape = shown.shape): Shown => ({
  ...shown,
  shape,
  coverage: [],
  cuts: [...shown.cuts, label(filter)],
})

function throughHead(shown: Shown, filter: Invocation): Shown {
  const text = filter.args.join(' ')
  // `tail -n +2` takes only the header off.
  if (/^(?:-n ?)?\+[12]$/.test(text)) return shown
  const lines = /^(?:-n ?|-)?(\d{1,9})$/.exec(text)?.[1]
  const limit = text === '' ? 10 : lines === undefined ? 0 : Number(lines)
  return { ...shown, limit: Math.min(shown.limit ?? limit, limit), cuts: [...shown.cuts, label(filter)] }
}

function throughGrep(shown: Shown, grep: Grep, rows: Rows): Shown {
  const next: Shown = grep.onlyMatch ? { ...shown, shape: 'other' } : grep.counts ? { ...shown, shape: 'count' } : shown
  if (shown.shape !== 'rows') return { ...next, coverage: [], cuts: [...shown.cuts, grep.label] }
  if (grep.words && isNoRestriction(grep, grep.words, rows)) return next
  const cuts = [...shown.cuts, grep.label]
  if (grep.words === null) return { ...next, coverage: [], cuts }
  const words = grep.words
  if (rows.kind !== 'sockets') {
    const known =
      rows.kind === 'other' || grep.inverted ? [] : countersNamedBy(words, grep.ignoreCase, rows.kind === 'nstat')
    const keys: Coverage = { of: 'keys', keys: known }
    return { ...next, coverage: known.length > 0 ? intersect(shown.coverage, [keys]) : [], cuts }
  }
  if (grep.inverted) {
    const states = words.map((word) => stateNamed(word, grep.ignoreCase, rows.tool))
    const left = states.every((state) => state !== null) ? EVERY_STATE.filter((state) => !states.includes(state)) : []
    return {
      ...next,
      coverage: intersect(
        shown.coverage,
        left.map((state) => ({ of: 'state', state })),
      ),
      cuts,
    }
  }
  const sets = words.flatMap((word) => setNamed(word, grep.ignoreCase, rows) ?? [])
  return { ...next, coverage: intersect(shown.coverage, sets), cuts }
}

/** Takes nothing but headers, empty lines and grep itself away; or matches every TCP row. */
function isNoRestriction(grep: Grep, words: readonly string[], rows: Rows): boolean {
  if (grep.inverted)
    return words.every((word) => /^(?:grep|State|Recv-Q|Active|Proto|Local|Netid|Address|#kernel)$/.test(word))
  return (
    rows.kind === 'sockets' &&
    (rows.tool === 'netstat' || rows.state === 2) &&
    words.some((word) => word === 'tcp' || word === 'tc')
  )
}

const EVERY_STATE: readonly TcpState[] = [
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
]

function stateNamed(word: string, ignoreCase: boolean, tool: 'ss' | 'netstat'): TcpState | null {
  const printed = ignoreCase ? word.toUpperCase() : word
  const state = tcpState(printed)
  return state !== null && spelledByTool(printed, tool) ? state : null
}

/** The set of rows that all hold this word, and that a grep for it therefore shows whole. */
function setNamed(word: string, ignoreCase: boolean, rows: Rows): Coverage | null {
  const state = stateNamed(word, ignoreCase, rows.tool)
  if (state !== null) return { of: 'state', state }
  const port = /^:?(\d{1,5})$/.exec(word.trim())?.[1]
  if (port !== undefined) return Number(port) > 0 && Number(port) <= 65535 ? { of: 'port', port: Number(port) } : null
  const address = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::(\d{1,5}))?$/.exec(word)
  if (address?.[1] !== undefined) {
    const at: Coverage = { of: 'address', address: address[1] }
    return address[2] === undefined ? at : { of: 'and', sets: [at, { of: 'port', port: Number(address[2]) }] }
  }
  return rows.processes && /^[A-Za-z][\w.-]*$/.test(word) && tcpState(word) === null
    ? { of: 'process', name: word }
    : null
}

/** Every pair of sets, as their intersection. */
export function intersect(a: readonly Coverage[], b: readonly Coverage[]): readonly Coverage[] {
  return a.flatMap((one) =>
    b.map((other): Coverage => {
      if (one.of === 'all') return other
      if (other.of === 'all') return one
      const sets = [one, other].flatMap((set) => (set.of === 'and' ? set.sets : [set]))
      const different = sets.filter(
        (set, i) => sets.findIndex((twin) => JSON.stringify(twin) === JSON.stringify(set)) === i,
      )
      return different.length === 1 ? (different[0] ?? one) : { of: 'and', sets: different }
    }),
  )
}

function throughAwk(shown: Shown, filter: Invocation, rows: Rows): Shown {
  const script = filter.args.find((arg) => !/^-/.test(arg)) ?? ''
  const plain = filter.args.every((arg) => arg === script)
  const code = script.replace(/\s+/g, '')
  if (!plain || code.length > 300) return lost(shown, filter, 'other')
  if (shown.shape !== 'rows') return lost(shown, filter, 'other')
  if (/^(?:1|NR[>!]=?[12]|\{?print(?:\$0)?;?\}?|NR>[12]\{print(?:\$0)?;?\})$/.test(code)) return shown
  const census = /^(.*?)\{(?:\+\+\w+\[\$(\d+|NF)\]|\w+\[\$(\d+|NF)\](?:\+\+|\+=1));?\}END\{.*\}$/.exec(code)
  if (census) {
    const column = census[2] ?? census[3] ?? ''
    const isState = column === 'NF' ? rows.stateIsLast : Number(column) === rows.state
    if (!isState || rows.kind !== 'sockets') return lost(shown, filter, 'other')
    return { ...throughCondition(shown, census[1] ?? '', filter, rows), shape: 'census' }
  }
  const column = /^(.*?)\{print\$(\d+|NF);?\}$/.exec(code)
  if (column) {
    const isState = column[2] === 'NF' ? rows.stateIsLast : Number(column[2]) === rows.state
    return isState && rows.kind === 'sockets'
      ? { ...throughCondition(shown, column[1] ?? '', filter, rows), shape: 'states' }
      : lost(shown, filter, 'other')
  }
  const inside =
    /^\{if\((.*)\)\{?print(?:\$0)?;?\}{1,2}$/.exec(code)?.[1] ?? /^(.*?)(?:\{print(?:\$0)?;?\})?$/.exec(code)?.[1] ?? ''
  return throughCondition(shown, inside, filter, rows)
}

/** The condition of an awk rule, blanks taken off: `$2>0`, `/LISTEN/`, `$1=="LISTEN"`, `NR>1`, several with `&&`. */
function throughCondition(shown: Shown, condition: string, filter: Invocation, rows: Rows): Shown {
  return condition.split('&&').reduce((before, part) => {
    if (part === '' || /^NR(?:>|>=|!=)[12]$/.test(part)) return before
    const compared = /^\$(\d+)(>=|>|!=|==)"?([\w-]+)"?$/.exec(part)
    if (compared)
      return throughComparison(before, Number(compared[1]), compared[2] ?? '', compared[3] ?? '', filter, rows)
    const words = wordsOf(/^(?:\$0~)?\/(.*)\/$/.exec(part)?.[1] ?? '(', true)
    if (words === null) return lost(before, filter)
    const grep: Grep = {
      words,
      inverted: false,
      ignoreCase: false,
      counts: false,
      onlyMatch: false,
      files: [],
      label: label(filter),
    }
    return throughGrep(before, grep, rows)
  }, shown)
}

function throughComparison(
  shown: Shown,
  column: number,
  operator: string,
  value: string,
  filter: Invocation,
  rows: Rows,
): Shown {
  const state = operator === '==' && column === rows.state ? stateNamed(value, false, rows.tool) : null
  if (state)
    return {
      ...shown,
      coverage: intersect(shown.coverage, [{ of: 'state', state }]),
      cuts: [...shown.cuts, label(filter)],
    }
  if (column !== rows.recvQueue || !/^\d{1,9}$/.test(value)) return lost(shown, filter)
  const above =
    operator === '>'
      ? Number(value)
      : operator === '>='
        ? Number(value) - 1
        : operator === '!=' && Number(value) === 0
          ? 0
          : null
  if (above === null) return lost(shown, filter)
  return {
    ...shown,
    coverage: intersect(shown.coverage, [{ of: 'recv-queue-above', value: above }]),
    cuts: [...shown.cuts, label(filter)],
  }
}
