import { createHash } from 'node:crypto'
import { call } from './command.ts'
import type { LabNetns } from './namespace.ts'

/** A Service as kube-proxy 1.20 writes it into iptables. */
export interface LabService {
  /** `shop/web:http`. */
  readonly name: string
  readonly nodePort: number
  /** Empty: refused. */
  readonly endpoints: readonly string[]
}

const HEAD = `*filter
:KUBE-EXTERNAL-SERVICES - [0:0]
-A INPUT -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
COMMIT
*nat
:KUBE-SERVICES - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
-A KUBE-POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE
-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
COMMIT
`

/** What kube-proxy writes before it knows of any Service. From then on the kernel tracks every connection. */
export const writeChains = (netns: LabNetns, family: 4 | 6 = 4): Promise<void> => restore(netns, family, HEAD)

/** The rules of a Service's NodePort, IPv4. */
export const writeService = (netns: LabNetns, service: LabService): Promise<void> =>
  restore(netns, 4, service.endpoints.length === 0 ? refusal(service) : translation(service))

function refusal({ name, nodePort }: LabService): string {
  const match = `-p tcp -m comment --comment "${name} has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport ${nodePort}`
  return `*filter\n-A KUBE-EXTERNAL-SERVICES ${match} -j REJECT\nCOMMIT\n`
}

function translation({ name, nodePort, endpoints }: LabService): string {
  const service = `KUBE-SVC-${hashOf(`${name}tcp`)}`
  const comment = `-m comment --comment "${name}"`
  const chains = endpoints.map((endpoint) => `KUBE-SEP-${hashOf(`${name}tcp${endpoint}`)}`)
  const branches = endpoints.flatMap((endpoint, i) => {
    const left = endpoints.length - i
    const chance = left === 1 ? '' : ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}`
    return [
      `-A ${service} ${comment}${chance} -j ${chains[i]}`,
      `-A ${chains[i]} -p tcp ${comment} -m tcp -j DNAT --to-destination ${endpoint}`,
    ]
  })
  const lines = [
    '*nat',
    ...[service, ...chains].map((chain) => `:${chain} - [0:0]`),
    `-A KUBE-NODEPORTS -p tcp ${comment} -m tcp --dport ${nodePort} -j KUBE-MARK-MASQ`,
    `-A KUBE-NODEPORTS -p tcp ${comment} -m tcp --dport ${nodePort} -j ${service}`,
    ...branches,
    'COMMIT',
  ]
  return `${lines.join('\n')}\n`
}

/** The 16 letters of kube-proxy's chain names: base32 of SHA-256. */
function hashOf(text: string): string {
  const bits = [...createHash('sha256').update(text).digest().subarray(0, 10)].map((byte) =>
    byte.toString(2).padStart(8, '0'),
  )
  const fives = bits.join('').match(/.{5}/g) ?? []
  return fives.map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)]).join('')
}

async function restore(netns: LabNetns, family: 4 | 6, rules: string): Promise<void> {
  const program = family === 4 ? 'iptables-restore' : 'ip6tables-restore'
  // execFile gives no standard input: a shell passes its argument on
  await call(netns.inside(['sh', '-c', `printf %s "$1" | ${program} --noflush`, 'sh', rules]))
}
