import { programOf } from '../facts/connections.ts'
import { type LocalPorts, localPorts, originOf, type PortUse } from '../facts/local-ports.ts'
import type { View } from '../facts/need.ts'
import type { Confidence, Draft, Evidence, Remedy, Severity } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** Ports come free all the time, so that a destination that is refused ports is mostly read just below its limit. */
const FULL = 0.99
/** From here on connect() searches long and a burst is enough. */
const NEARLY = 0.9
/** From here on silence is worth a word. */
const HIGH = 0.7
const RANGE = 'net.ipv4.ip_local_port_range'

const words = {
  full: {
    en: 'No local port is left from {source} to {destination}: {count} of {usable} are taken; connect() fails with EADDRNOTAVAIL (Cannot assign requested address)',
    zh: '从 {source} 到 {destination} 已没有可用的本地端口：{usable} 个中已占 {count} 个，connect() 会报 EADDRNOTAVAIL（Cannot assign requested address）',
  },
  waiting: {
    en: 'Every local port from {source} to {destination} is taken ({count} of {usable}), {timeWait} of them by TIME_WAIT, which new connections may take over after a second',
    zh: '从 {source} 到 {destination} 的本地端口已全部占用（{count} / {usable}），其中 {timeWait} 个处于 TIME_WAIT，一秒后可被新连接接管',
  },
  nearly: {
    en: 'Local ports from {source} to {destination} are nearly used up: {count} of {usable}',
    zh: '从 {source} 到 {destination} 的本地端口即将用尽：{count} / {usable}',
  },
  refused: {
    en: 'connect() to {destination} was refused a local address or port (Cannot assign requested address)',
    zh: '到 {destination} 的 connect() 没有得到本地地址或端口（Cannot assign requested address）',
  },
  count: {
    en: 'connections from {source} to {destination}{programs}, against the ports of ip_local_port_range',
    zh: '从 {source} 到 {destination} 的连接数{programs}，上限为 ip_local_port_range 的端口数',
  },
  heldBy: { en: ' (held by {programs})', zh: '（归属 {programs}）' },
  nobody: { en: '', zh: '' },
  timeWait: { en: 'of these in TIME_WAIT', zh: '其中处于 TIME_WAIT 的' },
  said: { en: 'what it said: {text}', zh: '原文：{text}' },
  reuse: { en: 'tcp_tw_reuse (1: on, 2: loopback only)', zh: 'tcp_tw_reuse（1：启用，2：仅限回环）' },
  otherCause: {
    en: 'The same error comes from a source address that this machine does not have, and from ::1 where IPv6 is off: ip address, and count the connections to that destination (ss -Htan dst ADDRESS | wc -l) against the range.',
    zh: '源地址不在本机上，或者 IPv6 关闭时连接 ::1，也会报同样的错误：查看 ip address，并把到该目标的连接数（ss -Htan dst ADDRESS | wc -l）与端口范围比较。',
  },
  who: {
    en: 'Which program opens them is not shown: ss -tanp as root.',
    zh: '看不出是哪个程序发起的：以 root 执行 ss -tanp。',
  },
  bound: {
    en: 'Ports that listeners or bound sockets of this namespace hold are taken off the range as well; they are not counted here.',
    zh: '该命名空间中监听或绑定的端口也会从范围中扣除，这里没有计入。',
  },
  poolTitle: {
    en: 'Reuse connections to {destination}: a pool or keep-alive in the client',
    zh: '复用到 {destination} 的连接：在客户端使用连接池或 keep-alive',
  },
  poolRisk: { en: 'The server keeps idle connections open.', zh: '服务端需要保持空闲连接。' },
  widenTitle: { en: 'Widen the range of local ports', zh: '扩大本地端口范围' },
  widenRisk: {
    en: 'The range must stay clear of NodePorts (30000-32767) and other listening ports: reserve those.',
    zh: '范围要避开 NodePort（30000-32767）和其他监听端口：请把它们列为保留端口。',
  },
  reuseTitle: { en: 'Let new connections take over ports in TIME_WAIT', zh: '允许新连接接管处于 TIME_WAIT 的端口' },
  reuseRisk: {
    en: 'Acts on the side that opens connections only, and takes TCP timestamps on both; it drops nothing.',
    zh: '只作用于发起连接的一方，需要双方都启用 TCP 时间戳；不会丢弃任何报文。',
  },
  notRecycle: {
    en: 'tcp_tw_recycle: it concerns incoming SYNs, breaks clients behind NAT, and is gone since Linux 4.12.',
    zh: 'tcp_tw_recycle：它针对收到的 SYN，会破坏 NAT 后的客户端，且自 Linux 4.12 起已移除。',
  },
  notDescriptors: {
    en: 'A higher limit of file descriptors: that want is called EMFILE.',
    zh: '调大文件描述符上限：描述符不足报的是 EMFILE。',
  },
  high: {
    en: 'the fullest destination, {destination}, takes {count} of {usable} local ports',
    zh: '占用最多的目标 {destination} 用了 {count} / {usable} 个本地端口',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'local-ports-exhausted',
  title: { en: 'No local ports left towards a destination', zh: '到某个目标的本地端口已用尽' },
  severity: 'critical',
  scope: 'netns',
  needs: { ports: localPorts },
  words,
  page: {
    what: {
      en: 'A connection is told from others by four numbers: source address and port, destination address and port. Towards one destination from one source address only the local port can differ, and connect() takes it from ip_local_port_range: 28 232 ports by default. When all of them are taken for this destination, connect() fails at once with EADDRNOTAVAIL. Other destinations are untouched.',
      zh: '区分一条连接靠四个值：源地址、源端口、目标地址、目标端口。从同一源地址到同一目标时，只有本地端口可以不同，connect() 从 ip_local_port_range 中选取，默认 28 232 个。全被占用后，到该目标的 connect() 立即以 EADDRNOTAVAIL 失败，其他目标不受影响。',
    },
    why: {
      en: '- One connection per request through a proxy to a single upstream or ClusterIP: in TIME_WAIT each port rests 60 s, which allows about 470 connections a second.\n- Connections that leak in CLOSE_WAIT or SYN_SENT.\n- A range that was narrowed, or that reserved ports have eaten.',
      zh: '- 代理到单一上游或 ClusterIP 时每个请求新建连接：每个端口要在 TIME_WAIT 停留 60 秒，只能支撑每秒约 470 条。\n- 连接泄漏在 CLOSE_WAIT 或 SYN_SENT。\n- 端口范围被调窄，或被保留端口占去。',
    },
    confirm: {
      en: "`ss -Htan dst ADDRESS dport = :PORT | wc -l` against the width of `sysctl net.ipv4.ip_local_port_range`, for one destination at a time and in the client's namespace. `strace -f -e trace=connect` shows EADDRNOTAVAIL.",
      zh: '在客户端所在的命名空间里，逐个目标比较 `ss -Htan dst ADDRESS dport = :PORT | wc -l` 与 `sysctl net.ipv4.ip_local_port_range` 的宽度；`strace -f -e trace=connect` 能看到 EADDRNOTAVAIL。',
    },
    fix: {
      en: 'Pool connections. As a stopgap widen the range, add destination addresses or ports, or a second source address; where the ports rest in TIME_WAIT and both sides use timestamps, tcp_tw_reuse = 1 frees them after a second.',
      zh: '使用连接池。应急办法：扩大端口范围、增加目标地址或端口、增加源地址；如果端口大多处于 TIME_WAIT 且双方启用时间戳，tcp_tw_reuse = 1 可在一秒后重新使用。',
    },
    notToConfuse: {
      en: '- A great number of client connections to many destinations: each destination has the whole range for itself.\n- EADDRNOTAVAIL from bind() to an address that is not on this machine, or from ::1 without IPv6.\n- Masquerading that finds no free port: it drops silently (`conntrack-insert-failed`).\n- EMFILE, "Too many open files": `fd-limit-reached`.',
      zh: '- 到许多不同目标的大量客户端连接：每个目标各自拥有整个端口范围。\n- bind() 到不属于本机的地址，或在没有 IPv6 时连接 ::1 得到的 EADDRNOTAVAIL。\n- 地址伪装找不到空闲端口：会静默丢包（见 `conntrack-insert-failed`）。\n- EMFILE、“Too many open files”：见 `fd-limit-reached`。',
    },
    sources: [
      'Linux net/ipv4/inet_hashtables.c: __inet_hash_connect(), __inet_check_established()',
      'Linux Documentation/networking/ip-sysctl.rst: ip_local_port_range, ip_local_reserved_ports, tcp_tw_reuse',
      'connect(2): EADDRNOTAVAIL',
    ],
  },
  effects: [],
  thresholds: [
    {
      value: '99 %',
      reason: {
        en: 'of the usable ports for one source, destination and port: connect() fails at all of them, and some end every second',
        zh: '单个源地址、目标地址和端口可用端口的占比：全部占满时 connect() 失败，而每秒都有端口释放',
      },
    },
    {
      value: '90 %',
      reason: {
        en: 'a warning: connect() tries port after port, so it already costs CPU, and a tenth more traffic fails',
        zh: '警告：connect() 要逐个尝试端口，此时已消耗 CPU，流量再增一成就会失败',
      },
    },
    {
      value: '1 s',
      reason: {
        en: 'the age from which tcp_tw_reuse lets a port in TIME_WAIT be taken over (tcp_twsk_unique)',
        zh: 'tcp_tw_reuse 允许接管 TIME_WAIT 端口的最短时间（tcp_twsk_unique）',
      },
    },
  ],
  check({ ports }, view) {
    const full = ports.uses.flatMap((use) => judge(use, ports, view))
    return full.length > 0 ? full : refusedOf(ports, view)
  },
  remark({ ports: { uses, usable } }) {
    const [fullest] = uses
    if (!fullest || !usable || fullest.count < HIGH * usable) return null
    return say(words.high, { destination: destinationOf(fullest), count: fullest.count, usable })
  },
})

