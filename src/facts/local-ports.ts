import type { Probe } from '../model/network.ts'
import type { Origin } from '../model/part.ts'
import type { ConnectionGroup, TcpState } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { byName, countOf } from './connections.ts'
import { coversAll, cutsOf } from './coverage.ts'
import { got, missing, type Need, need } from './need.ts'
import { localPortRange, overlap, reservedPorts } from './port-ranges.ts'
import { type Sysctl, sysctl } from './sysctls.ts'

/** Connections from one local address to one destination: the local port alone tells them apart. */
export interface PortUse {
  readonly source: string
  readonly destination: string
  readonly port: number
  readonly groups: readonly ConnectionGroup[]
  readonly count: number
  /** Of these in TIME_WAIT: nobody uses them any more, and a new connection may take them over where tcp_tw_reuse lets it. */
  readonly timeWait: number
}

export interface LocalPorts {
  readonly range: Sysctl | null
  /** How many ports the range has, those of ip_local_reserved_ports left out; null: the range is not known. */
  readonly usable: number | null
  readonly reserved: string
  readonly reuse: Sysctl | null
  /** The fullest first. */
  readonly uses: readonly PortUse[]
  /** Attempts that the kernel refused with EADDRNOTAVAIL. */
  readonly refused: readonly Probe[]
}

/** States in which a connection that this side opened keeps its local port. */
const KEEPS_PORT: readonly TcpState[] = [
  'ESTABLISHED',
  'SYN_SENT',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'CLOSING',
]

/**
 * Local ports in use, by source address, destination and its port.
 * Gaps: incomplete unless every connection was seen and the range is known; peers that were united are left out
 */
export const localPorts: Need<LocalPorts> = need('local-ports', (view) => {
  const { connections, network } = view.netns
  const range = sysctl('net.ipv4.ip_local_port_range').get(view)
  const kept = sysctl('net.ipv4.ip_local_reserved_ports').get(view)
  const reserved = kept.ok ? kept.value.value : ''
  const reuse = sysctl('net.ipv4.tcp_tw_reuse').get(view)
  const probes = network.ok ? (network.data.probes ?? []) : []
  const refused = probes.filter((one) => /cannot assign requested address|EADDRNOTAVAIL/i.test(one.said))
  const base = {
    range: range.ok ? range.value : null,
    usable: range.ok ? usableOf(range.value.value, reserved) : null,
    reserved,
    reuse: reuse.ok ? reuse.value : null,
    refused,
  }
  if (!connections.ok) return refused.length > 0 ? got({ ...base, uses: [] }, NOT_LISTED) : missing(NOT_LISTED)
  const uses = usesOf(connections.data)
  if (uses.length > 0 && base.usable === null && refused.length === 0)
    return range.ok ? missing(NO_RANGE) : got({ ...base, uses }, range.why)
  return got({ ...base, uses }, coversAll(connections.coverage) ? null : cutShort(cutsOf(connections)))
})

function usableOf(range: string, reserved: string): number | null {
  const ports = localPortRange(range)
  return ports && overlap(ports, ports, reservedPorts(reserved))
}

function usesOf(groups: readonly ConnectionGroup[]): readonly PortUse[] {
  const opened = groups.filter(
    ({ role, state, peer }) =>
      role === 'client' && peer.port !== null && peer.address !== '*' && KEEPS_PORT.includes(state),
  )
  return [...byName(opened, ({ local, peer }) => `${local.address} ${peer.address} ${peer.port}`).values()]
    .flatMap((held): readonly PortUse[] => {
      const [first] = held
      if (!first || first.peer.port === null) return []
      return [
        {
          source: first.local.address,
          destination: first.peer.address,
          port: first.peer.port,
          groups: held,
          count: countOf(held),
          timeWait: countOf(held.filter((one) => one.state === 'TIME_WAIT')),
        },
      ]
    })
    .toSorted((a, b) => b.count - a.count)
}

/** Where the first of them stands. */
export const originOf = ({ groups }: PortUse): Origin => groups[0]?.origin ?? { via: 'connections' }

const NOT_LISTED: Text = {
  en: 'connections with their peers were not listed (ss -tan)',
  zh: '没有列出连接及其对端（ss -tan）',
}
const NO_RANGE: Text = {
  en: 'net.ipv4.ip_local_port_range was printed in a way that tells no range',
  zh: 'net.ipv4.ip_local_port_range 的输出无法读出端口范围',
}
const cutShort = (cuts: string | null): Text => ({
  en: `not every connection was seen${cuts === null ? '' : ` (${cuts})`}`,
  zh: `没有看到全部连接${cuts === null ? '' : `（${cuts}）`}`,
})
