import type { Origin } from './part.ts'
import type { ProcessRef } from './socket.ts'

/**
 * What else is known of one network namespace: its interfaces, addresses and routes, its sockets that are not TCP, and what
 * probes of it met. Each list is null where nobody captured it; the coverage of the part names the lists that are whole (`keys`).
 */
export interface Network {
  readonly links: readonly Link[] | null
  readonly addresses: readonly LinkAddress[] | null
  readonly routes: readonly Route[] | null
  readonly rules: readonly RoutingRule[] | null
  readonly neighbours: readonly Neighbour[] | null
  readonly qdiscs: readonly Qdisc[] | null
  readonly bridges: readonly Bridge[] | null
  readonly fdb: readonly FdbEntry[] | null
  readonly nics: readonly Nic[] | null
  readonly softnet: readonly SoftnetRow[] | null
  readonly udp: readonly UdpSocket[] | null
  readonly unix: readonly UnixSocket[] | null
  /** raw, packet, netlink, SCTP … */
  readonly otherSockets: readonly OtherSocket[] | null
  readonly summary: SocketSummary | null
  readonly probes: readonly Probe[] | null
}

/** Counters of one direction of an interface, since it was made; null where this tool does not print it. */
export interface LinkCounters {
  readonly packets: number | null
  readonly bytes: number | null
  readonly errors: number | null
  readonly dropped: number | null
  readonly overruns: number | null
  /** Of TX only. */
  readonly carrier: number | null
}

export interface Link {
  readonly name: string
  readonly index: number | null
  /** The other end of a veth, the parent of a VLAN: `eth0@if11` → `if11`. */
  readonly peer: string | null
  readonly mtu: number | null
  /** UP, DOWN, UNKNOWN, LOWERLAYERDOWN … as printed. */
  readonly state: string | null
  readonly flags: readonly string[] | null
  /** The bridge or bond it is enslaved to. */
  readonly master: string | null
  readonly mac: string | null
  readonly qlen: number | null
  readonly rx: LinkCounters | null
  readonly tx: LinkCounters | null
  readonly origin: Origin
}

export interface LinkAddress {
  readonly link: string
  readonly address: string
  /** null where no mask is printed. */
  readonly prefix: number | null
  readonly scope: string | null
  readonly origin: Origin
}

export interface Route {
  /** `default`, or address/prefix. */
  readonly to: string
  readonly via: string | null
  readonly link: string | null
  readonly source: string | null
  readonly metric: number | null
  readonly table: string | null
  /** unicast, or blackhole, unreachable, prohibit, local, broadcast … */
  readonly type: string
  readonly mtu: number | null
  readonly origin: Origin
}

export interface RoutingRule {
  readonly priority: number
  /** `from all`, `from all fwmark 0x1/0x1`, as printed. */
  readonly match: string
  /** `lookup main`, `unreachable` … */
  readonly action: string
  readonly origin: Origin
}

export interface Neighbour {
  readonly address: string
  readonly link: string | null
  readonly mac: string | null
  /** REACHABLE, STALE, FAILED, INCOMPLETE, PERMANENT …; null where the tool tells none. */
  readonly state: string | null
  readonly origin: Origin
}

/** A queueing discipline with its counters. */
export interface Qdisc {
  readonly kind: string
  readonly link: string
  readonly handle: string | null
  readonly sentPackets: number | null
  readonly drops: number | null
  readonly overlimits: number | null
  readonly requeues: number | null
  readonly backlogBytes: number | null
  readonly backlogPackets: number | null
  readonly origin: Origin
}

export interface Bridge {
  readonly name: string
  readonly stp: boolean | null
  readonly ports: readonly string[]
  readonly origin: Origin
}

/** Where a bridge or a VXLAN device sends frames for a hardware address. */
export interface FdbEntry {
  readonly mac: string
  readonly link: string
  /** The VTEP. */
  readonly destination: string | null
  readonly origin: Origin
}

/** What `ethtool` tells of a network card. */
export interface Nic {
  readonly name: string
  readonly driver: string | null
  /** Mb/s. */
  readonly speed: number | null
  readonly linkDetected: boolean | null
  /** `-S`: by the driver's own names. */
  readonly counters: Readonly<Record<string, number>>
  /** `-k`: on or off. */
  readonly features: Readonly<Record<string, boolean>>
  readonly origin: Origin
}