const destinationOf = ({ destination, port }: PortUse): string => formatEnd({ address: destination, port })

function judge(use: PortUse, ports: LocalPorts, view: View): readonly Draft[] {
  const { usable, reuse } = ports
  if (!usable || use.count < NEARLY * usable) return []
  const isLoopback = use.destination.startsWith('127.') || use.destination === '::1'
  const reusable = reuse?.number === 1 || (reuse?.number === 2 && isLoopback)
  const kept = reusable ? use.count - use.timeWait : use.count
  const isRefusing = ports.refused.some(({ target }) => target.address === use.destination)
  const isFull = kept >= FULL * usable
  const [severity, confidence, sentence]: readonly [Severity, Confidence, Text] = isFull
    ? ['critical', isRefusing || kept >= usable ? 'certain' : 'likely', words.full]
    : use.count >= FULL * usable
      ? ['info', 'likely', words.waiting]
      : [kept >= NEARLY * usable ? 'warning' : 'info', 'likely', words.nearly]
  const names = [...new Set(use.groups.flatMap((one) => programOf(one) ?? []))].sort()
  return [
    {
      subject: { kind: 'peer', key: `${use.source} ${destinationOf(use)}`, address: use.destination, port: use.port },
      severity,
      confidence,
      when: 'now',
      summary: say(sentence, fillingsOf(use, usable)),
      evidence: evidenceOf(use, ports, names, view),
      remedies: remedies(destinationOf(use), use.timeWait > use.count / 2 && !reusable, ports, view),
      notHelpful: [words.notRecycle, words.notDescriptors],
      unknowns: [...(names.length === 0 ? [words.who] : []), ...(kept < usable ? [words.bound] : [])],
    },
  ]
}

