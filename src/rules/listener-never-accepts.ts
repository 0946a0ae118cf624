import { sumOf } from '../facts/accept-queues.ts'
import { connectionsIn, type InState } from '../facts/connections.ts'
import { secondsBetween } from '../facts/counters.ts'
import { kubeProxyVersion, opensNodePorts } from '../facts/kube-proxy-version.ts'
import { maybe, type View } from '../facts/need.ts'
import { heldOpen } from '../facts/never-accepted.ts'
import { type NeverAccepting, neverAccepting } from '../facts/never-accepting.ts'
import { byHolder, type Held } from '../facts/owners.ts'
import { type QueueChanges, queueChanges } from '../facts/queue-changes.ts'
import { type ServiceRules, serviceRules } from '../facts/service-rules.ts'
import { type FlowCount, type WayPastRules, wayPastRules } from '../facts/ways-past-rules.ts'
import type { Confidence, Draft, Evidence } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, formatMs, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { INTERVAL_WORDS, intervalEvidence } from './interval-evidence.ts'
import { continueRemedy, proxyRemedies, REMEDY_WORDS, restartRemedy } from './never-accepts-remedies.ts'
import { changeEvidence } from './queue-change-evidence.ts'
import { contentsEvidence, longestFirst, QUEUE_WORDS, queueEvidence, subjectOf, sumEvidence } from './queue-evidence.ts'
import { WAY_WORDS, wayEvidence } from './way-past-evidence.ts'

