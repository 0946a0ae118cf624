import type { Link, Neighbour, Network } from '../model/network.ts'
import type { Origin, Part } from '../model/part.ts'
import { routeTable } from './route-table.ts'

/** What stands in the way to an address, as routes and neighbours show it. */
export interface Obstacle {
  readonly kind: 'blackhole' | 'no route' | 'no neighbour'
  /** The route's destination, or the address that nobody answers for. */
  readonly what: string
  /** INCOMPLETE is of this moment, FAILED of some seconds; a route stays. */
  readonly lasting: boolean
  readonly origin: Origin
}

export interface Ways {
  /** Why packets to this address cannot leave; null: nothing that was seen stands in the way. */
  readonly obstacleTo: (address: string) => Obstacle | null
  /** There may be some at all: without, addresses need not be looked at one by one. */
  readonly mayBlock: boolean
}

const REFUSING = new Set(['blackhole', 'unreachable', 'prohibit'])
const SILENT = new Set(['FAILED', 'INCOMPLETE'])
/** What every namespace has: local, main, default. */
const PLAIN_RULES = 3

/**
 * The ways out of a namespace.
 * Gaps: routes of other tables and policy rules are not followed: where there are any, a missing route tells nothing
 */
export function waysOut(part: Part<Network>): Ways {
  if (!part.ok) return { obstacleTo: () => null, mayBlock: false }
  const { routes, rules, neighbours, links } = part.data
  const table = routeTable(routes ?? [])
  const silent = new Map(
    (neighbours ?? []).filter((one) => SILENT.has(one.state ?? '')).map((one) => [one.address, one]),
  )
  const down = new Map((links ?? []).filter((one) => one.state === 'DOWN').map((one) => [one.name, one]))
  const [first] = routes ?? []
  const isWhole = part.coverage.some((set) => set.of === 'keys' && set.keys.includes('routes'))
  const tellsAbsence = first !== undefined && isWhole && rules !== null && rules.length <= PLAIN_RULES
  const hasDefault = (routes ?? []).some((one) => one.to === 'default' && !REFUSING.has(one.type))
  return {
    mayBlock:
      silent.size > 0 ||
      down.size > 0 ||
      (routes ?? []).some((one) => REFUSING.has(one.type)) ||
      (tellsAbsence && !hasDefault),
    obstacleTo(address) {
      const route = table.lookup(address)
      if (route && REFUSING.has(route.type))
        return { kind: 'blackhole', what: `${route.type} ${route.to}`, lasting: true, origin: route.origin }
      if (!route && first && tellsAbsence)
        return { kind: 'no route', what: address, lasting: true, origin: first.origin }
      const unlinked = route?.link ? down.get(route.link) : undefined
      if (unlinked) return downOf(unlinked)
      const neighbour = silent.get(route?.via ?? address)
      return neighbour ? silenceOf(neighbour) : null
    },
  }
}

const downOf = ({ name, origin }: Link): Obstacle => ({ kind: 'no route', what: name, lasting: true, origin })

const silenceOf = ({ address, state, origin }: Neighbour): Obstacle => ({
  kind: 'no neighbour',
  what: address,
  lasting: state === 'FAILED',
  origin,
})