const fillingsOf = (use: PortUse, usable: number) => ({
  source: use.source,
  destination: destinationOf(use),
  count: use.count,
  usable,
  timeWait: use.timeWait,
})

function evidenceOf(use: PortUse, ports: LocalPorts, names: readonly string[], view: View): readonly Evidence[] {
  const { reuse, refused } = ports
  const command = inNetns(view, `ss -Htan dst ${shellWord(destinationOf(use))}`)
  const source = originOf(use)
  const programs = names.length === 0 ? words.nobody : say(words.heldBy, { programs: formatList(names, 3) })
  const label = say(words.count, { source: use.source, destination: destinationOf(use), programs })
  const said = refused.filter(({ target }) => target.address === use.destination)
  return [
    { label, value: use.count, unit: 'connections', limit: ports.usable, source, command },
    { label: words.timeWait, value: use.timeWait, unit: 'connections', limit: null, source, command },
    ...(reuse
      ? [
          {
            label: words.reuse,
            value: reuse.number ?? reuse.value,
            unit: null,
            limit: null,
            source: reuse.origin,
            command: inNetns(view, `sysctl ${reuse.key}`),
          },
        ]
      : []),
    ...said.slice(0, 1).map((one) => saidEvidence(one.said, one.origin)),
  ]
}