const words = {
  kubeProxy: {
    en: 'kube-proxy holds {ports} {ports_noun} open and never accepts on {them}: {sum} connections that slipped past NAT wait there for ever{visible}; each port keeps at most its limit + 1, and traffic that NAT takes away first is not touched',
    zh: 'kube-proxy 占着 {ports} 个 NodePort 端口{ports_noun}却从不 accept{them}：绕过 NAT 漏进来的 {sum} 条连接会一直留在那里{visible}；每个端口最多留住上限 + 1 条，先被 NAT 转走的流量不受影响',
  },
  generic: {
    en: '{program} listens on {ports} {ports_noun} and accepts nobody: {sum} connections wait{visible}, {proof}',
    zh: '{program} 监听 {ports} 个端口{ports_noun}却没有接受任何连接：{sum} 条连接在等待{visible}，{proof}',
  },
  portOne: { en: 'port', zh: '' },
  portMany: { en: 'ports', zh: '' },
  it: { en: 'it', zh: '' },
  them: { en: 'them', zh: '' },
  visible: {
    en: ' ({visible} of them seen one by one, {closeWait} in CLOSE_WAIT)',
    zh: '（逐条看到 {visible} 条，其中 CLOSE_WAIT {closeWait} 条）',
  },
  sameOldest: {
    en: 'the same oldest one at both readings{seconds}, and no process holds a connection of the port',
    zh: '两次读数{seconds}里最早的连接是同一条，并且没有进程持有该端口的连接',
  },
  standing: {
    en: 'the queue did not move between the readings{seconds}, and no process holds a connection of the port',
    zh: '两次读数{seconds}之间队列没有变化，并且没有进程持有该端口的连接',
  },
  stopped: {
    en: 'because the process is stopped (state T): it can accept again after SIGCONT',
    zh: '因为进程处于停止状态（T）：收到 SIGCONT 之后才能继续 accept',
  },
  nodePort: {
    en: 'their clients have given up, and no process is named that holds a connection of the port',
    zh: '它们的客户端都已放弃，也没有看到任何进程持有该端口的连接',
  },
  apart: { en: ' {seconds} apart', zh: '（相隔 {seconds}）' },
  somebody: { en: 'Some program', zh: '某个程序' },
  census: { en: 'CLOSE_WAIT connections in the whole namespace', zh: '整个网络命名空间的 CLOSE_WAIT 连接数' },
  state: { en: 'State of process {pid} (T: stopped)', zh: '进程 {pid} 的状态（T：已停止）' },
  notKill: {
    en: 'ss -K on the CLOSE_WAIT rows: they vanish from the listing, but each keeps its place until accept() or the end of the listener.',
    zh: '用 ss -K 杀掉 CLOSE_WAIT 连接：它们从列表里消失，但在 accept() 或监听关闭之前仍占着位置。',
  },
  notSomaxconn: {
    en: 'A larger somaxconn or backlog: nobody accepts, so a longer queue only takes longer to fill. It hides the fault.',
    zh: '调大 somaxconn 或 backlog：没有人 accept，队列再长也只是晚一点满，只会掩盖问题。',
  },
  notAbort: {
    en: 'net.ipv4.tcp_abort_on_overflow=1: changes what late clients are told, frees nothing.',
    zh: '设置 net.ipv4.tcp_abort_on_overflow=1：只改变后来的客户端收到什么，不释放任何位置。',
  },
  notRecycle: {
    en: 'tcp_tw_recycle, tcp_tw_reuse, tcp_fin_timeout: none of them touches CLOSE_WAIT, and tcp_tw_recycle breaks clients behind NAT.',
    zh: 'tcp_tw_recycle、tcp_tw_reuse、tcp_fin_timeout：都与 CLOSE_WAIT 无关，而且 tcp_tw_recycle 会害了 NAT 之后的客户端。',
  },
  notBackends: {
    en: 'Looking for the leak in the backends: these connections never reached one.',
    zh: '到后端应用里找泄漏：这些连接从未到达后端。',
  },
  remark: {
    en: 'kube-proxy holds {ports} ports with a limit of {max}. Up to Kubernetes 1.23 it never accepts on a NodePort, and here it takes {over} connections on one port before a SYN is dropped: with so long a queue the leak is hidden, not cured',
    zh: 'kube-proxy 占着 {ports} 个端口，队列上限为 {max}。Kubernetes 1.23 及以前它从不在 NodePort 上 accept，而这里要在一个端口上积到 {over} 条连接才开始丢 SYN：队列这么长，泄漏只是被掩盖，并没有治好',
  },
  held: {
    en: 'Ports that kube-proxy holds open in all, empty queues included (its own metrics and health ports not counted)',
    zh: 'kube-proxy 占着的端口总数，包括队列为空的（不含它自己的 metrics 与健康检查端口）',
  },
  settlesProxy: {
    en: 'Not certain yet. Two readings that show the same oldest socket for a minute or more, or the version of kube-proxy, would settle it: recvq diagnose --interval 60s on the node; kubectl get node -o wide; kube-proxy --version',
    zh: '还不能完全确定。若相隔一分钟以上的两次读数显示最早的连接是同一条，或者知道 kube-proxy 的版本，就能确定：在节点上运行 recvq diagnose --interval 60s；kubectl get node -o wide；kube-proxy --version',
  },
  settlesHeld: {
    en: 'This version is known to hold NodePorts so; certain it is once two readings show the same oldest socket for a minute or more: recvq diagnose --interval 60s on the node',
    zh: '已知这个版本会这样占住 NodePort；若相隔一分钟以上的两次读数显示最早的连接是同一条，就完全确定：在节点上运行 recvq diagnose --interval 60s',
  },
  settlesNewer: {
    en: 'The kubelet is {version}, and a kube-proxy of that version opens no NodePorts. Either kube-proxy is older than the kubelet (kube-proxy --version), or these are health-check NodePorts, which it answers: kubectl get svc -A -o yaml | grep healthCheckNodePort',
    zh: 'kubelet 是 {version}，而该版本的 kube-proxy 不打开 NodePort。要么 kube-proxy 比 kubelet 旧（kube-proxy --version），要么这些是健康检查 NodePort，它会应答：kubectl get svc -A -o yaml | grep healthCheckNodePort',
  },
  versionOpens: {
    en: 'Version of kube-proxy, by its image: it opens NodePorts and never accepts on them',
    zh: 'kube-proxy 的版本（来自镜像）：会打开 NodePort 且从不在其上 accept',
  },
  versionByImage: { en: 'Version of kube-proxy, by its image', zh: 'kube-proxy 的版本（来自镜像）' },
  versionByKubelet: {
    en: 'Version of the kubelet; kube-proxy mostly has the same',
    zh: 'kubelet 的版本；kube-proxy 通常与之相同',
  },
  settles: {
    en: 'Not certain yet: a long pause (garbage collection, a slow disk) looks alike while it lasts. Two readings that show the same oldest socket for a minute or more would settle it: recvq diagnose --interval 60s on the node',
    zh: '还不能完全确定：长时间停顿（垃圾回收、慢磁盘）在持续期间看起来一样。若相隔一分钟以上的两次读数显示最早的连接是同一条，就能确定：在节点上运行 recvq diagnose --interval 60s',
  },
  ownerUnknown: {
    en: 'Who listens there was not captured: ss -nltp as root names it.',
    zh: '没有采集到监听者：以 root 执行 ss -nltp 可以看到。',
  },
  wayIn: {
    en: 'Through which gap the connections slipped past NAT is not in this data. A Service without endpoints, the moment between opening the port and writing its rules, the first endpoint of a Service (the refusing rule goes before the translating one comes), a flushed nat table, IPv6 clients on an IPv4 rule set all look alike afterwards, and a rule that comes later takes none of them away. iptables-save and ip6tables-save for the port, conntrack -L (a reply that comes from the node itself was not translated) and the events of the Service decide.',
    zh: '这些连接是从哪个空档绕过 NAT 的，数据里看不出来。Service 没有 endpoint、打开端口与写好规则之间的空档、Service 得到第一个 endpoint 的瞬间（先撤掉拒绝规则，后加转换规则）、nat 表被清空、只有 IPv4 规则时的 IPv6 客户端，事后看起来都一样，而且之后补上的规则也带不走它们。要看该端口的 iptables-save 与 ip6tables-save、conntrack -L（回复来自节点自身的就是没有转换）以及该 Service 的事件。',
  },
  notConntrack: {
    en: 'conntrack -F or -D: it forgets the entries; the sockets in the queue stay.',
    zh: 'conntrack -F 或 -D：只是忘掉条目，队列中的套接字仍在。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'listener-never-accepts',
  title: { en: 'A port is held open and nobody accepts', zh: '端口被占着监听，却没有人 accept' },
  severity: 'critical',
  scope: 'netns',
  needs: {
    unaccepted: neverAccepting,
    closeWait: maybe(connectionsIn('CLOSE_WAIT')),
    changes: maybe(queueChanges),
    rules: maybe(serviceRules),
  },
  words: { ...words, ...QUEUE_WORDS, ...REMEDY_WORDS, ...INTERVAL_WORDS, ...WAY_WORDS },
  page: {
    what: {
      en: 'A program listens on a port but never calls accept(). Finished handshakes stay in the accept queue until the listener is closed: as ESTABLISHED, as CLOSE_WAIT after the client gave up, or invisible after it sent a reset. No process holds them: `ss -p` prints no owner, their inode is 0.',
      zh: '程序监听了端口，却从不调用 accept()。已完成握手的连接会一直留在 accept 队列里，直到监听套接字关闭：可能是 ESTABLISHED，客户端放弃后是 CLOSE_WAIT，客户端发了 RST 之后则完全看不见。没有进程持有它们：`ss -p` 不显示归属，inode 为 0。',
    },
    why: {
      en: 'kube-proxy up to Kubernetes 1.23 opened a listening socket for every NodePort only to hold the number. Traffic is meant to be translated before it gets there; whatever slips past (no endpoints, rules not yet written, a flushed nat table, IPv6 without IPv6 rules) lands in the queue and stays. That is why CLOSE_WAIT per port stops at limit + 1, why the number never falls, and why the service goes on working. Other programs end here when their accept loop died, deadlocked, or the process is stopped.',
      zh: 'Kubernetes 1.23 及以前的 kube-proxy 会为每个 NodePort 打开一个监听套接字，只是为了占住端口号。流量本应在到达之前被 NAT 转走；凡是漏过去的（没有 endpoint、规则还没写好、nat 表被清空、没有 IPv6 规则的 IPv6 客户端）都会进入队列并留下。所以每个端口的 CLOSE_WAIT 停在上限 + 1，数量从不下降，而服务照常工作。其他程序出现这种情况，是因为 accept 循环退出、死锁，或者进程被停止。',
    },
    confirm: {
      en: 'In `ss -tanp` the connections of the port carry no users:(…) while the LISTEN row above them does. Over minutes Recv-Q of the listener never falls. Recv-Q of a CLOSE_WAIT row minus 1 is the number of unread bytes: the one is the FIN. Recv-Q of the listener minus the visible connections were reset while queued.',
      zh: '在 `ss -tanp` 里，该端口的连接没有 users:(…)，而上面的 LISTEN 行有。过几分钟再看，监听行的 Recv-Q 从不下降。CLOSE_WAIT 行的 Recv-Q 减 1 才是未读字节数：那个 1 是 FIN。监听行的 Recv-Q 减去可见的连接数，就是排队期间被对端 RST 的连接。',
    },
    fix: {
      en: 'Only accept(), closing the listener or ending its process frees the places. Restart the program (for kube-proxy: every queued connection is reset); upgrade kube-proxy to 1.24 or later (or 1.23.7, 1.22.10, 1.21.14), which opens no NodePorts. Since 1.37 nftables mode can listen on loopback again (KubeProxyNFTablesLocalhostNodePorts, off by default): those listeners do accept.',
      zh: '只有 accept()、关闭监听或结束进程才能释放位置。重启程序（对 kube-proxy：排队的连接会全部被 RST）；把 kube-proxy 升级到 1.24 或更高版本（或 1.23.7、1.22.10、1.21.14），它不再打开 NodePort 监听。1.37 起 nftables 模式可以重新在环回地址上监听（KubeProxyNFTablesLocalhostNodePorts，默认关闭）：那些监听是会 accept 的。',
    },
    notToConfuse: {
      en: "A slow program: its queue moves and it holds connections of the port. A leak of CLOSE_WAIT in an application: those have an owner and a descriptor. A stopped process (state T) looks the same until it is continued. kube-proxy's own metrics and health ports do accept, and so do the health-check NodePorts of Services with externalTrafficPolicy Local.",
      zh: '慢的程序：队列会变化，而且进程持有该端口的连接。应用自己的 CLOSE_WAIT 泄漏：那些连接有归属进程和描述符。被停止的进程（状态 T）在继续运行之前看起来一样。kube-proxy 自己的 metrics 和健康检查端口是会 accept 的，externalTrafficPolicy 为 Local 的 Service 的健康检查 NodePort 也是。',
    },
    sources: [
      'kubernetes pkg/proxy/iptables/proxier.go: openLocalPort (up to 1.23)',
      'kubernetes/kubernetes #108496: kube-proxy: remove port opener (1.24); #108885, #108888, #108896 (1.23, 1.22, 1.21)',
      'kubernetes/kubernetes #138427: localhost NodePorts in nftables mode (1.37, off by default)',
      'kubernetes/kubernetes #106713, #43212, #43972',
      'net/ipv4/inet_connection_sock.c: inet_csk_accept, inet_csk_listen_stop',
    ],
  },
  thresholds: [
    {
      value: '60 s',
      reason: {
        en: 'between dated readings without socket identities, before an unmoved queue means anything',
        zh: '没有套接字标识、只有时间的两次读数之间，至少相隔这么久，队列不动才有意义',
      },
    },
    {
      value: '5 s',
      reason: {
        en: 'pause that programs which do accept take now and then (garbage collection, a fork)',
        zh: '会调用 accept() 的程序偶尔也有的停顿（垃圾回收、fork）',
      },
    },
    {
      value: '60 s after the start',
      reason: {
        en: 'in which a program may listen and not yet accept',
        zh: '程序启动后可能已监听但尚未 accept 的时间',
      },
    },
    {
      value: '4096',
      reason: {
        en: 'limit above which the leak is told to be hidden rather than harmless: at some connections a day it takes years to fill',
        zh: '上限高于此值时会说明泄漏只是被掩盖：每天几条连接，要数年才填满',
      },
    },
    {
      value: '30000–32767',
      reason: {
        en: 'ports taken for NodePorts where no rule tells: the API server’s default range',
        zh: '没有规则可查时视为 NodePort 的端口：API server 的默认范围',
      },
    },
  ],
  effects: [
    {
      rule: 'accept-queue-full',
      shared: 'process',
      why: {
        en: 'A queue that nobody takes from fills up to its limit + 1 and stays so.',
        zh: '没有人取走连接的队列会一直积到上限 + 1，并保持不变。',
      },
    },
    {
      rule: 'accept-queue-full',
      shared: 'listener',
      why: {
        en: 'A queue that nobody takes from fills up to its limit + 1 and stays so.',
        zh: '没有人取走连接的队列会一直积到上限 + 1，并保持不变。',
      },
    },
    ...(['process', 'listener'] as const).map((shared) => ({
      rule: 'nodeport-listener-bypassed',
      shared,
      why: {
        en: 'A port that nobody holds open refuses at once what comes past the rules; this one lets it in and keeps it.',
        zh: '没人占着的端口会立刻拒绝绕过规则的连接；这个端口却放它进来，并一直留住。',
      },
    })),
    {
      rule: 'queue-holds-reset-connections',
      shared: 'netns',
      why: {
        en: 'Connections that are reset while they wait keep their place, because nobody accepts them.',
        zh: '等待期间被 RST 的连接仍占着位置，因为没有人 accept 它们。',
      },
    },
    {
      rule: 'listen-overflows',
      shared: 'netns',
      why: {
        en: 'What still tries to reach the full ports is turned away and counted.',
        zh: '仍在尝试连接这些已满端口的报文会被拒绝并计数。',
      },
    },
  ],
  check({ unaccepted, closeWait, changes, rules }, view) {
    return byHolder(unaccepted).map((group) => draftOf(view, group, { closeWait, changes, rules }))
  },
  remark(_, view) {
    const version = kubeProxyVersion(view)
    if (version !== null && !opensNodePorts(version)) return null
    const held = heldOpen(view.netns).filter(({ acceptQueue }) => (acceptQueue.max ?? 0) > LONG_QUEUE)
    const max = Math.max(...held.map(({ acceptQueue }) => acceptQueue.max ?? 0))
    return held.length === 0 ? null : say(words.remark, { ports: held.length, max, over: max + 1 })
  },
})

