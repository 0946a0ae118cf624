import type { ForwardingDiff } from '../../model/diff.ts'
import type { Nat } from '../../model/nat.ts'
import type { Part } from '../../model/part.ts'
import { coversAll } from '../coverage.ts'
import { nodeForwardings } from '../node-forwardings.ts'

/**
 * Service ports and their endpoints at two readings; null unless both show rules of their own. Rules that a reading took over
 * from another are the other's.
 */
export function diffForwarding(before: Part<Nat>, after: Part<Nat>): ForwardingDiff | null {
  if (!before.ok || !after.ok || before.via === 'carried' || after.via === 'carried') return null
  const [then, now] = [endpointsByService(before.data), endpointsByService(after.data)]
  const [wholeThen, wholeNow] = [isWhole(before), isWhole(after)]
  const both = [...now.keys()].filter((name) => then.has(name))
  return {
    gone: wholeNow ? [...then.keys()].filter((name) => !now.has(name)) : [],
    appeared: wholeThen ? [...now.keys()].filter((name) => !then.has(name)) : [],
    endpoints: both.flatMap((service) => {
      const [a, b] = [then.get(service), now.get(service)]
      const gone = wholeNow ? [...(a ?? [])].filter((one) => b?.has(one) === false) : []
      const appeared = wholeThen ? [...(b ?? [])].filter((one) => a?.has(one) === false) : []
      return gone.length + appeared.length === 0 ? [] : [{ service, gone, appeared }]
    }),
    partial: !wholeThen || !wholeNow,
  }
}

const isWhole = (part: Extract<Part<Nat>, { readonly ok: true }>): boolean =>
  part.cuts.length === 0 &&
  part.data.listings.every(({ elided }) => elided.length === 0) &&
  (coversAll(part.coverage) || part.coverage.length > 0)

/** By the Service's name; by protocol, address and port where rules name none. */
function endpointsByService(nat: Nat): ReadonlyMap<string, ReadonlySet<string>> {
  const byService = new Map<string, Set<string>>()
  for (const { service, protocol, nodePort, addresses, endpoints } of nodeForwardings(nat)) {
    const [first] = addresses
    const place = first ? `${first.address}:${first.port ?? ''}` : `:${nodePort ?? ''}`
    const name = service ?? `${protocol ?? 'any'} ${place}`
    const known = byService.get(name) ?? new Set()
    for (const { address, port } of endpoints) if (address !== null) known.add(`${address}:${port ?? ''}`)
    byService.set(name, known)
  }
  return byService
}
