import type { View } from './need.ts'

/** Addresses that this namespace has, as far as its interfaces and its own connections and listeners show them. */
export function ownAddresses({ netns }: View): ReadonlySet<string> {
  const addresses = new Set<string>()
  if (netns.network.ok) for (const one of netns.network.data.addresses ?? []) addresses.add(one.address)
  if (netns.connections.ok) for (const { local } of netns.connections.data) addresses.add(local.address)
  if (netns.listeners.ok) for (const { local } of netns.listeners.data) addresses.add(local.address)
  for (const any of ['*', '0.0.0.0', '::']) addresses.delete(any)
  return addresses
}

export const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.')
