import { kubeChainHash, spellingsOf } from '../facts/kube-chain-names.ts'
import { serviceOfComment } from '../parse/service-name.ts'
import type { Tokens } from './token.ts'

/** kube-proxy's chains carry hashes of names: who knows the names can look them up. They become the hashes of the tokens. */
export interface Chains {
  learn(line: string): void
  /** Everything was looked at; `rename` gives a service port or an endpoint as it will stand in the output. */
  seal(rename: (name: string) => string): void
  redact(line: string, rename: (name: string) => string): string
}

const CHAIN = /(?<![\w-])KUBE-(SVC|SVL|EXT|FW|XLB|SEP)-([A-Z2-7]{16})(?![\w-])/g
/** Chains of which no name is known begin so afterwards; hashes hardly ever do. */
const UNKNOWN = 'XXXX'
const NFT =
  /(?<![\w-])(service|external|local|firewall|endpoint|affinity)-([A-Z2-7]{8})-([\w.-]+\/[\w.-]+\/\w+(?:\/[\w.-]*)?(?:__[\d.a-fA-F:]+\/\d+)?)/g
const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const
const MAX = 200_000

/** A chain of kube-proxy's, by its form: it is renamed here, never as a name of somebody's. */
export const isChainName = (name: string): boolean =>
  /^KUBE-(?:SVC|SVL|EXT|FW|XLB|SEP)-[A-Z2-7]{16}$/i.test(name) ||
  /^(?:service|external|local|firewall|endpoint|affinity)-[A-Z2-7]{8}-/.test(name)

interface Endpoint {
  service: string | null
  address: string | null
  /** The chains that jump to it. */
  readonly from: Set<string>
}

export function createChains(tokens: Tokens, count: (kind: 'chain', original: string) => void): Chains {
  const seen = new Set<string>()
  const services = new Set<string>()
  const endpoints = new Map<string, Endpoint>()
  const renamed = new Map<string, string>()
  let current: string | null = null

  const endpointOf = (hash: string): Endpoint => {
    const known = endpoints.get(hash)
    if (known) return known
    const endpoint: Endpoint = { service: null, address: null, from: new Set() }
    endpoints.set(hash, endpoint)
    return endpoint
  }
  const unknown = (hash: string) =>
    hash.startsWith(UNKNOWN) ? hash : `${UNKNOWN}${tokens.letters(`chain ${hash}`, 16 - UNKNOWN.length)}`

  return {
    learn(line) {
      if (!line.includes('KUBE-')) {
        if (line.trim() === '') current = null
        if (current === null || !line.includes('to:')) return
      }
      const chains = [...line.matchAll(CHAIN)].map(([, kind = '', hash = '']) => ({ kind, hash }))
      if (seen.size < MAX) for (const { hash } of chains) seen.add(hash)
      const comment = /--comment (?:"([^"]{1,300})"|(\S{1,300}))|\/\* ([^*]{1,300}) \*\//.exec(line)
      const service = comment ? serviceOfComment(comment[1] ?? comment[2] ?? comment[3] ?? '') : null
      if (service !== null && services.size < MAX) services.add(service)
      if (/^Chain /.test(line)) current = chains[0]?.kind === 'SEP' ? chains[0].hash : null
      const own = /-A KUBE-SEP-([A-Z2-7]{16})/.exec(line)?.[1] ?? (/^-A /.test(line) ? null : current)
      const address = /(?:--to-destination |to:)(\[?[\da-fA-F.:]+\]?:\d{1,5})/.exec(line)?.[1]
      if (own && (address !== undefined || service !== null)) {
        const endpoint = endpointOf(own)
        endpoint.address ??= address ?? null
        endpoint.service ??= service
      }
      const target = /-j KUBE-SEP-([A-Z2-7]{16})/.exec(line)?.[1]
      const from = /-A KUBE-(?:SVC|SVL|XLB)-([A-Z2-7]{16})/.exec(line)?.[1]
      if (target && from) endpointOf(target).from.add(from)
    },
    seal(rename) {
      const nameOf = new Map<string, string>()
      for (const service of services)
        for (const spelling of spellingsOf(service))
          for (const protocol of PROTOCOLS) {
            const hash = kubeChainHash(spelling, protocol)
            if (!seen.has(hash)) continue
            nameOf.set(hash, service)
            renamed.set(hash, kubeChainHash(rename(spelling), protocol))
          }
      for (const [hash, { service, address, from }] of endpoints) {
        if (address === null) continue
        const names = new Set([service, ...[...from].map((chain) => nameOf.get(chain) ?? null)])
        for (const name of names)
          for (const spelling of name === null ? [] : spellingsOf(name))
            for (const protocol of PROTOCOLS)
              if (kubeChainHash(spelling, protocol, address) === hash)
                renamed.set(hash, kubeChainHash(rename(spelling), protocol, rename(address)))
      }
    },
    redact(line, rename) {
      if (line.includes('KUBE-'))
        return line.replace(CHAIN, (_, kind: string, hash: string) => {
          const now = renamed.get(hash) ?? unknown(hash)
          if (now !== hash) count('chain', hash)
          return `KUBE-${kind}-${now}`
        })
      return line.includes('/')
        ? line.replace(NFT, (_, kind: string, hash: string, name: string) => {
            const now = rename(name)
            const proven = kubeChainHash(name, '').startsWith(hash)
            if (now !== name) count('chain', hash)
            return `${kind}-${proven ? kubeChainHash(now, '').slice(0, 8) : unknown(hash).slice(0, 8)}-${now}`
          })
        : line
    },
  }
}
