import type { SocketSummary } from '../../model/network.ts'
import { type Format, type FormatReader, originAt, type ReadContext, wholeNumber } from '../format.ts'
import { type Draft, networkOf } from './network-of.ts'

/**
 * Read `ss -s`: counts without rows.
 * Shape:  `Total: 21`, `TCP: 12 (estab 3, closed 2, orphaned 0, synrecv 0, timewait 2/0), ports 0`, a table by transport
 * Gaps:   `synrecv` and `ports` until 4.x only; `(kernel 0)` is no count of anything any more. Not by state: CLOSE_WAIT is not told
 * Source: iproute2 misc/ss.c print_summary()
 */
export const ssSummary: Format = {
  name: 'ss-summary',
  opens: (text) => /^Total:\s+\d{1,10}(?:\s+\(kernel \d{1,10}\))?\s*$/.test(text),
  read: startSummary,
}

const FIELDS: Readonly<Record<string, 'established' | 'closed' | 'orphaned' | 'synRecv' | 'timeWait'>> = {
  estab: 'established',
  closed: 'closed',
  orphaned: 'orphaned',
  synrecv: 'synRecv',
  timewait: 'timeWait',
}

function startSummary(context: ReadContext): FormatReader {
  let summary: Draft<SocketSummary> | null = null
  const byKind: Record<string, number> = {}
  return {
    take(text, line) {
      const total = /^Total:\s+(\d{1,10})(?:\s|$)/.exec(text)
      if (total) {
        if (summary) return false
        summary = empty(Number(total[1]), originAt(context, line))
        return true
      }
      if (!summary) return false
      const tcp = /^TCP:\s+(\d{1,10})\s+\(([^)]{1,200})\)(?:,\s+ports\s+(\d{1,10}))?/.exec(text)
      if (tcp) {
        summary.tcp = Number(tcp[1])
        summary.ports = tcp[3] === undefined ? null : Number(tcp[3])
        for (const pair of (tcp[2] ?? '').split(',')) {
          const [name = '', value = ''] = pair.trim().split(/\s+/)
          // `timewait 2/0`: the second number is of another kind of record.
          if (Object.hasOwn(FIELDS, name)) summary[FIELDS[name] ?? 'closed'] = wholeNumber(value.split('/', 1)[0] ?? '')
        }
        return true
      }
      if (/^Transport\s+Total\s+IP\s+IPv6/.test(text)) return true
      const row = /^([A-Z*][A-Z]{0,9})\s+(\d{1,10}|-)\s+(?:\d{1,10}|-)\s+(?:\d{1,10}|-)\s*$/.exec(text)
      if (!row) return false
      if (row[1] !== '*' && row[2] !== '-') byKind[row[1] ?? ''] = Number(row[2])
      return true
    },
    finish: () => ({
      content: summary ? [networkOf({ summary: { ...summary, byKind } })] : [],
      warnings: [],
      lost: 0,
    }),
  }
}

const empty = (total: number, origin: SocketSummary['origin']): Draft<SocketSummary> => ({
  total,
  tcp: null,
  established: null,
  closed: null,
  orphaned: null,
  synRecv: null,
  timeWait: null,
  ports: null,
  byKind: {},
  origin,
})
