import { attributesOf, type Message, textOf } from './netlink.ts'

/** A table of nf_tables, by the names that `nft` uses. */
export interface NftTable {
  readonly family: string
  readonly name: string
}

const SUBSYSTEM = 10 << 8
const NEW_TABLE = SUBSYSTEM | 0
const GET_TABLE = SUBSYSTEM | 1

/** struct nfgenmsg: tables of all families. */
export const TABLES_ASKED = { type: GET_TABLE, body: new Uint8Array(4) }

const FAMILIES: Readonly<Record<number, string>> = { 1: 'inet', 2: 'ip', 3: 'arp', 5: 'netdev', 7: 'bridge', 10: 'ip6' }

/** One NFT_MSG_NEWTABLE; null for anything else. Source: linux/netfilter/nf_tables.h */
export function parseNftTable({ type, view }: Message): NftTable | null {
  if (type !== NEW_TABLE || view.byteLength < 4) return null
  const family = FAMILIES[view.getUint8(0)]
  const name = textOf(attributesOf(view, 4).get(1))
  return family === undefined || name === null ? null : { family, name }
}

const OF_IPTABLES = new Set(['nat', 'filter', 'mangle', 'raw', 'security'])

/** A table that iptables-nft keeps, or that somebody made under the same name by nft. */
export const isIptablesTable = ({ family, name }: NftTable, of: 4 | 6): boolean =>
  family === (of === 4 ? 'ip' : 'ip6') && OF_IPTABLES.has(name)