const saidEvidence = (text: string, source: Evidence['source']): Evidence => ({
  label: say(words.said, { text: text.slice(0, 160) }),
  value: null,
  unit: null,
  limit: null,
  source,
  command: null,
})

/** A probe that failed so, without the count of ports: the error has other causes, too. */
function refusedOf({ refused, uses, usable }: LocalPorts, view: View): readonly Draft[] {
  const [first] = refused.filter(({ target }) => target.address !== '::1' && target.address !== 'localhost')
  const use = uses.find((one) => one.destination === first?.target.address)
  if (!first || (usable !== null && use !== undefined)) return []
  const { address, port } = first.target
  const destination = port === null ? address : formatEnd({ address, port })
  return [
    {
      subject: { kind: 'peer', key: destination, address, ...(port === null ? {} : { port }) },
      severity: 'info',
      confidence: 'possible',
      when: 'now',
      summary: say(words.refused, { destination }),
      evidence: [saidEvidence(first.said, first.origin)],
      remedies: remedies(destination, false, { range: null, reserved: '' }, view),
      notHelpful: [words.notRecycle, words.notDescriptors],
      unknowns: [words.otherCause],
    },
  ]
}

function remedies(
  destination: string,
  isResting: boolean,
  { range, reserved }: Pick<LocalPorts, 'range' | 'reserved'>,
  view: View,
): readonly Remedy[] {
  const verify = inNetns(view, 'ss -Htan | wc -l')
  return [
    { title: say(words.poolTitle, { destination }), action: null, language: null, risk: words.poolRisk, verify },
    ...(isResting
      ? [
          {
            title: words.reuseTitle,
            action: inNetns(view, 'sysctl -w net.ipv4.tcp_tw_reuse=1'),
            language: 'sh' as const,
            risk: words.reuseRisk,
            verify,
          },
        ]
      : []),
    ...(range
      ? [
          {
            title: words.widenTitle,
            action: [
              inNetns(
                view,
                `sysctl -w net.ipv4.ip_local_reserved_ports=${shellWord([...new Set([...reserved.split(','), '30000-32767'])].filter((one) => one !== '').join())}`,
              ),
              inNetns(view, `sysctl -w ${RANGE}="15000 65000"`),
            ].join('\n'),
            language: 'sh' as const,
            risk: words.widenRisk,
            verify: inNetns(view, `sysctl ${RANGE}`),
          },
        ]
      : []),
  ]
}
