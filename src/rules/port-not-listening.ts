// No lab scenario: a refused connection leaves nothing behind but a reset; it takes a probe, or the pod of a Service.
import { deltas } from '../facts/counters.ts'
import { maybe, type View } from '../facts/need.ts'
import { type UnservedPort, unservedPorts } from '../facts/unserved-ports.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns, optionalEvidence } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const RESETS = 'TcpOutRsts'

const words = {
  refused: {
    en: 'Nobody listens on port {port}: {said}',
    zh: '{port} 端口没有监听：{said}',
  },
  loopback: {
    en: 'Port {port} is only listened on at {addresses}: what is sent to {address} is refused',
    zh: '{port} 端口只在 {addresses} 上监听：发往 {address} 的连接会被拒绝',
  },
  endpoint: {
    en: '{service} sends connections to {place}, where nobody listens (listened on: {ports})',
    zh: '{service} 把连接送往 {place}，而那里没有监听（正在监听的端口：{ports}）',
  },
  unknownService: { en: 'A Service', zh: '某个 Service' },
  none: { en: 'none', zh: '无' },
  probe: { en: 'tried: {said}', zh: '尝试：{said}' },
  wanted: { en: 'endpoint of {service}', zh: '{service} 的端点' },
  listening: { en: 'ports listened on in this namespace: {ports}', zh: '该网络命名空间中正在监听的端口：{ports}' },
  only: { en: 'the only listeners of port {port}', zh: '{port} 端口仅有的监听套接字' },
  resets: { en: 'resets sent between the two readings', zh: '两次读数之间发出的 RST' },
  starting: {
    en: 'Whether the program is starting or has just ended: ss -ltnp once more in a few seconds; kubectl get pod -o wide for its restarts.',
    zh: '程序是正在启动还是刚刚退出：几秒后再执行 ss -ltnp；用 kubectl get pod -o wide 看重启次数。',
  },
  whichNetns: {
    en: 'Whether the program listens in another namespace (a container of its own, a pod without hostNetwork): nsenter -t PID -n ss -ltn.',
    zh: '程序是否在另一个网络命名空间里监听（独立的容器、没有 hostNetwork 的 Pod）：nsenter -t PID -n ss -ltn。',
  },
  lookTitle: { en: 'See what listens, and what the program was told', zh: '查看有哪些监听，以及程序的监听配置' },
  lookRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  targetTitle: {
    en: "Point the Service's targetPort to the port that is listened on",
    zh: '把 Service 的 targetPort 指向实际监听的端口',
  },
  targetRisk: {
    en: 'Connects all clients of the Service to that port at once; be sure that it speaks the same protocol.',
    zh: '会立即把该 Service 的所有客户端转到那个端口；请确认协议相同。',
  },
  bindTitle: {
    en: 'Let the program listen on all addresses instead of the loopback',
    zh: '让程序监听所有地址，而不是只监听回环地址',
  },
  bindRisk: {
    en: 'The port is then open to everybody who reaches this machine or pod.',
    zh: '之后凡能到达本机或该 Pod 的来源都可以访问该端口。',
  },
  notBacklog: {
    en: 'backlog, somaxconn: a full queue is silent, it does not refuse.',
    zh: '调整 backlog、somaxconn：队列满是没有应答，而不是拒绝。',
  },
  notContainerPort: {
    en: 'containerPort in the pod: it is a note for readers and opens nothing.',
    zh: '修改 Pod 的 containerPort：它只是说明，不会打开任何端口。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'port-not-listening',
  title: { en: 'Nobody listens on the port', zh: '端口没有监听' },
  severity: 'critical',
  scope: 'netns',
  needs: { unserved: unservedPorts, growth: maybe(deltas) },
  words,
  page: {
    what: {
      en: 'A SYN reaches an address of this namespace on a port that no socket listens on; the kernel answers with a reset and the client sees "connection refused" at once. The packet got here: network, NAT and firewall have done their part.',
      zh: 'SYN 到达了该网络命名空间的某个地址，但目标端口上没有套接字监听；内核以 RST 应答，客户端立即看到 “connection refused”。报文确实到了这里：网络、NAT 和防火墙都没有问题。',
    },
    why: {
      en: "The program is not up (yet, or any more), listens on another port than the Service's targetPort says, or only on 127.0.0.1, which nobody outside its pod can reach. Without a readiness probe a pod counts as ready before its program listens. Since Kubernetes 1.24 nobody holds NodePorts open: what comes past the rules to one is refused.",
      zh: '程序没有运行（尚未启动或已经退出），监听的端口与 Service 的 targetPort 不一致，或者只监听 127.0.0.1，Pod 之外无法访问。没有就绪探针时，Pod 在程序开始监听之前就算就绪。Kubernetes 1.24 起不再有人占住 NodePort：绕过规则到达它的连接会被拒绝。',
    },
    confirm: {
      en: '`ss -ltn` in the very namespace of the target (`nsenter -t PID -n ss -ltn`), whole, without grep; `nstat -az TcpOutRsts` grows with each try. `kubectl describe service` names targetPort, `kubectl get endpointslices` the ports behind it.',
      zh: '在目标所在的网络命名空间里完整执行 `ss -ltn`（`nsenter -t PID -n ss -ltn`），不要加 grep；每试一次 `nstat -az TcpOutRsts` 就会增长。`kubectl describe service` 给出 targetPort，`kubectl get endpointslices` 给出实际端口。',
    },
    fix: {
      en: 'Start the program, or make port and address agree: targetPort of the Service, the listen directive of the program (0.0.0.0 or [::]). Add a readiness probe on that port, so that an endpoint without a listener gets no traffic.',
      zh: '启动程序，或者让端口和地址一致：Service 的 targetPort、程序的监听配置（0.0.0.0 或 [::]）。为该端口加上就绪探针，这样没有监听的端点就不会分到流量。',
    },
    notToConfuse: {
      en: '- A REJECT rule: it refuses as well, though somebody listens.\n- A NodePort or ClusterIP: no listener belongs there, NAT takes the connection elsewhere.\n- "Connection reset" after connecting: somebody listened and hung up.\n- A timeout: nothing came back at all, that is no missing listener.\n- Many resets sent (TcpOutRsts): closed connections make them too.',
      zh: '- REJECT 规则：即使有监听也会拒绝。\n- NodePort 或 ClusterIP：那里本来就不需要监听，NAT 会把连接转走。\n- 连接后才 “Connection reset”：有监听，只是随后断开。\n- 超时：完全没有应答，不是缺少监听。\n- 发出很多 RST（TcpOutRsts）：已关闭的连接也会产生。',
    },
    sources: [
      'Linux net/ipv4/tcp_ipv4.c: tcp_v4_rcv() (no_tcp_socket), tcp_v4_send_reset()',
      'RFC 9293, section 3.10.7.1',
      'Kubernetes documentation: Service (targetPort), Configure Liveness, Readiness and Startup Probes',
    ],
  },
  effects: [],
  check({ unserved, growth }, view) {
    const resets = growth?.of(RESETS) ?? null
    return unserved.map((one) => ({
      ...judge(one),
      evidence: [...evidenceOf(one, view), ...optionalEvidence(view, RESETS, words.resets, resets)],
      remedies: remedies(one, view),
      notHelpful: [words.notBacklog, words.notContainerPort],
      unknowns: [words.starting, ...(one.attempt && view.netns.kind !== 'pod' ? [words.whichNetns] : [])],
    }))
  },
})

