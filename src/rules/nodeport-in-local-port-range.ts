import { maybe, type View } from '../facts/need.ts'
import { type KnownNodePort, nodePorts } from '../facts/node-ports.ts'
import { ownAddresses } from '../facts/own-addresses.ts'
import { holds, localPortRange, overlap, type PortRange, reservedPorts } from '../facts/port-ranges.ts'
import { type Sysctl, sysctl } from '../facts/sysctls.ts'
import type { Draft, Evidence } from '../model/finding.ts'
import type { Flow } from '../model/flow.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const RANGE = 'net.ipv4.ip_local_port_range'
const RESERVED = 'net.ipv4.ip_local_reserved_ports'
/** What kube-apiserver hands out unless --service-node-port-range says otherwise. */
const NODE_PORTS: PortRange = { from: 30000, to: 32767 }

const words = {
  overlaps: {
    en: 'Programs of this node may get a NodePort as the port of an outgoing connection: {common} ports of {range} are in ip_local_port_range and not reserved{exposed}',
    zh: '本节点的程序发起连接时可能分到 NodePort 的端口号：{range} 中有 {common} 个端口落在 ip_local_port_range 内且未保留{exposed}',
  },
  taken: {
    en: 'A program of this node uses {ports} as the port of an outgoing connection, and {it} a NodePort: the two get into each other’s way',
    zh: '本节点的程序正把 {ports} 用作外发连接的端口，而{it} NodePort：两者会互相妨碍',
  },
  itIs: { en: 'it is', zh: '它是' },
  theyAre: { en: 'each of them is', zh: '它们都是' },
  exposed: { en: ', {n} of them in use as NodePorts ({list})', zh: '，其中 {n} 个正用作 NodePort（{list}）' },
  nothing: { en: '', zh: '' },
  range: { en: 'net.ipv4.ip_local_port_range', zh: 'net.ipv4.ip_local_port_range' },
  reserved: { en: 'net.ipv4.ip_local_reserved_ports', zh: 'net.ipv4.ip_local_reserved_ports' },
  common: { en: 'Ports that are in both ranges', zh: '同时落在两个范围内的端口数' },
  flow: {
    en: 'Outgoing connection from {source} to {destination}, by conntrack',
    zh: '从 {source} 到 {destination} 的外发连接（来自 conntrack）',
  },
  reserveTitle: {
    en: 'Reserve the NodePorts: no outgoing connection gets them any more',
    zh: '保留 NodePort：外发连接不会再分到它们',
  },
  reserveRisk: {
    en: 'Takes effect at once, for new connections; programs that ask for such a port by number still get it. Fewer ports remain for outgoing connections.',
    zh: '立即对新连接生效；明确指定端口号的程序仍能使用。可用于外发连接的端口会变少。',
  },
  rangeTitle: {
    en: 'Or begin the range of outgoing connections behind the NodePorts, as the kernel does by itself',
    zh: '或者让外发连接的端口范围从 NodePort 之后开始，这也是内核的默认值',
  },
  rangeRisk: {
    en: 'Whoever widened the range wanted more ports: see first how many outgoing connections there are to one destination.',
    zh: '当初扩大范围的人是为了更多端口：先看看到同一目标有多少外发连接。',
  },
  notShift: {
    en: 'Another --service-node-port-range: it applies to Services made from then on; those that exist keep their ports.',
    zh: '修改 --service-node-port-range：只对之后创建的 Service 生效，已有的保留原端口。',
  },
  unread: {
    en: 'ip_local_reserved_ports was not captured: if the NodePorts are reserved there, all is well. sysctl net.ipv4.ip_local_reserved_ports',
    zh: '没有采集到 ip_local_reserved_ports：如果 NodePort 已在其中保留，就没有问题。sysctl net.ipv4.ip_local_reserved_ports',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'nodeport-in-local-port-range',
  title: { en: 'Outgoing connections may take NodePorts', zh: '外发连接可能占用 NodePort' },
  severity: 'warning',
  scope: 'netns',
  needs: { range: sysctl(RANGE), reserved: maybe(sysctl(RESERVED)), ports: nodePorts },
  words,
  page: {
    what: {
      en: 'The kernel gives an outgoing connection a port out of ip_local_port_range. That range begins at 32768 by itself, right behind the NodePorts (30000 to 32767). Here it was widened over them, and they are not named in ip_local_reserved_ports.',
      zh: '内核从 ip_local_port_range 中为外发连接分配端口。这个范围默认从 32768 开始，正好在 NodePort（30000 到 32767）之后。这里它被扩大到覆盖了 NodePort，而 ip_local_reserved_ports 又没有保留它们。',
    },
    why: {
      en: 'Tuning recipes set “1024 65535” for proxies and load tests. Since kube-proxy no longer holds the NodePorts open (1.24), nothing keeps the kernel from giving them away. Where kube-proxy still opens them, it fails with “address already in use” while such a connection lives, and leaves the rules of that NodePort out.',
      zh: '调优文档常为代理或压测设置“1024 65535”。自从 kube-proxy 不再占住 NodePort（1.24），就没有什么能阻止内核把它们分配出去。而仍会打开端口的 kube-proxy，在这样的连接存活期间会报 “address already in use”，并且不写该 NodePort 的规则。',
    },
    confirm: {
      en: '`sysctl net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports`, and `ss -tan` with `( sport >= :30000 and sport <= :32767 )`: rows whose peer port is a well-known one are outgoing connections on NodePorts.',
      zh: '查看 `sysctl net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports`，以及带 `( sport >= :30000 and sport <= :32767 )` 过滤的 `ss -tan`：对端端口为知名端口的行，就是占用 NodePort 的外发连接。',
    },
    fix: {
      en: 'Put the NodePort range into ip_local_reserved_ports, beside what stands there already, and keep it in /etc/sysctl.d. The range itself may stay wide.',
      zh: '把 NodePort 范围加入 ip_local_reserved_ports（保留其中已有的内容），并写入 /etc/sysctl.d。范围本身可以继续保持较大。',
    },
    notToConfuse: {
      en: '- A server that listens on the number of a NodePort (port-conflict): reserving does not keep it away.\n- The sysctl of a pod: pods have a range of their own, and NodePorts are none of their business.\n- A cluster whose NodePorts were moved below the range.',
      zh: '- 服务程序监听了 NodePort 的端口号（port-conflict）：保留端口并不能阻止它。\n- Pod 里的 sysctl：Pod 有自己的端口范围，与 NodePort 无关。\n- 把 NodePort 范围改到该范围之下的集群。',
    },
    sources: [
      'Linux Documentation/networking/ip-sysctl.rst: ip_local_port_range, ip_local_reserved_ports',
      'kubernetes/kubernetes #111682, #111697: the node-port range must not overlap the ephemeral range',
      'kubernetes/kubernetes #40920: can’t open nodePort, skipping it',
    ],
  },
  thresholds: [
    {
      value: 'ip_local_port_range',
      reason: {
        en: 'the range from which connect() takes its ports, less ip_local_reserved_ports: a NodePort inside may be taken when kube-proxy wants to bind it',
        zh: 'connect() 选取端口的范围，扣除 ip_local_reserved_ports：其中的 NodePort 可能在 kube-proxy 绑定之前被占用',
      },
    },
  ],
  effects: [],
  check({ range, reserved, ports }, view) {
    const local = localPortRange(range.value)
    if (local === null || ports.length === 0) return []
    const kept = reserved === null ? [] : reservedPorts(reserved.value)
    const span = rangeOf(ports)
    const common = overlap(local, span, kept)
    if (common === 0) return []
    const exposed = ports.filter(({ port }) => holds(local, port) && !kept.some((one) => holds(one, port)))
    return [draftOf({ range, reserved, span, common, exposed }, view)]
  },
})

