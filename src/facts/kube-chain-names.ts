import { sha256 } from './sha256.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const SERVICE_CHAIN = /^KUBE-(?:SVC|SVL|EXT|FW|XLB)-([A-Z2-7]{16})$/

/**
 * The 16 letters that kube-proxy's iptables chains carry for a Service port (`KUBE-SVC-…`, `-SVL-`, `-EXT-`, `-FW-`, `-XLB-`)
 * or, given one, for an endpoint (`KUBE-SEP-…`): base32 of SHA-256 over name, protocol and endpoint.
 * Source: kubernetes pkg/proxy/iptables/proxier.go, portProtoHash and servicePortEndpointChainName
 */
export function kubeChainHash(servicePort: string, protocol: string, endpoint = ''): string {
  const digest = sha256(new TextEncoder().encode(servicePort + protocol.toLowerCase() + endpoint))
  let out = ''
  for (let bit = 0; bit < 80; bit += 5) {
    const pair = ((digest[bit >> 3] ?? 0) << 8) | (digest[(bit >> 3) + 1] ?? 0)
    out += ALPHABET[(pair >> (11 - (bit & 7))) & 31]
  }
  return out
}

/** Spellings of a Service port that versions of kube-proxy have hashed: old ones kept the colon of a port without a name. */
export const spellingsOf = (servicePort: string): readonly string[] =>
  servicePort.includes(':') ? [servicePort] : [servicePort, `${servicePort}:`]

/** Whether a Service's chain is this Service port's; null for chains that carry no such hash. */
export function chainBelongsTo(chain: string, servicePort: string, protocol: string): boolean | null {
  const hash = SERVICE_CHAIN.exec(chain)?.[1]
  return hash === undefined ? null : spellingsOf(servicePort).some((name) => kubeChainHash(name, protocol) === hash)
}

/** Chain name → Service port, for finding out whose chains these are when the rules carry no comments. */
export function kubeChainNames(
  servicePorts: Iterable<{ readonly name: string; readonly protocol: string }>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { name, protocol } of servicePorts)
    for (const spelling of spellingsOf(name)) {
      const hash = kubeChainHash(spelling, protocol)
      for (const kind of ['SVC', 'SVL', 'EXT', 'FW', 'XLB']) names.set(`KUBE-${kind}-${hash}`, name)
    }
  return names
}
