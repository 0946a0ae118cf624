import type { Service, ServicePort } from '../model/cluster.ts'
import type { Forwarding } from '../model/nat.ts'

import { kubeChainHash, spellingsOf } from './kube-chain-names.ts'

/** How a forwarding came to its Service's name. */
export type NamedBy = 'rule' | 'chain' | 'address' | 'node port'

export interface NamedForwarding extends Forwarding {
  /** null where it has no name. */
  readonly namedBy: NamedBy | null
}

/**
 * Forwardings with the names of their Services where the rules carry none (nft's view of iptables, IPVS, rules without comments):
 * by the hash in the chain's name, by an address with its port, by the NodePort.
 */
export function nameForwardings(
  forwardings: readonly Forwarding[],
  services: readonly Service[],
): readonly NamedForwarding[] {
  const [hashes, places, nodePorts] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>()]
  for (const service of services)
    for (const port of service.ports) {
      const name = servicePortName(service, port)
      if (name === null) continue
      for (const spelling of spellingsOf(name)) hashes.set(kubeChainHash(spelling, port.protocol), name)
      for (const ip of service.clusterIps ?? []) places.set(`${port.protocol} ${ip} ${port.port}`, name)
      if (port.nodePort !== null) nodePorts.set(`${port.protocol} ${port.nodePort}`, name)
    }
  return forwardings.map((one) => {
    if (one.service !== null) return { ...one, namedBy: 'rule' }
    const byChain = hashes.get(one.chain?.slice(-16) ?? '')
    if (byChain !== undefined) return { ...one, service: byChain, namedBy: 'chain' }
    for (const place of one.addresses) {
      const byAddress = places.get(`${one.protocol} ${place.address} ${place.port}`)
      if (byAddress !== undefined) return { ...one, service: byAddress, namedBy: 'address' }
    }
    const port = one.nodePort ?? (one.backend === 'ipvs' ? (one.addresses[0]?.port ?? null) : null)
    const byPort = port === null ? undefined : nodePorts.get(`${one.protocol} ${port}`)
    if (byPort === undefined) return { ...one, namedBy: null }
    return { ...one, service: byPort, nodePort: port, namedBy: 'node port' }
  })
}

/** `namespace/name:port`, or `namespace/name` for a port without a name; null where no namespace was told. */
export function servicePortName(service: Service, port: ServicePort): string | null {
  if (service.namespace === null) return null
  return `${service.namespace}/${service.name}${port.name === null ? '' : `:${port.name}`}`
}
