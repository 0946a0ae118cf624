import type { Network, Route } from '../model/network.ts'
import type { Origin, Part } from '../model/part.ts'
import { matchLength } from './prefix.ts'

/** What stands in the way to an address, as routes and neighbours show it. */
export interface Obstacle {
  readonly kind: 'blackhole' | 'no route' | 'no neighbour'
  /** The route's destination, or the address that nobody answers for. */
  readonly what: string
  /** INCOMPLETE is of this moment, FAILED of some seconds; a route stays. */
  readonly lasting: boolean
  readonly origin: Origin
}

const REFUSING = new Set(['blackhole', 'unreachable', 'prohibit'])

/**
 * Why packets to this address cannot leave; null: nothing that was seen stands in the way.
 * Gaps: routes of other tables and policy rules are not followed: where there are any, a missing route tells nothing
 */
export function obstacleTo(address: string, part: Part<Network>): Obstacle | null {
  if (!part.ok) return null
  const { routes, rules, neighbours, links } = part.data
  const main = (routes ?? []).filter((one) => one.table === null || one.table === 'main' || one.table === '254')
  const [best] = main
    .map((route) => ({ route, length: matchLength(route.to, address) }))
    .filter((one) => one.length !== null && isOfFamily(one.route, address))
    .toSorted((a, b) => (b.length ?? 0) - (a.length ?? 0) || (a.route.metric ?? 0) - (b.route.metric ?? 0))
  const route = best?.route ?? null
  if (route && REFUSING.has(route.type))
    return { kind: 'blackhole', what: `${route.type} ${route.to}`, lasting: true, origin: route.origin }
  const isWhole = part.coverage.some((set) => set.of === 'keys' && set.keys.includes('routes'))
  const isPlain = rules !== null && rules.length <= 3
  const [first] = main
  if (route === null && first && isWhole && isPlain)
    return { kind: 'no route', what: address, lasting: true, origin: first.origin }
  const next = route?.via ?? address
  const silent = (neighbours ?? []).find(
    (one) => one.address === next && (one.state === 'FAILED' || one.state === 'INCOMPLETE'),
  )
  if (silent) return { kind: 'no neighbour', what: next, lasting: silent.state === 'FAILED', origin: silent.origin }
  const down = route && (links ?? []).find((one) => one.name === route.link && one.state === 'DOWN')
  return down ? { kind: 'no route', what: down.name, lasting: true, origin: down.origin } : null
}

/** `default` is written the same in both families: the next hop tells, else IPv4 is meant. */
const isOfFamily = ({ to, via }: Route, address: string): boolean =>
  to !== 'default' || (via ?? '0.0.0.0').includes(':') === address.includes(':')
