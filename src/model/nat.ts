import type { Origin } from './part.ts'

/** Who keeps the rules. `iptables` has two back ends of its own (legacy and nf_tables), which print alike. */
export type NatBackend = 'iptables' | 'nftables' | 'ipvs'

/** One forwarding rule, whichever tool printed it. nftables' verdict maps are unrolled: one rule per element. */
export interface NatRule {
  readonly backend: 'iptables' | 'nftables'
  /** null where neither the command nor an address told. */
  readonly family: 4 | 6 | null
  /** `nat`, `filter`, for nftables the table's name; null where `-t` was not seen. */
  readonly table: string | null
  /** The chain, or the nftables map, in which it stands; empty where a filter took its heading away. */
  readonly chain: string
  /** By name: `tcp`, `udp`; null: any. */
  readonly protocol: string | null
  /** Canonical address, `address/bits`, or either behind `!`; null: any. */
  readonly source: string | null
  readonly destination: string | null
  /** A single port; ranges and lists stand in `conditions`. */
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** Chance that it takes a packet which has come as far as this rule; null: it takes every one that matches. */
  readonly probability: number | null
  /** Whatever else must hold, as printed. Such a rule does not take every packet. */
  readonly conditions: readonly string[]
  /** What happens: a chain's name, or a target as spelled (`DNAT`, `MARK`, `REJECT`, `RETURN`); null: only counts. */
  readonly target: string | null
  /** Where DNAT sends it; null where it is no DNAT, or no single address. */
  readonly dnat: { readonly address: string; readonly port: number | null } | null
  readonly comment: string | null
  /** `namespace/name:port`, or `namespace/name` for a port without a name, out of the comment or the chain's name. */
  readonly service: string | null
  readonly packets: number | null
  readonly bytes: number | null
  readonly line: number
}

/** A chain or map that was declared, whether or not rules of it were seen. */
export interface NatChain {
  readonly backend: 'iptables' | 'nftables'
  readonly family: 4 | 6 | null
  readonly table: string | null
  readonly name: string
  /** `ACCEPT`, `DROP`; null for chains that are only jumped to. */
  readonly policy: string | null
  /** What the policy has taken: packets that no rule of the chain decided on. null: none to take, rounded, or not printed (nft never does). */
  readonly packets: number | null
  readonly bytes: number | null
  readonly line: number
}

/** Rules as far as a text showed them. */
export interface NatRules {
  readonly rules: readonly NatRule[]
  readonly chains: readonly NatChain[]
}

/** A virtual service of IPVS with its real servers. The kernel knows no Service names. */
export interface IpvsService {
  readonly protocol: string
  /** Canonical address; `fwmark 3` where a mark selects the packets. */
  readonly address: string
  readonly port: number | null
  /** `rr`, `wrr`, `lc` …; null in forms that do not print it. */
  readonly scheduler: string | null
  /** Seconds that a client stays with its server; null: not persistent, or not printed. */
  readonly persistentSeconds: number | null
  readonly servers: readonly IpvsServer[]
  readonly line: number
}

export interface IpvsServer {
  readonly address: string
  readonly port: number | null
  /** `Masq`, `Route`, `Tunnel`, `Local`. */
  readonly forward: string | null
  readonly weight: number | null
  readonly activeConnections: number | null
  readonly inactiveConnections: number | null
  readonly line: number
}

/** One row of `ipvsadm -lnc`: a connection that IPVS keeps in a table of its own. */
export interface IpvsConnection {
  readonly protocol: string
  readonly expiresSeconds: number | null
  readonly state: string
  readonly source: Place
  readonly virtual: Place
  readonly destination: Place
  readonly line: number
}

export interface Place {
  readonly address: string
  readonly port: number | null
}

/** One port of a Service as a node forwards it. */
export interface Forwarding {
  readonly backend: NatBackend
  readonly family: 4 | 6 | null
  /** `namespace/name:port`; null where neither a comment nor a chain's name told. */
  readonly service: string | null
  readonly protocol: string | null
  readonly nodePort: number | null
  /** Addresses that rules forward, with what they are; IPVS does not tell what they are. */
  readonly addresses: readonly (Place & { readonly kind: 'cluster' | 'external' | 'load balancer' | 'unknown' })[]
  /** The chain that spreads external traffic, else the cluster's own; `null` for IPVS and for what is refused. */
  readonly chain: string | null
  readonly endpoints: readonly ForwardingEndpoint[]
  /** How many endpoints there are: the probabilities tell it even where rules were elided; null: cannot be told. */
  readonly endpointCount: number | null
  /** Rules may have been left out in front of the first one seen: there are at least so many, and shares are at most so big. */
  readonly countIsAtLeast: boolean
  /** External traffic goes to this node's own endpoints only (externalTrafficPolicy: Local). */
  readonly localOnly: boolean
  /** Refused by rule, and why; null: it is forwarded, or nothing tells. */
  readonly refused: 'no endpoints' | 'no local endpoints' | null
  /** A rule for a NodePort or an address points to a chain of which no rule was seen. */
  readonly chainNotSeen: boolean
  readonly lines: readonly number[]
}

export interface ForwardingEndpoint {
  /** Chain that sends to it; null for IPVS. */
  readonly chain: string | null
  /** null: the chain's own rules were not seen. That is not "absent". */
  readonly address: string | null
  readonly port: number | null
  /** Share of new connections, 0 to 1; null where rules before it are missing. */
  readonly share: number | null
}

/** A set of addresses or ports that rules match with. */
export interface IpSet {
  readonly name: string
  /** `hash:ip,port`; null where the heading was cut. */
  readonly type: string | null
  readonly family: 4 | 6 | null
  readonly references: number | null
  /** Entries the kernel counts; old versions do not print it. */
  readonly count: number | null
  readonly members: readonly string[]
  readonly line: number
}

/** What one output showed of forwarding, or one reading of a live kernel. */
export interface NatListing extends NatRules {
  readonly ipvs: readonly IpvsService[]
  readonly ipvsConnections: readonly IpvsConnection[]
  readonly sets: readonly IpSet[]
  /** Where it begins; rows carry their own lines. */
  readonly origin: Origin
  /** Lines on which somebody left rules out. */
  readonly elided: readonly number[]
  /**
   * BPF programs forward Services here, wholly or in part: that kube-proxy's rules are missing is no fault then.
   * null: nothing shown here says so.
   */
  readonly replacedBy: 'cilium' | 'calico-ebpf' | null
}

/** Everything that was seen of one namespace's forwarding, output by output. */
export interface Nat {
  readonly listings: readonly NatListing[]
}
