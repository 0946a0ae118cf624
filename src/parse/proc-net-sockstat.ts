import type { Sockstat } from '../model/snapshot.ts'

/**
 * Parse `/proc/net/sockstat`, with `/proc/net/sockstat6` behind it or not.
 * Shape: `TCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1`, `TCP6: inuse 3`. inuse of both families is added, listeners among them
 * Units: sockets; mem in pages
 * Gaps:  orphans, alloc and mem are of the whole machine; what does not stand there is null
 */
export function parseSockstat(text: string): Sockstat {
  const tcp = fieldsOf(text, 'TCP')
  const tcp6 = fieldsOf(text, 'TCP6')
  const [four, six] = [tcp.get('inuse') ?? null, tcp6.get('inuse') ?? null]
  return {
    tcpInUse: four === null && six === null ? null : (four ?? 0) + (six ?? 0),
    orphans: tcp.get('orphan') ?? null,
    timeWait: tcp.get('tw') ?? null,
    allocated: tcp.get('alloc') ?? null,
    memPages: tcp.get('mem') ?? null,
  }
}

function fieldsOf(text: string, name: string): ReadonlyMap<string, number> {
  const line = text.split(/\r?\n/).find((one) => one.startsWith(`${name}:`))
  const words = (line ?? '')
    .slice(name.length + 1)
    .trim()
    .split(/\s+/)
  const fields = new Map<string, number>()
  for (let i = 0; i + 1 < words.length; i += 2)
    if (/^\d+$/.test(words[i + 1] ?? '')) fields.set(words[i] ?? '', Number(words[i + 1]))
  return fields
}