/** One CPU's row of /proc/net/softnet_stat, counted since boot. */
export interface SoftnetRow {
  readonly cpu: number
  readonly processed: number
  /** netdev_max_backlog was full. */
  readonly dropped: number
  /** net.core.netdev_budget was used up with work left. */
  readonly timeSqueezed: number
  readonly origin: Origin
}

export interface UdpSocket {
  readonly local: { readonly address: string; readonly port: number | null }
  readonly peer: { readonly address: string; readonly port: number | null } | null
  /** Bytes that nobody has received yet; they count with the kernel's own overhead. */
  readonly recvQueueBytes: number | null
  readonly sendQueueBytes: number | null
  /** Datagrams for which the receive buffer had no room. */
  readonly drops: number | null
  readonly inode: number | null
  readonly processes: readonly ProcessRef[] | null
  readonly origin: Origin
}

export interface UnixSocket {
  readonly type: 'stream' | 'dgram' | 'seqpacket'
  readonly state: 'listening' | 'connected' | 'other'
  /** `@` in front for an abstract one; null for one without a name. */
  readonly path: string | null
  /** Of a listening one, in *connections*; null where the way of reading does not carry it. */
  readonly acceptQueue: { readonly length: number | null; readonly max: number | null } | null
  /** Of the others, in bytes. */
  readonly recvQueueBytes: number | null
  readonly inode: number | null
  readonly processes: readonly ProcessRef[] | null
  readonly origin: Origin
}

export interface OtherSocket {
  /** `raw`, `netlink`, `packet`, `sctp`, `mptcp`, `vsock` … */
  readonly kind: string
  readonly state: string | null
  readonly local: string
  readonly recvQueue: number | null
  readonly sendQueue: number | null
  readonly drops: number | null
  readonly processes: readonly ProcessRef[] | null
  readonly origin: Origin
}

/** `ss -s`: counts without rows. */
export interface SocketSummary {
  readonly total: number | null
  /** With TIME_WAIT, the listeners and the unconnected. */
  readonly tcp: number | null
  readonly established: number | null
  readonly closed: number | null
  readonly orphaned: number | null
  readonly synRecv: number | null
  readonly timeWait: number | null
  readonly ports: number | null
  /** By kind (`RAW`, `UDP`, `TCP`, `INET`, `FRAG`), both families together. */
  readonly byKind: Readonly<Record<string, number>>
  readonly origin: Origin
}

/** What somebody met who tried to reach an address from here. */
export interface Probe {
  readonly tool: 'curl' | 'nc' | 'telnet' | 'ping' | 'ab' | 'wrk'
  readonly target: { readonly address: string; readonly port: number | null }
  /**
   * `connected`: TCP connection made · `answered`: an answer came too (HTTP, echo reply) · `no-answer`: connected, then nothing ·
   * `partial`: some got through · `unknown`: the output does not say
   */
  readonly outcome:
    | 'answered'
    | 'connected'
    | 'no-answer'
    | 'partial'
    | 'refused'
    | 'reset'
    | 'timed-out'
    | 'unreachable'
    | 'unresolved'
    | 'unknown'
  /** Of ping: each packet with its IP header. null: not told, or another tool. */
  readonly bytes: number | null
  /** The largest packet that fits, as this machine or a router said when one was too big; null: nobody did. */
  readonly mtu: number | null
  /** HTTP status. */
  readonly status: number | null
  /** How long it took or was waited for, in milliseconds. */
  readonly ms: number | null
  /** Of ping, ab and wrk. */
  readonly load: {
    readonly sent: number | null
    readonly ok: number | null
    readonly failed: number | null
    /** Errors by the tool's own names: `connect`, `read`, `timeout`, `Non-2xx`, `length` … */
    readonly errors: Readonly<Record<string, number>>
    readonly perSecond: number | null
    /** Milliseconds. */
    readonly latency: { readonly mean: number | null; readonly max: number | null }
  } | null
  /** The decisive line, as printed. */
  readonly said: string
  readonly origin: Origin
}
