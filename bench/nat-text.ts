import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'

/** As kube-proxy names its chains: base32 of a SHA-256, sixteen characters of it. */
function chainOf(kind: string, text: string): string {
  const bytes = createHash('sha256').update(text).digest()
  let name = ''
  for (let bit = 0; name.length < 16; bit += 5) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    name += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[(pair >> (11 - (bit & 7))) & 31]
  }
  return `KUBE-${kind}-${name}`
}

/**
 * Write the nat table of a node with so many Services as kube-proxy's iptables mode fills it, for iptables-restore: cluster IP,
 * every fourth a NodePort too, endpoints by chance.
 */
export function writeNat(path: string, services: number, endpoints: number): void {
  const file = openSync(path, 'w')
  const chains = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ']
  const rules = [
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE',
  ]
  for (let i = 0; i < services; i++) {
    const name = `team-${i % 40}/service-${i}:http`
    const ip = `10.96.${i >> 8}.${i & 255}`
    const service = chainOf('SVC', name)
    chains.push(service)
    rules.push(
      `-A KUBE-SERVICES -d ${ip}/32 -p tcp -m comment --comment "${name} cluster IP" -m tcp --dport 80 -j ${service}`,
      `-A ${service} ! -s 10.128.0.0/9 -d ${ip}/32 -p tcp -m comment --comment "${name} cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ`,
    )
    if (i % 4 === 0 && i < 8000)
      rules.push(
        `-A KUBE-NODEPORTS -p tcp -m comment --comment "${name}" -m tcp --dport ${30_000 + i / 4} -j ${service}`,
      )
    for (let e = 0; e < endpoints; e++) {
      const n = i * endpoints + e
      const pod = `10.${128 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
      const endpoint = chainOf('SEP', `${name} ${pod}`)
      const left = endpoints - e
      const chance = left === 1 ? '' : ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}`
      chains.push(endpoint)
      rules.push(
        `-A ${service} -m comment --comment "${name} -> ${pod}:8080"${chance} -j ${endpoint}`,
        `-A ${endpoint} -s ${pod}/32 -m comment --comment "${name}" -j KUBE-MARK-MASQ`,
        `-A ${endpoint} -p tcp -m comment --comment "${name}" -m tcp -j DNAT --to-destination ${pod}:8080`,
      )
    }
  }
  const heads = [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':INPUT ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
  ]
  writeSync(file, `${[...heads, ...chains.map((chain) => `:${chain} - [0:0]`), ...rules, 'COMMIT'].join('\n')}\n`)
  closeSync(file)
}
