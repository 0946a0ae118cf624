import type { Origin } from './part.ts'

/** One direction of a conntrack entry, as packets of that direction carry it. */
export interface Tuple {
  readonly source: string
  readonly destination: string
  /** null for protocols without ports. */
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** null without accounting (net.netfilter.nf_conntrack_acct = 0). */
  readonly packets: number | null
  readonly bytes: number | null
}

/**
 * A conntrack entry. It is not a connection: it outlives one, and one without any packet back is an entry too.
 * NAT shows in the reply: without it, `reply` is `original` turned round.
 */
export interface Flow {
  /** `tcp`, `udp`, `icmp` …; a number where no name was printed. */
  readonly protocol: string
  readonly family: 4 | 6 | null
  /** As the kernel spells it: ESTABLISHED, TIME_WAIT …; null for protocols without states. */
  readonly state: string | null
  /** Seconds until it expires; null for offloaded entries, which print none. */
  readonly timeoutSeconds: number | null
  readonly original: Tuple
  /** null where the row was cut. */
  readonly reply: Tuple | null
  readonly assured: boolean
  readonly unreplied: boolean
  readonly offload: 'software' | 'hardware' | null
  readonly mark: number | null
  readonly zone: number | null
  readonly line: number
}

/** `conntrack -S` and `/proc/net/stat/nf_conntrack`, all processors added up. By the kernel's names. */
export interface FlowStats {
  /** Entries in the table; null in forms that do not print it. */
  readonly entries: number | null
  readonly values: Readonly<Record<string, number>>
}

/** Entries as one output showed them. */
export interface FlowListing {
  readonly flows: readonly Flow[]
  /** Entries that stood there too and were not kept: a table may hold millions. */
  readonly more: number
  /** Where it begins; entries carry their own lines. */
  readonly origin: Origin
}

/** What was seen of one namespace's connection tracking. */
export interface Flows {
  readonly listings: readonly FlowListing[]
  /** Entries in the table, as `conntrack -C` prints it. */
  readonly count: { readonly value: number; readonly origin: Origin } | null
  /** Counters since boot. */
  readonly stats: { readonly value: FlowStats; readonly origin: Origin } | null
}