/** A leak through NAT fills 128 places within days, 32 768 perhaps never: above the kernel's default nobody will notice it. */
const LONG_QUEUE = 4096

/** What is known besides the queues themselves. */
interface Around {
  readonly closeWait: InState | null
  readonly changes: QueueChanges | null
  readonly rules: ServiceRules | null
}

function draftOf(view: View, group: Held<NeverAccepting>, { closeWait, changes, rules }: Around): Draft {
  const { holder, items } = group
  const isProxy = items.every((one) => one.sign === 'kube-proxy') || holder?.program === 'kube-proxy'
  const isStopped = items.some((one) => one.sign === 'stopped')
  const queues = longestFirst(items)
  const ways = new Map(queues.map((one) => [one, wayPastRules(view, one.listener, rules)]))
  const explained = [...ways.values()].every((way) => way.familiesWithout.length > 0)
  return {
    subject: { ...subjectOf(holder, items), ...serviceOf(items) },
    severity: isGrave(items) ? 'critical' : 'warning',
    confidence: surest(items),
    when: 'now',
    summary: summaryOf(view, group, isProxy && !isStopped),
    evidence: [
      ...sumEvidence(view, items),
      ...(isProxy ? changeEvidence(changes) : []),
      ...(isProxy ? [...heldEvidence(view), ...versionEvidence(view)] : []),
      ...censusEvidence(view, closeWait),
      ...(isStopped ? stateEvidence(view, group) : []),
      ...queues.flatMap((one) => contentsEvidence(view, one)),
      ...[...ways].flatMap(([one, way]) => pastEvidence(view, one, way)),
      ...intervalEvidence(view, queues),
      ...queues.map((one) => queueEvidence(view, one)),
    ],
    remedies: isStopped ? [continueRemedy(group)] : isProxy ? proxyRemedies(view, group) : [restartRemedy(view, group)],
    notHelpful: [
      words.notKill,
      words.notSomaxconn,
      words.notAbort,
      words.notRecycle,
      ...(isProxy ? [words.notConntrack, words.notBackends] : []),
    ],
    unknowns: [
      ...(holder === null ? [words.ownerUnknown] : []),
      ...(surest(items) === 'certain' || isStopped ? [] : [isProxy ? settlesProxy(view) : words.settles]),
      ...(isProxy && !explained ? [words.wayIn] : []),
    ],
  }
}

