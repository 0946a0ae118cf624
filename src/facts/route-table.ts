import type { Route } from '../model/network.ts'
import { addressNumber, firstBits, prefixOf } from './prefix.ts'

/** Longest match over many routes, for many addresses. */
export interface RouteTable {
  /** The route that a packet to this address takes; null: none. */
  readonly lookup: (address: string) => Route | null
}

/** Routes of one length, by the network's bits. */
type Level = Map<number | bigint, Route>

/** The main table of a namespace. Routes of one destination: the one of the smallest metric counts. */
export function routeTable(routes: readonly Route[]): RouteTable {
  const levels = { 32: new Map<number, Level>(), 128: new Map<number, Level>() }
  for (const route of routes) {
    if (route.table !== null && route.table !== 'main' && route.table !== '254') continue
    // `default` is written the same in both families: the next hop tells, else IPv4 is meant.
    const prefix = prefixOf(route.to === 'default' && route.via?.includes(':') ? '::/0' : route.to)
    if (!prefix) continue
    const level = levels[prefix.bits].get(prefix.length) ?? new Map<number | bigint, Route>()
    const known = level.get(prefix.value)
    if (!known || (route.metric ?? 0) < (known.metric ?? 0)) level.set(prefix.value, route)
    levels[prefix.bits].set(prefix.length, level)
  }
  const longestFirst = {
    32: [...levels[32]].toSorted((a, b) => b[0] - a[0]),
    128: [...levels[128]].toSorted((a, b) => b[0] - a[0]),
  }
  return {
    lookup(address) {
      const wanted = addressNumber(address)
      if (!wanted) return null
      for (const [length, level] of longestFirst[wanted.bits]) {
        const found = level.get(firstBits(wanted, length))
        if (found) return found
      }
      return null
    },
  }
}
