import { wordsOf } from './columns.ts'
import { type Format, type FormatReader, type ReadContext, startTrouble } from './format.ts'

/**
 * Read `lscpu`, also -e and -p.
 * Shape:  the number of CPUs that are online
 * Gaps:   where only the total stands, that
 * Source: util-linux sys-utils/lscpu.c
 */
export const lscpu: Format = {
  name: 'lscpu',
  opens: (text) => /^(?:Architecture|架构)[:：]\s+\S+$/.test(text) || isTableHead(text) || isListHead(text),
  read: startLscpu,
}

const isTableHead = (text: string) =>
  /^CPU(?: [A-Z][\w:]{1,30}){1,12}\s*$/.test(text.slice(0, 300).replace(/\s+/g, ' '))
const isListHead = (text: string) => /^# CPU,Core,/.test(text)

/** Its keys, where no command says that it is lscpu. */
const KEYS =
  /^(?:Architecture|CPU|Byte Order|Address sizes|On-line|Off-line|Thread|Core|Socket|Cluster|NUMA|Vendor|Model|Stepping|BogoMIPS|Hypervisor|Virtualization|L\d|Flags|Vulnerability|Frequency|BIOS|Caches|[^\x20-\x7e])/
/** `TcpExt: …` of /proc/net/netstat, which often follows. */
const PROTOCOL = /^(?:Tcp|Ip|Udp|Icmp|MPTcp)/

/** `0,2-5` → 5. */
function countOf(list: string): number | null {
  let count = 0
  for (const range of list.split(',').slice(0, 4096)) {
    const ends = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range)
    const first = Number(ends?.[1])
    const last = Number(ends?.[2] ?? ends?.[1])
    if (!ends || last < first) return null
    count += last - first + 1
  }
  return count
}

function startLscpu(context: ReadContext): FormatReader {
  const trouble = startTrouble(context)
  const known = new Set<string>()
  const listed = new Set<string>()
  const asked = /(?:^|[\s/;|])lscpu(?:\s|$)/.test(context.command ?? '')
  let total: number | null = null
  let online: number | null = null
  let table: 'list' | 'columns' | null = null
  return {
    take(text) {
      if (text.length > 8000) return false
      if (isListHead(text) || isTableHead(text)) {
        table = isListHead(text) ? 'list' : 'columns'
        return true
      }
      if (text.startsWith('# ')) return context.command !== null
      if (table !== null) {
        const cells = table === 'list' ? text.split(',') : wordsOf(text)
        if (!/^\d{1,5}$/.test(cells[0] ?? '') || cells.length < 2) return false
        if (!/\bno$/.test(text)) listed.add(cells[0] ?? '')
        return true
      }
      const pair = /^\s{0,4}([^\s:：][^:：]{0,60})[:：]\s{1,60}(\S.*)$/.exec(text)
      const [, name = '', value = ''] = pair ?? []
      // The same key again is another machine's.
      if (!pair || known.has(name) || !(asked ? !PROTOCOL.test(name) : KEYS.test(name))) return false
      known.add(name)
      if ((name === 'CPU(s)' || name === 'CPU') && /^\d{1,5}$/.test(value)) total = Number(value)
      if (name === 'On-line CPU(s) list' || name === '在线 CPU 列表') online = countOf(value)
      return true
    },
    finish: () => {
      const cores = listed.size > 0 ? listed.size : (online ?? total)
      return trouble.result(cores === null || cores === 0 ? [] : [{ question: 'node', facts: { cores } }])
    },
  }
}
