import type { NfsOperation } from '../model/machine.ts'
import { decimal, wordsOf } from './columns.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'
import { nfsOperation } from './nfs-operation.ts'

/**
 * Read `nfsstat` and `nfsstat -c`: what this machine asked of NFS servers.
 * Shape:  every RPC call as operation `all`, then each operation that was called
 * Units:  counts since boot
 * Gaps:   what it served itself (the `Server` sections) is read and not kept; no times, no mounts
 * Errors: a row of values that does not fit its names is lost
 * Source: nfs-utils utils/nfsstat/nfsstat.c
 */
export const nfsstat: Format = {
  name: 'nfsstat',
  opens: (text) => text.length < 400 && (SECTION.test(text) || NO_CLIENT.test(text)),
  read: startNfsstat,
}

const SECTION =
  /^(Client|Server) (rpc stats|packet stats|nfs v[2-4](?:\.\d)?|nfs v4 operations|reply cache|io stats|.{1,30}):\s*$/

const NO_CLIENT = /^Error: No (?:Client|Server) Stats/

function startNfsstat(context: ReadContext): FormatReader {
  const nfs: NfsOperation[] = []
  const trouble = startTrouble(context)
  let section: 'rpc' | 'operations' | 'foreign' | null = null
  let names: readonly string[] | null = null
  const put = (operation: NfsOperation) => {
    if (nfs.length < MAX_ENTRIES) nfs.push(operation)
  }
  const takeValues = (heads: readonly string[], values: readonly number[], line: number) => {
    const origin = originAt(context, line)
    if (section === 'rpc')
      put(
        nfsOperation({
          span: 'since-boot',
          operation: 'all',
          count: values[heads.indexOf('calls')] ?? null,
          retransmissions: values[heads.indexOf('retrans')] ?? null,
          origin,
        }),
      )
    if (section !== 'operations') return
    for (const [index, name] of heads.entries()) {
      const count = values[index] ?? 0
      if (count > 0) put(nfsOperation({ span: 'since-boot', operation: name.toUpperCase(), count, origin }))
    }
  }
  return {
    take(text, line) {
      if (text.length > 1000) return false
      const head = SECTION.exec(text)
      if (head) {
        const what = head[2] ?? ''
        section =
          head[1] === 'Server'
            ? 'foreign'
            : what === 'rpc stats'
              ? 'rpc'
              : what.startsWith('nfs v')
                ? 'operations'
                : 'foreign'
        names = null
        return true
      }
      if (section === null) return NO_CLIENT.test(text)
      const words = wordsOf(text)
      if (words.every((word) => /^[a-z][a-z_\d-]{1,24}$/.test(word)) && words.length <= 8) {
        names = words
        return true
      }
      if (names === null || !words.every((word) => /^\d+%?$/.test(word))) return false
      const values = words.filter((word) => !word.endsWith('%')).map((word) => decimal(word) ?? 0)
      if (values.length === names.length) takeValues(names, values, line)
      else trouble.lose(line, `${values.length} values for ${names.length} names: ${text.slice(0, 80)}`)
      names = null
      return true
    },
    finish: () => trouble.result(nfs.length > 0 ? [{ question: 'machine', machine: { nfs } }] : []),
  }
}