/** A program that has just begun to listen may take a while to its first accept(). */
const STARTING_MS = 60_000

/** Somebody is hurt: a queue is full, or a client has waited long for a program that is meant to answer. */
function isGrave(items: readonly NeverAccepting[]): boolean {
  const isHeldOpen = ({ sign }: NeverAccepting) => sign === 'kube-proxy' || sign === 'node-port'
  return items.some(
    (one) => one.full || one.sign === 'stopped' || (!isHeldOpen(one) && (one.contents.oldestMs ?? 0) >= STARTING_MS),
  )
}

/** One program, one fault: the surest of its ports speaks for all. */
function surest(items: readonly NeverAccepting[]): Confidence {
  const has = (confidence: Confidence) => items.some((one) => one.confidence === confidence)
  return has('certain') ? 'certain' : has('likely') ? 'likely' : 'possible'
}

function summaryOf(view: View, { holder, items }: Held<NeverAccepting>, isProxy: boolean): Text {
  const [visible, closeWait] = [
    items.reduce((sum, one) => sum + one.contents.visible, 0),
    items.reduce((sum, one) => sum + one.contents.closeWait, 0),
  ]
  const many = items.length > 1
  const places = formatList(
    items.map(({ listener: { local, service } }) => [formatEnd(local), ...(service ? [service] : [])].join(' ')),
    1,
  )
  const common = {
    ports: items.length,
    ports_noun: many ? words.portMany : { en: `${words.portOne.en} (${places.en})`, zh: ` (${places.zh})` },
    sum: sumOf(items),
    visible: visible > 0 ? say(words.visible, { visible, closeWait }) : plain(''),
  }
  if (isProxy) return say(words.kubeProxy, { ...common, them: many ? words.them : words.it })
  return say(words.generic, { ...common, program: holder?.program ?? words.somebody, proof: proofOf(view, items) })
}

