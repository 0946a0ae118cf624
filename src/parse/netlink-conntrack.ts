import type { Flow, FlowStats, Tuple } from '../model/flow.ts'
import { attributesOf, be16, be32, type Message, u8, u64 } from './netlink.ts'
import { addressIn } from './netlink-address.ts'

/** Connection tracking as ctnetlink tells it. Numbers stand in network order. Source: linux/netfilter/nfnetlink_conntrack.h */

const SUBSYSTEM = 1 << 8
export const CT_GET = SUBSYSTEM | 1
export const CT_GET_STATS_CPU = SUBSYSTEM | 4
const CT_NEW = SUBSYSTEM | 0
/** struct nfgenmsg: of all families. */
export const FLOWS_ASKED = new Uint8Array(4)

const CTA = {
  ORIGINAL: 1,
  REPLY: 2,
  STATUS: 3,
  PROTOINFO: 4,
  TIMEOUT: 7,
  MARK: 8,
  COUNTS: 9,
  REPLY_COUNTS: 10,
  ZONE: 18,
}
const SEEN_REPLY = 1 << 1
const ASSURED = 1 << 2
const OFFLOAD = 1 << 14
const HW_OFFLOAD = 1 << 15

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  47: 'gre',
  58: 'icmpv6',
  132: 'sctp',
  136: 'udplite',
}
const WITH_PORTS = new Set([6, 17, 33, 132, 136])
const TCP_STATES = 'NONE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE SYN_SENT2'.split(
  ' ',
)
const SCTP_STATES =
  'NONE CLOSED COOKIE_WAIT COOKIE_ECHOED ESTABLISHED SHUTDOWN_SENT SHUTDOWN_RECD SHUTDOWN_ACK_SENT HEARTBEAT_SENT HEARTBEAT_ACKED'.split(
    ' ',
  )

/**
 * One entry.
 * Gaps: mark null where it is 0 (the kernel does not send it since 6.2), zone null for the default one; packets and bytes only
 *       with net.netfilter.nf_conntrack_acct = 1
 */
export function parseFlowMessage({ type, view }: Message): Flow | null {
  if (type !== CT_NEW || view.byteLength < 4) return null
  const attributes = attributesOf(view, 4)
  const original = tupleOf(attributes.get(CTA.ORIGINAL), attributes.get(CTA.COUNTS))
  if (!original) return null
  const status = be32(attributes.get(CTA.STATUS)) ?? 0
  const { protocol } = original
  return {
    protocol: PROTOCOLS[protocol] ?? String(protocol),
    family: view.getUint8(0) === 10 ? 6 : 4,
    state: stateIn(attributes.get(CTA.PROTOINFO)),
    timeoutSeconds: status & (OFFLOAD | HW_OFFLOAD) ? null : be32(attributes.get(CTA.TIMEOUT)),
    original: original.tuple,
    reply: tupleOf(attributes.get(CTA.REPLY), attributes.get(CTA.REPLY_COUNTS))?.tuple ?? null,
    assured: (status & ASSURED) !== 0,
    unreplied: (status & SEEN_REPLY) === 0,
    offload: status & HW_OFFLOAD ? 'hardware' : status & OFFLOAD ? 'software' : null,
    mark: be32(attributes.get(CTA.MARK)),
    zone: be16(attributes.get(CTA.ZONE)),
    line: 0,
  }
}

function tupleOf(view: DataView | undefined, counts: DataView | undefined): { tuple: Tuple; protocol: number } | null {
  if (!view) return null
  const parts = attributesOf(view)
  const [ip, proto] = [parts.get(1), parts.get(2)]
  if (!ip || !proto) return null
  const addresses = attributesOf(ip)
  const source = addressIn(addresses.get(1) ?? addresses.get(3))
  const destination = addressIn(addresses.get(2) ?? addresses.get(4))
  if (source === null || destination === null) return null
  const fields = attributesOf(proto)
  const protocol = u8(fields.get(1)) ?? 0
  const port = (type: number) => (WITH_PORTS.has(protocol) ? be16(fields.get(type)) : null)
  const counted = counts ? attributesOf(counts) : null
  const tuple: Tuple = {
    source,
    destination,
    sourcePort: port(2),
    destinationPort: port(3),
    packets: u64(counted?.get(1), 0, false),
    bytes: u64(counted?.get(2), 0, false),
  }
  return { tuple, protocol }
}

function stateIn(view: DataView | undefined): string | null {
  if (!view) return null
  const kinds = attributesOf(view)
  const [tcp, sctp] = [kinds.get(1), kinds.get(3)]
  const number = (one: DataView | undefined) => (one ? u8(attributesOf(one).get(1)) : null)
  return TCP_STATES[number(tcp) ?? -1] ?? SCTP_STATES[number(sctp) ?? -1] ?? null
}

const STATS: Readonly<Record<number, string>> = {
  2: 'found',
  4: 'invalid',
  5: 'ignore',
  8: 'insert',
  9: 'insert_failed',
  10: 'drop',
  11: 'early_drop',
  12: 'error',
  13: 'search_restart',
  14: 'clash_resolve',
  15: 'chain_toolong',
}

/** Counters of all processors added up, by the names that `conntrack -S` prints. */
export function addStatsMessage({ view }: Message, values: Record<string, number>): void {
  if (view.byteLength < 4) return
  for (const [type, value] of attributesOf(view, 4)) {
    const name = STATS[type]
    const number = be32(value)
    if (name !== undefined && number !== null) values[name] = (values[name] ?? 0) + number
  }
}

export const statsOf = (values: Readonly<Record<string, number>>): FlowStats => ({ entries: null, values })
