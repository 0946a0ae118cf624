import type { Netns } from '../model/snapshot.ts'
import type { Listener } from '../model/socket.ts'

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
      .filter((one) => (one.acceptQueue.length ?? 0) > 0 && heldByKubeProxy(one) && !isLoopback(one.local.address))
      .map((one) => one.local.port)
      .filter((port) => !served.has(port)),
  )
}

const heldByKubeProxy = (listener: Listener): boolean =>
  (listener.owners ?? []).some((owner) => owner.comm === 'kube-proxy')

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.')
