import type { Coverage } from '../../model/part.ts'
import type { TcpState } from '../../model/socket.ts'
import { countersNamedBy } from '../netstat-s.ts'
import { spelledByTool, tcpState } from '../tcp-states.ts'
import type { Grep } from './grep-words.ts'
import { intersect, type Rows, type Shown } from './shown.ts'

/** What a grep leaves: the rows that hold its words, which then are all there. */
export function throughGrep(shown: Shown, grep: Grep, rows: Rows): Shown {
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

export function stateNamed(word: string, ignoreCase: boolean, tool: 'ss' | 'netstat'): TcpState | null {
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
