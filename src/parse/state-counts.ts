import type { TcpState } from '../model/socket.ts'
import { type Format, type FormatReader, originAt, type ReadContext, wholeNumber, withoutRemark } from './format.ts'
import { tcpState } from './tcp-states.ts'

/**
 * Read counts by state, as `awk '{++S[$2]} END {…}'` and `sort | uniq -c` print them, in either order.
 * Shape:  `CLOSE-WAIT 46`, `46 CLOSE_WAIT`, `LISTEN: 3`, a remark behind it → StateCensus
 * Gaps:   a state that does not stand there is absent, not 0
 * Errors: the same state twice begins another output
 */
export const stateCounts: Format = {
  name: 'state-counts',
  opens: (text) => readCount(text) !== null,
  read: startStateCounts,
}

/** What is counted of the headers of ss and netstat when nobody took them off. */
const HEADER_WORDS = new Set([
  'State',
  'established)',
  'servers)',
  'Foreign',
  'Recv-Q',
  'Address',
  'Local',
  'Address:Port',
  'Netid',
])

function startStateCounts(context: ReadContext): FormatReader {
  const counts: Partial<Record<TcpState, number>> = {}
  let first: number | null = null
  return {
    take(text, line) {
      const count = readCount(text)
      if (count === null) return (first !== null || context.command !== null) && isHeaderCount(text)
      if (count.state in counts) return false
      first ??= line
      counts[count.state] = count.value
      return true
    },
    finish: () => ({
      content: [{ question: 'census', census: { counts, origin: originAt(context, first ?? 0) } }],
      warnings: [],
      lost: 0,
    }),
  }
}

function readCount(text: string): { state: TcpState; value: number } | null {
  if (text.length > 400) return null
  return pairOf(text) ?? pairOf(withoutRemark(text) ?? '')
}

function pairOf(text: string): { state: TcpState; value: number } | null {
  const words = text.trim().split(/[\s:=]+/, 4)
  if (words.length !== 2) return null
  const [a = '', b = ''] = words
  const state = tcpState(a) ?? tcpState(b)
  const value = wholeNumber(tcpState(a) === null ? a : b)
  return state === null || value === null ? null : { state, value }
}

function isHeaderCount(text: string): boolean {
  const words = text.trim().split(/\s+/, 3)
  return words.length === 2 && words.some((word) => HEADER_WORDS.has(word)) && words.some((word) => /^\d+$/.test(word))
}