function proofOf(view: View, items: readonly NeverAccepting[]): Text {
  const between = secondsBetween(view.before?.snapshot.takenAt ?? null, view.snapshot.takenAt)
  const seconds = between === null ? plain('') : say(words.apart, { seconds: formatMs(between * 1000) })
  const signs = new Set(items.map((one) => one.sign))
  if (signs.has('stopped')) return words.stopped
  if (signs.has('same-oldest')) return say(words.sameOldest, { seconds })
  return signs.has('standing') ? say(words.standing, { seconds }) : words.nodePort
}

/** How many numbers it holds in all: the empty ones fill as well, in time. */
function heldEvidence(view: View): readonly Evidence[] {
  const held = heldOpen(view.netns)
  const [first] = held
  if (!first) return []
  const command = inNetns(view, 'ss -nltp | grep kube-proxy')
  return [{ label: words.held, value: held.length, unit: 'listeners', limit: null, source: first.origin, command }]
}

function censusEvidence(view: View, closeWait: InState | null): readonly Evidence[] {
  const { census } = view.netns
  if (!census.ok || !closeWait?.counted) return []
  const command = inNetns(view, 'ss -Htan state close-wait | wc -l')
  return [
    {
      label: words.census,
      value: closeWait.counted,
      unit: 'connections',
      limit: null,
      source: census.data.origin,
      command,
    },
  ]
}

