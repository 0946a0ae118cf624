import type { Netns } from '../model/snapshot.ts'
import type { End, Listener } from '../model/socket.ts'

/**
 * Ports in one namespace whose queue can only grow, judged from this reading alone: kube-proxy holds them open, something
 * waits in them, and no accepted connection of theirs is to be seen.
 *
 * kube-proxy up to 1.23 listened on every NodePort only to hold the number, and never called accept(). The loopback
 * listeners of newer ones (nftables mode) and its metrics do accept: they are left out.
 */
export function neverAcceptedPorts(netns: Netns): ReadonlySet<number> {
  if (!netns.listeners.ok) return new Set()
  const served = new Set(
    (netns.connections.ok ? netns.connections.data : [])
      .filter((group) => group.holding === 'process' && group.role === 'server')
      .map((group) => group.local.port),
  )
  return new Set(
    netns.listeners.data
      .filter((one) => (one.acceptQueue.length ?? 0) > 0 && isHeldOpen(one))
      .map((one) => one.local.port)
      .filter((port) => !served.has(port)),
  )
}

/** The listeners by which kube-proxy up to 1.23 only holds numbers, empty or not. Newer ones have none of them. */
export function heldOpen({ listeners }: Netns): readonly Listener[] {
  return listeners.ok ? listeners.data.filter(isHeldOpen) : []
}

const isHeldOpen = ({ owners, local }: Listener): boolean =>
  (owners ?? []).some((owner) => owner.comm === 'kube-proxy') && !isServedByKubeProxy(local)

/** kube-proxy's own metrics and health ports, and whatever it serves on loopback, do accept. */
export const isServedByKubeProxy = ({ address, port }: End): boolean =>
  address === '::1' || address.startsWith('127.') || port === 10249 || port === 10256
