import type { Forwarding } from '../model/nat.ts'
import type { Probe } from '../model/network.ts'
import type { Origin } from '../model/part.ts'
import { connectionsIn } from './connections.ts'
import { got, missing, type Need, need } from './need.ts'
import { isLoopback, ownAddresses } from './own-addresses.ts'
import { serviceRules } from './service-rules.ts'

/** Somebody here tried to reach a port and did not. */
export interface FailedAttempt {
  readonly address: string
  readonly port: number
  /** Where NAT sends what is called there, as far as rules tell: filter rules see that. */
  readonly translated: readonly { readonly address: string; readonly port: number }[]
  /** `silent`: no answer. `refused`: a reset or "port unreachable". `unreachable`: another ICMP answer, or no way there. */
  readonly how: 'silent' | 'refused' | 'unreachable'
  /** The address is of this namespace itself. */
  readonly isOwn: boolean
  readonly said: string
  readonly origin: Origin
}

const HOW: Partial<Record<Probe['outcome'], FailedAttempt['how']>> = {
  'timed-out': 'silent',
  refused: 'refused',
  unreachable: 'unreachable',
}

/** Attempts from this namespace that failed: probes, and sockets in SYN_SENT. Gaps: missing where neither was captured */
export const failedAttempts: Need<readonly FailedAttempt[]> = need('failed-attempts', (view) => {
  const { network } = view.netns
  const probes = network.ok ? network.data.probes : null
  const waiting = connectionsIn('SYN_SENT').get(view)
  if (probes === null && !waiting.ok)
    return missing({
      en: 'no probe and no connection in SYN_SENT was captured',
      zh: '没有采集到任何探测，也没有 SYN_SENT 状态的连接',
    })
  const own = ownAddresses(view)
  const rules = serviceRules.get(view)
  const byPlace = endpointsByPlace(rules.ok ? rules.value.forwardings : [])
  const translate = (address: string, port: number): FailedAttempt['translated'] => [
    ...(byPlace.get(`${port}`) ?? []),
    ...(byPlace.get(`${address} ${port}`) ?? []),
  ]
  const attempt = (address: string, port: number, how: FailedAttempt['how'], said: string, origin: Origin) => ({
    address,
    port,
    how,
    said,
    origin,
    translated: translate(address, port),
    isOwn: own.has(address) || isLoopback(address) || address === 'localhost',
  })
  const probed = (probes ?? []).flatMap(({ target, outcome, said, origin }): FailedAttempt[] => {
    const how = HOW[outcome]
    return how && target.port !== null ? [attempt(target.address, target.port, how, said, origin)] : []
  })
  const dialled = (waiting.ok ? waiting.value.groups : []).flatMap(({ role, peer, origin }): FailedAttempt[] =>
    role === 'client' && peer.port !== null && peer.address !== '*'
      ? [attempt(peer.address, peer.port, 'silent', `SYN_SENT ${peer.address}:${peer.port}`, origin)]
      : [],
  )
  return got([...probed, ...dialled])
})

/** Where each NodePort, and each address with its port, is sent. */
function endpointsByPlace(forwardings: readonly Forwarding[]): ReadonlyMap<string, FailedAttempt['translated']> {
  const places = new Map<string, { readonly address: string; readonly port: number }[]>()
  for (const { nodePort, addresses, endpoints } of forwardings) {
    const ends = endpoints.flatMap(({ address, port }) =>
      address !== null && port !== null ? [{ address, port }] : [],
    )
    const keys = [
      ...(nodePort === null ? [] : [`${nodePort}`]),
      ...addresses.map((one) => `${one.address} ${one.port}`),
    ]
    for (const key of keys) places.set(key, [...(places.get(key) ?? []), ...ends])
  }
  return places
}