type Verdict = Omit<Draft, 'evidence' | 'remedies' | 'notHelpful' | 'unknowns'>

function judge({ address, port, attempt, service, elsewhere, listening }: UnservedPort): Verdict {
  const fillings = {
    port: String(port),
    address,
    place: formatEnd({ address, port }),
    said: attempt?.said.slice(0, 120) ?? '',
    service: service ?? words.unknownService,
    addresses: formatList(elsewhere.map((one) => one.local.address)),
    ports: listening.length > 0 ? formatList(listening.map(String), 8) : words.none,
  }
  const summary = elsewhere.length > 0 ? words.loopback : service !== null ? words.endpoint : words.refused
  return {
    subject: {
      kind: service === null ? 'listener' : 'service',
      key: `${service ?? ''} ${port}`.trim(),
      address,
      port,
      ...(service === null ? {} : { service }),
    },
    // A port of a Service fails its clients; one that somebody tried by hand may be nobody's.
    severity: service !== null ? 'critical' : 'warning',
    confidence: attempt ? 'certain' : 'likely',
    when: 'now',
    summary: say(summary, fillings),
  }
}

function evidenceOf(
  { port, attempt, service, elsewhere, listening, origin }: UnservedPort,
  view: View,
): readonly Evidence[] {
  const { listeners } = view.netns
  const [first] = listeners.ok ? listeners.data : []
  const plain = { unit: null, limit: null, command: null }
  return [
    ...(attempt
      ? [
          {
            ...plain,
            label: say(words.probe, { said: attempt.said.slice(0, 120) }),
            value: attempt.how,
            source: attempt.origin,
          },
        ]
      : []),
    ...(service === null
      ? []
      : [
          {
            ...plain,
            label: say(words.wanted, { service }),
            value: port,
            source: origin,
            command: 'kubectl get endpointslices -A',
          },
        ]),
    ...elsewhere.map((one) => ({
      ...plain,
      label: say(words.only, { port: String(port) }),
      value: formatEnd(one.local),
      source: one.origin,
      command: inNetns(view, 'ss -ltnp'),
    })),
    {
      ...plain,
      label: say(words.listening, { ports: listening.length > 0 ? formatList(listening.map(String), 12) : words.none }),
      value: listening.length,
      source: first?.origin ?? origin,
      command: inNetns(view, 'ss -ltn'),
    },
  ]
}

function remedies({ port, service, elsewhere, listening }: UnservedPort, view: View): readonly Remedy[] {
  const verify = inNetns(view, `ss -ltn 'sport = :${port}'`)
  const look: Remedy = {
    title: words.lookTitle,
    action: `${inNetns(view, 'ss -ltnp')}\nkubectl describe service -A | grep -E '^(Name|Namespace|Port|TargetPort|Endpoints):'`,
    language: 'sh',
    risk: words.lookRisk,
    verify,
  }
  if (elsewhere.length > 0)
    return [look, { title: words.bindTitle, action: null, language: null, risk: words.bindRisk, verify }]
  const [only, ...others] = listening
  const found = service === null ? null : /^([^/]+)\/([^:]+)/.exec(service)
  if (!found || only === undefined || others.length > 0) return [look]
  return [
    look,
    {
      title: words.targetTitle,
      action: `kubectl -n ${found[1]} patch service ${found[2]} --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":${only}}]'`,
      language: 'sh',
      risk: words.targetRisk,
      verify,
    },
  ]
}