function stateEvidence({ snapshot }: View, { holder }: Held<NeverAccepting>): readonly Evidence[] {
  const processes = snapshot.processes.ok ? snapshot.processes.data : []
  const source = { via: snapshot.processes.ok ? snapshot.processes.via : 'proc' }
  return processes
    .filter((one) => holder?.pids.includes(one.pid))
    .map(({ pid, state }) => ({
      label: say(words.state, { pid: String(pid) }),
      value: state,
      unit: null,
      limit: null,
      source,
      command: `ps -o pid,stat,comm -p ${pid}`,
    }))
}

/** The Service behind a single port. */
function serviceOf([first, ...others]: readonly NeverAccepting[]): { readonly service?: string } {
  const service = others.length === 0 ? (first?.listener.service ?? null) : null
  return service === null ? {} : { service }
}

/** Which kube-proxy this is, where anything tells. */
function versionEvidence(view: View): readonly Evidence[] {
  const version = kubeProxyVersion(view)
  if (version === null) return []
  const [label, command] =
    version.by === 'image'
      ? [opensNodePorts(version) ? words.versionOpens : words.versionByImage, 'crictl ps --name kube-proxy']
      : [words.versionByKubelet, 'kubectl get nodes -o wide']
  return [{ label, value: version.text, unit: null, limit: null, source: version.origin, command }]
}

function settlesProxy(view: View): Text {
  const version = kubeProxyVersion(view)
  if (version === null) return words.settlesProxy
  return opensNodePorts(version) ? words.settlesHeld : say(words.settlesNewer, { version: version.text })
}

/** Signs of the way past the rules; what was translated did not come past. */
const pastEvidence = (view: View, { listener, contents }: NeverAccepting, way: WayPastRules): readonly Evidence[] =>
  wayEvidence(view, listener, { ...way, translated: NONE }, contents.origin ?? listener.origin)

const NONE: FlowCount = { count: 0, sources: [], origin: null }