interface Overlap {
  readonly range: Sysctl
  readonly reserved: Sysctl | null
  readonly span: PortRange
  readonly common: number
  /** NodePorts in use that the kernel may give away. */
  readonly exposed: readonly KnownNodePort[]
}

/** The usual range where the NodePorts that were seen are of it, else what they span. */
function rangeOf(ports: readonly KnownNodePort[]): PortRange {
  const numbers = ports.map((one) => one.port)
  if (numbers.every((port) => holds(NODE_PORTS, port))) return NODE_PORTS
  return { from: Math.min(...numbers), to: Math.max(...numbers) }
}

function draftOf(one: Overlap, view: View): Draft {
  const { range, reserved, span, common, exposed } = one
  const taken = outgoing(view, exposed)
  const numbers = [...new Set(taken.map(({ flow }) => String(flow.original.sourcePort)))]
  const printed = span.from === span.to ? String(span.from) : `${span.from}-${span.to}`
  const list = formatList(
    exposed.map(({ port }) => String(port)),
    4,
  )
  return {
    subject: { kind: 'sysctl', key: RANGE, sysctl: RANGE },
    severity: taken.length > 0 ? 'warning' : 'info',
    confidence: reserved === null ? 'possible' : 'certain',
    when: taken.length > 0 ? 'now' : 'setting',
    summary:
      taken.length > 0
        ? say(words.taken, { ports: formatList(numbers, 4), it: numbers.length === 1 ? words.itIs : words.theyAre })
        : say(words.overlaps, {
            common,
            range: printed,
            exposed: exposed.length > 0 ? say(words.exposed, { n: exposed.length, list }) : words.nothing,
          }),
    evidence: [
      sysctlEvidence(words.range, range, printed),
      ...(reserved ? [sysctlEvidence(words.reserved, reserved, null)] : []),
      { label: words.common, value: common, unit: 'ports', limit: 0, source: range.origin, command: null },
      ...taken.slice(0, SHOWN).map((found) => flowEvidence(found, view)),
    ],
    remedies: [
      {
        title: words.reserveTitle,
        action: `sysctl -w ${RESERVED}="${[...(reserved && reserved.value.trim() !== '' ? [reserved.value.trim()] : []), printed].join(',')}"`,
        language: 'sh',
        risk: words.reserveRisk,
        verify: inNetns(view, `sysctl ${RANGE} ${RESERVED}`),
      },
      {
        title: words.rangeTitle,
        action: `sysctl -w ${RANGE}="32768 60999"`,
        language: 'sh',
        risk: words.rangeRisk,
        verify: inNetns(view, `sysctl ${RANGE}`),
      },
    ],
    notHelpful: [words.notShift],
    unknowns: reserved === null ? [words.unread] : [],
  }
}

