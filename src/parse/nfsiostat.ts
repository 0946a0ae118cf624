import type { NfsOperation } from '../model/machine.ts'
import { decimal } from './columns.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'
import { nfsOperation } from './nfs-operation.ts'

/**
 * Read `nfsiostat`: per mount, reads and writes with their times.
 * Shape:  READ and WRITE of each mount and report; `all` carries the operations a second
 * Units:  milliseconds; executeMs = queueMs + rttMs and a little
 * Gaps:   the first report of a mount is the average since it was mounted, no sample
 * Errors: a row that does not fit its head is lost
 * Source: nfs-utils tools/nfs-iostat; `avg queue` and `errors` since 2.3.1
 */
export const nfsiostat: Format = {
  name: 'nfsiostat',
  opens: (text) => MOUNT.test(text),
  read: startNfsiostat,
}

const MOUNT = /^(\S{1,500}:\/\S{0,500}) mounted on (\/\S{0,1000}):$/

function startNfsiostat(context: ReadContext): FormatReader {
  const nfs: NfsOperation[] = []
  const trouble = startTrouble(context)
  const reports = new Map<string, number>()
  let at: { readonly server: string; readonly mount: string } | null = null
  let heads: { readonly operation: string; readonly names: readonly string[] } | null = null
  const put = (operation: Parameters<typeof nfsOperation>[0]) => {
    if (at && nfs.length < MAX_ENTRIES) nfs.push(nfsOperation({ ...at, ...operation }))
  }
  return {
    take(text, line) {
      if (text.length > 1000) return false
      const mounted = MOUNT.exec(text)
      if (mounted) {
        at = { server: mounted[1] ?? '', mount: mounted[2] ?? '' }
        reports.set(at.mount, (reports.get(at.mount) ?? 0) + 1)
        heads = null
        return true
      }
      if (at === null) return false
      const cells = text.trim().split(/\s{2,}|\t/)
      const named = /^(read|write):$/.exec(cells[0] ?? '')?.[1]
      if (named !== undefined && cells.length > 3) {
        heads = { operation: named.toUpperCase(), names: cells.slice(1) }
        return true
      }
      if (/^ops?\/s$/.test(cells[0] ?? '') && cells.length === 2) {
        heads = { operation: 'all', names: ['ops/s', 'rpc bklog'] }
        return true
      }
      if (heads === null || !/^\d/.test(cells[0] ?? '')) return false
      const { operation, names } = heads
      heads = null
      if (cells.length !== names.length) {
        trouble.lose(line, `${cells.length} values for ${names.length} names: ${text.slice(0, 80)}`)
        return true
      }
      const get = (...wanted: readonly string[]) => {
        const cell = cells[names.findIndex((name) => wanted.includes(name))]
        return decimal(cell?.split(' ')[0])
      }
      put({
        span: (reports.get(at.mount) ?? 0) > 1 ? 'interval' : 'since-boot',
        operation,
        perSecond: get('ops/s', 'op/s'),
        retransmissions: get('retrans'),
        errors: get('errors'),
        queueMs: get('avg queue (ms)'),
        rttMs: get('avg RTT (ms)'),
        executeMs: get('avg exe (ms)'),
        origin: originAt(context, line),
      })
      return true
    },
    finish: () => trouble.result(nfs.length > 0 ? [{ question: 'machine', machine: { nfs } }] : []),
  }
}
