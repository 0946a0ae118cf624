import type { Forwarding, ForwardingEndpoint, IpvsService } from '../model/nat.ts'

/** IPVS's virtual services in the same form. What an address is, and whose Service it is, the kernel does not know. */
export function ipvsForwardings(services: readonly IpvsService[]): readonly Forwarding[] {
  return services.map((service) => {
    const weights = service.servers.reduce((sum, server) => sum + (server.weight ?? 0), 0)
    const known = service.servers.every((server) => server.weight !== null) && weights > 0
    const endpoints: ForwardingEndpoint[] = service.servers.map((server) => ({
      chain: null,
      address: server.address,
      port: server.port,
      share: known ? (server.weight ?? 0) / weights : null,
    }))
    return {
      backend: 'ipvs',
      family: service.address.includes(':') ? 6 : service.address.includes('.') ? 4 : null,
      service: null,
      protocol: service.protocol,
      nodePort: null,
      addresses: [{ address: service.address, port: service.port, kind: 'unknown' }],
      chain: null,
      endpoints,
      endpointCount: endpoints.length,
      countIsAtLeast: false,
      localOnly: false,
      refused: null,
      chainNotSeen: false,
      lines: [service.line],
    }
  })
}