const SHOWN = 10

const sysctlEvidence = (label: Text, { key, value, origin }: Sysctl, limit: string | null): Evidence => ({
  label,
  value: value.trim() === '' ? '-' : value.trim().replace(/\s+/g, ' '),
  unit: null,
  limit,
  source: origin,
  command: `sysctl ${key}`,
})

interface Outgoing {
  readonly flow: Flow
  readonly origin: Origin
}

/** Connections that this node itself opened from such a port: their source is one of its own addresses, their target is not. */
function outgoing(view: View, exposed: readonly KnownNodePort[]): readonly Outgoing[] {
  const { flows } = view.netns
  if (!flows.ok) return []
  const own = ownAddresses(view)
  const ports = new Set(exposed.map(({ protocol, port }) => `${protocol} ${port}`))
  return flows.data.listings.flatMap(({ flows: rows, origin }) =>
    rows
      .filter(({ protocol, original }) => ports.has(`${protocol} ${original.sourcePort}`))
      .filter(({ original }) => own.has(original.source) && !own.has(original.destination))
      .map((flow) => ({ flow, origin: 'file' in origin ? { ...origin, line: flow.line } : origin })),
  )
}

function flowEvidence({ flow, origin }: Outgoing, view: View): Evidence {
  const { source, sourcePort, destination, destinationPort } = flow.original
  return {
    label: say(words.flow, {
      source: `${source}:${sourcePort}`,
      destination: `${destination}:${destinationPort}`,
    }),
    value: flow.state,
    unit: null,
    limit: null,
    source: origin,
    command: inNetns(view, `ss -tanp 'sport = :${sourcePort}'`),
  }
}
