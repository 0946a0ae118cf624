import { got, type Need, need, type View } from './need.ts'

const ANY = new Set(['*', '0.0.0.0', '::'])

const known: Need<ReadonlySet<string>> = need('own-addresses', ({ netns }) => {
  const addresses = new Set<string>()
  if (netns.network.ok) for (const one of netns.network.data.addresses ?? []) addresses.add(one.address)
  if (netns.connections.ok) for (const { local } of netns.connections.data) addresses.add(local.address)
  if (netns.listeners.ok) for (const { local } of netns.listeners.data) addresses.add(local.address)
  return got(new Set([...addresses].filter((one) => !ANY.has(one))))
})

/** Addresses that this namespace has, as far as its interfaces and its own connections and listeners show them. */
export function ownAddresses(view: View): ReadonlySet<string> {
  const addresses = known.get(view)
  return addresses.ok ? addresses.value : new Set()
}

export const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.')
