import type { Mount, NfsOperation } from '../model/machine.ts'
import { wordsOf } from './columns.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'
import { nfsOperation } from './nfs-operation.ts'

/**
 * Read `/proc/self/mountstats`: every mount, and of NFS mounts each operation with its times.
 * Shape:  Mounts; an NfsOperation for each operation that was called
 * Units:  the kernel's sums in ms, divided by the operations
 * Gaps:   options only of NFS mounts; errors null before kernel 5.3
 * Errors: a row that is cut is lost
 * Source: net/sunrpc/stats.c rpc_clnt_show_stats(): ops, transmissions, major timeouts, bytes out, bytes in, queue, rtt, execute, errors
 */
export const mountstats: Format = {
  name: 'mountstats',
  opens: (text) => DEVICE.test(text),
  read: startMountstats,
}

const DEVICE =
  /^(?:device (\S{1,1000})|no device) mounted on (\/\S{0,1000}) with fstype (\S{1,40})(?: statvers=[\d.]+)?$/

function startMountstats(context: ReadContext): FormatReader {
  const mounts: Mount[] = []
  const nfs: NfsOperation[] = []
  const trouble = startTrouble(context)
  let at: Mount | null = null
  let operations = false
  const takeOperation = (mount: Mount, text: string, line: number): boolean => {
    const row = /^\s+([A-Z][A-Z\d_]{1,30}): ([\d ]{1,300})$/.exec(text)
    if (!row) return false
    const numbers = wordsOf(row[2] ?? '').map(Number)
    const [count = 0, sent = 0, timeouts = 0, , , queue = 0, rtt = 0, execute = 0] = numbers
    const errors = numbers[8]
    if (numbers.length < 8 || !numbers.every((one) => Number.isSafeInteger(one)) || sent < count)
      trouble.lose(line, `not a whole row of mountstats: ${text.slice(0, 80)}`)
    else if (count > 0 && nfs.length < MAX_ENTRIES) {
      const average = (sum: number) => Math.round((sum / count) * 1000) / 1000
      nfs.push(
        nfsOperation({
          span: 'since-boot',
          mount: mount.path,
          server: mount.device,
          operation: row[1] ?? '',
          count,
          retransmissions: sent - count,
          timeouts,
          errors: errors ?? null,
          queueMs: average(queue),
          rttMs: average(rtt),
          executeMs: average(execute),
          origin: originAt(context, line),
        }),
      )
    }
    return true
  }
  return {
    take(text, line) {
      if (text.length > 4000) return false
      const device = DEVICE.exec(text)
      if (device) {
        operations = false
        at = {
          device: device[1] ?? 'none',
          path: device[2] ?? '',
          type: device[3] ?? '',
          options: [],
          origin: originAt(context, line),
        }
        if (mounts.length < MAX_ENTRIES) mounts.push(at)
        return true
      }
      if (at === null) return false
      const options = /^\s+opts:\s+(\S{1,2000})$/.exec(text)?.[1]
      if (options !== undefined && mounts.at(-1) === at) {
        at = { ...at, options: options.split(',') }
        mounts[mounts.length - 1] = at
        return true
      }
      if (/^\s+per-op statistics$/.test(text)) {
        operations = true
        return true
      }
      if (operations && takeOperation(at, text, line)) return true
      return /^\s+(?:age|impl_id|caps|nfsv4|sec|events|bytes|RPC iostats version|xprt|fsc)(?::|\s)/.test(text)
    },
    finish: () => {
      const machine = { ...(mounts.length > 0 ? { mounts } : {}), ...(nfs.length > 0 ? { nfs } : {}) }
      return trouble.result(mounts.length > 0 ? [{ question: 'machine', machine }] : [])
    },
  }
}
