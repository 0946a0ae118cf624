import type { NeighbourTable } from '../model/machine.ts'
import { wordsOf } from './columns.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read `/proc/net/stat/arp_cache` and `ndisc_cache`.
 * Shape:  one NeighbourTable: `entries` is the same in every row, the counters of the CPUs' rows are added up
 * Units:  hexadecimal, 32 bits: a counter may have begun anew
 * Gaps:   null for columns that the kernel does not have: unresolved_discards came with 3.13, table_fulls with 4.9
 * Errors: which of the two tables it is stands in the path alone; without it, the IPv4 one is assumed
 * Source: net/core/neighbour.c neigh_stat_seq_show()
 */
export const neighbourStat: Format = {
  name: 'neighbour-stat',
  opens: (text) => HEAD.test(text.slice(0, 400)),
  read: startNeighbourStat,
}

const HEAD = /^entries\s{1,8}allocs\s{1,8}destroys\s{1,8}hash_grows\s{1,8}lookups\s/

function startNeighbourStat(context: ReadContext): FormatReader {
  const trouble = startTrouble(context)
  const tables = context.args.flatMap((arg) => /(?:^|\/)(arp_cache|ndisc_cache)$/.exec(arg)?.[1] ?? [])
  const found: NeighbourTable[] = []
  let heads: readonly string[] | null = null
  return {
    take(text, line) {
      if (text.length > 600) return false
      if (HEAD.test(text)) {
        heads = wordsOf(text)
        const table = tables[found.length] === 'ndisc_cache' ? 'ndisc_cache' : 'arp_cache'
        found.push({
          table,
          entries: 0,
          forcedCollections: null,
          overflows: null,
          discards: null,
          origin: originAt(context, line),
        })
        return true
      }
      const words = wordsOf(text)
      const last = found.at(-1)
      if (heads === null || !last || !words.every((word) => /^[\da-f]{8,16}$/.test(word))) return false
      if (words.length !== heads.length) {
        trouble.lose(line, `not a whole row: ${text.slice(0, 80)}`)
        return true
      }
      const names = heads
      const cell = (name: string): number | null => {
        const at = names.indexOf(name)
        return at < 0 ? null : Number.parseInt(words[at] ?? '', 16)
      }
      const added = (sum: number | null, name: string): number | null => {
        const more = cell(name)
        return more === null ? sum : (sum ?? 0) + more
      }
      found[found.length - 1] = {
        ...last,
        entries: cell('entries') ?? 0,
        forcedCollections: added(last.forcedCollections, 'forced_gc_runs'),
        overflows: added(last.overflows, 'table_fulls'),
        discards: added(last.discards, 'unresolved_discards'),
      }
      return true
    },
    finish: () =>
      trouble.result(found.length > 0 ? [{ question: 'machine', machine: { neighbourTables: found } }] : []),
  }
}
