import type { Flow, Tuple } from '../model/flow.ts'
import type { Line } from '../model/line.ts'
import { canonicalAddress } from './address.ts'
import { familyOf, portNumber, wholeNumber } from './nat-fields.ts'
import { Account, type Reading } from './reading.ts'

export interface ShownFlows {
  readonly flows: readonly Flow[]
  /** How many the tool says it has shown; null where it does not say. */
  readonly shown: number | null
}

/**
 * Parse `conntrack -L` (also `-o extended`, `-o id`), `/proc/net/nf_conntrack` and `/proc/net/ip_conntrack`.
 * Shape:  `[ipv4 2] tcp 6 [timeout] [STATE] src= dst= … src= dst= … [ASSURED] mark= use=` → Flow
 * Units:  timeout in seconds; packets and bytes only with accounting
 * Gaps:   offloaded entries carry no timeout; a row cut behind the first tuple has reply null
 * Errors: rows without a whole first tuple are counted; never throws
 * Source: kernel nf_conntrack_standalone.c ct_seq_show(); libnetfilter_conntrack snprintf
 */
export function parseConntrack(lines: readonly Line[]): Reading<ShownFlows> {
  const flows: Flow[] = []
  const account = new Account()
  let shown: number | null = null
  for (const line of lines) {
    const trailer = /^conntrack v[\d.]{1,12} \(conntrack-tools\): (\d{1,10}) flow entries have been shown/.exec(
      line.text,
    )
    if (trailer) {
      shown = (shown ?? 0) + Number(trailer[1])
      continue
    }
    const flow = parseFlow(line.text, line.number)
    if (flow) flows.push(flow)
    else account.strange(line)
  }
  return account.reading({ flows, shown })
}

/** One row; null for anything else. */
export function parseFlow(text: string, line: number): Flow | null {
  const words = text.split(/\s+/).filter((word) => word !== '')
  let at = 0
  const family = words[0] === 'ipv4' ? 4 : words[0] === 'ipv6' ? 6 : null
  if (family !== null) at = 2
  const protocol = words[at] ?? ''
  if (!/^[a-z][a-z0-9-]{1,15}$/i.test(protocol) || !/^\d{1,3}$/.test(words[at + 1] ?? '')) return null
  at += 2
  const timeout = wholeNumber(words[at])
  if (timeout !== null) at++
  const state = /^[A-Z][A-Z0-9_]{2,20}$/.test(words[at] ?? '') ? (words[at++] ?? null) : null
  const fields = readFields(words, at)
  const original = tupleOf(fields.tuples[0])
  if (!original) return null
  return {
    protocol: protocol === 'unknown' ? (words[family === null ? 1 : 3] ?? protocol) : protocol,
    family: family ?? familyOf(original.source),
    state,
    timeoutSeconds: timeout,
    original,
    reply: tupleOf(fields.tuples[1]),
    assured: fields.flags.has('[ASSURED]'),
    unreplied: fields.flags.has('[UNREPLIED]'),
    offload: fields.flags.has('[HW_OFFLOAD]') ? 'hardware' : fields.flags.has('[OFFLOAD]') ? 'software' : null,
    mark: wholeNumber(fields.others.get('mark')),
    zone: wholeNumber(fields.others.get('zone')),
    line,
  }
}

interface Fields {
  /** The two directions: each begins with a `src=`. */
  readonly tuples: readonly ReadonlyMap<string, string>[]
  readonly flags: ReadonlySet<string>
  readonly others: ReadonlyMap<string, string>
}

const OF_TUPLE = new Set(['src', 'dst', 'sport', 'dport', 'packets', 'bytes'])

function readFields(words: readonly string[], from: number): Fields {
  const tuples: Map<string, string>[] = []
  const flags = new Set<string>()
  const others = new Map<string, string>()
  for (let at = from; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word.startsWith('[')) flags.add(word)
    const equals = word.indexOf('=')
    if (equals < 1) continue
    const key = word.slice(0, equals)
    if (key === 'src') tuples.push(new Map())
    const place = OF_TUPLE.has(key) ? tuples.at(-1) : others
    place?.set(key, word.slice(equals + 1))
  }
  return { tuples, flags, others }
}

function tupleOf(fields: ReadonlyMap<string, string> | undefined): Tuple | null {
  const source = fields?.get('src')
  const destination = fields?.get('dst')
  if (!source || !destination) return null
  return {
    source: canonicalAddress(source),
    destination: canonicalAddress(destination),
    sourcePort: portNumber(fields?.get('sport') ?? ''),
    destinationPort: portNumber(fields?.get('dport') ?? ''),
    packets: wholeNumber(fields?.get('packets')),
    bytes: wholeNumber(fields?.get('bytes')),
  }
}
