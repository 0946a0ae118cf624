import type { Flow } from '../model/flow.ts'
import type { Probe } from '../model/network.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { coversAll, coversState, cutsOf } from './coverage.ts'
import { dnatTarget } from './flow-nat.ts'
import type { NamedForwarding } from './forwarding-names.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { serviceRules } from './service-rules.ts'
import { type Obstacle, type Ways, waysOut } from './way-to.ts'

/** An endpoint that NAT sends connections to and that does not answer. */
export interface SilentEndpoint {
  readonly address: string
  readonly port: number | null
  /** Attempts that wait for an answer, by conntrack. */
  readonly waiting: number
  readonly sources: number
  /** Of these, how many already waited at the reading before; null: no such reading. */
  readonly persisting: number | null
  /** Probes of the endpoint itself that timed out or found it unreachable. */
  readonly probes: readonly Probe[]
  readonly obstacle: Obstacle | null
  readonly origin: Origin
}

/** A Service port, or an address that NAT translates, with its endpoints that are silent. */
export interface SilentService {
  /** `namespace/name:port`; null: no rule names it. */
  readonly service: string | null
  /** The port that clients call. */
  readonly port: number | null
  readonly place: string
  readonly endpoints: readonly SilentEndpoint[]
  /** How many endpoints the rules have; null: not seen. */
  readonly all: number | null
}

/**
 * Endpoints behind NAT that nobody answers from, by Service: no entry of conntrack shows an answer of theirs, and some wait;
 * or the rules name them and no packet can leave towards them.
 * Gaps: missing where neither entries nor rules with routes were seen; incomplete unless all entries were
 */
export const silentEndpoints: Need<readonly SilentService[]> = need('silent-endpoints', (view) => {
  const { flows, network } = view.netns
  const rules = serviceRules.get(view)
  if (!flows.ok && !(rules.ok && network.ok)) return missing(NOTHING)
  const forwardings = rules.ok ? rules.value.forwardings : []
  const places = new Map<string, Gathered>()
  const at = (address: string, port: number | null, origin: Origin): Gathered => {
    const key = `${address} ${port}`
    const known = places.get(key) ?? { address, port, waiting: [], answered: 0, origin }
    places.set(key, known)
    return known
  }
  for (const listing of flows.ok ? flows.data.listings : [])
    for (const flow of listing.flows) {
      const target = flow.protocol === 'tcp' ? dnatTarget(flow) : null
      if (!target) continue
      const origin = 'file' in listing.origin ? { ...listing.origin, line: flow.line } : listing.origin
      const place = at(target.address, target.port, origin)
      if (flow.state === 'SYN_SENT' && flow.unreplied) place.waiting.push(flow)
      else if (!flow.unreplied) place.answered++
    }
  const ways = waysOut(network)
  const probed = new Set(network.ok ? (network.data.probes ?? []).map((one) => one.target.address) : [])
  // A node may have 80 000 endpoints: they are looked at one by one only where something may stand in their way.
  if (rules.ok && (ways.mayBlock || probed.size > 0))
    for (const one of forwardings)
      for (const { address, port } of one.endpoints)
        if (address !== null && one.protocol !== 'udp' && (ways.mayBlock || probed.has(address)))
          at(address, port, rules.value.originOf(one))
  const earlier = earlierAttempts(view)
  const silent = [...places.values()].flatMap((place) => {
    const found = place.answered === 0 ? endpointOf(place, earlier, ways, view) : null
    return found ? [{ place, found }] : []
  })
  const whole = flows.ok && (coversAll(flows.coverage) || coversState(flows.coverage, 'SYN_SENT'))
  return got(byService(silent, forwardings), whole ? null : notAll(flows.ok ? cutsOf(flows) : null))
})

interface Gathered {
  readonly address: string
  readonly port: number | null
  readonly waiting: Flow[]
  answered: number
  readonly origin: Origin
}

function endpointOf(
  place: Gathered,
  earlier: ReadonlySet<string> | null,
  ways: Ways,
  view: View,
): SilentEndpoint | null {
  const { address, port, waiting, origin } = place
  const { network } = view.netns
  const probes = (network.ok ? (network.data.probes ?? []) : []).filter(
    ({ target, outcome }) =>
      target.address === address &&
      (target.port === port || target.port === null) &&
      (outcome === 'timed-out' || outcome === 'unreachable'),
  )
  const obstacle = ways.obstacleTo(address)
  if (waiting.length === 0 && probes.length === 0 && !obstacle?.lasting) return null
  return {
    address,
    port,
    waiting: waiting.length,
    sources: new Set(waiting.map((one) => one.original.source)).size,
    persisting: earlier && waiting.filter((one) => earlier.has(attemptOf(one))).length,
    probes,
    obstacle,
    origin: waiting.length > 0 ? origin : (probes[0]?.origin ?? origin),
  }
}

const attemptOf = ({ original, reply }: Flow): string =>
  `${original.source} ${original.sourcePort} ${original.destination} ${original.destinationPort} ${reply?.source}`

/** Attempts that stood at the reading before; null: there is none. */
function earlierAttempts({ before }: View): ReadonlySet<string> | null {
  const flows = before?.netns.flows
  if (!flows?.ok) return null
  const all = flows.data.listings.flatMap((one) => one.flows)
  return new Set(all.filter((one) => one.state === 'SYN_SENT' && one.unreplied).map(attemptOf))
}

function byService(
  silent: readonly { readonly place: Gathered; readonly found: SilentEndpoint }[],
  forwardings: readonly NamedForwarding[],
): readonly SilentService[] {
  const groups = new Map<string, SilentService & { readonly endpoints: SilentEndpoint[] }>()
  for (const { place, found } of silent) {
    const [flow] = place.waiting
    const rule = forwardingTo(place, flow ?? null, forwardings)
    const called = flow?.original ?? null
    const port = called?.destinationPort ?? rule?.nodePort ?? rule?.addresses[0]?.port ?? null
    const name = rule?.service ?? (called ? `${called.destination}:${called.destinationPort}` : `${found.address}`)
    const known = groups.get(name)
    if (known) known.endpoints.push(found)
    else
      groups.set(name, {
        service: rule?.service ?? null,
        port,
        place: name,
        endpoints: [found],
        all: rule?.endpointCount ?? null,
      })
  }
  return [...groups.values()]
}

/** The forwarding that leads there: the one that was called, where an entry tells it. */
function forwardingTo(
  { address, port }: Gathered,
  flow: Flow | null,
  forwardings: readonly NamedForwarding[],
): NamedForwarding | null {
  const leading = forwardings.filter((one) => one.endpoints.some((end) => end.address === address && end.port === port))
  const called = leading.find(
    (one) =>
      flow !== null &&
      (one.nodePort === flow.original.destinationPort ||
        one.addresses.some(
          (to) => to.address === flow.original.destination && to.port === flow.original.destinationPort,
        )),
  )
  return called ?? leading[0] ?? null
}

const NOTHING: Text = {
  en: 'entries of connection tracking were not captured (conntrack -L), nor rules and routes together',
  zh: '没有采集到连接跟踪条目（conntrack -L），也没有同时采集到规则和路由',
}
const notAll = (cuts: string | null): Text => ({
  en: `not all entries of connection tracking were seen${cuts === null ? '' : ` (${cuts})`}`,
  zh: `没有看到全部连接跟踪条目${cuts === null ? '' : `（${cuts}）`}`,
})
