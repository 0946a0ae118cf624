import type { View } from '../facts/need.ts'
import { JITTER, MIN_BEGINNINGS, type PeriodicConnect, periodicConnects } from '../facts/periodic-connects.ts'
import type { Draft, Evidence } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { peerList } from './peer-words.ts'

// No scenario of the lab: it takes three connections at least five seconds apart, which is longer than a scenario may last.

const words = {
  one: {
    en: '{clients} connects to port {port} every {seconds} s, as a timer does: a health check, a poller, or a client that tries again and again',
    zh: '{clients} 每 {seconds} 秒连接一次端口 {port}，像定时器一样准：可能是健康检查、轮询，也可能是不断重试的客户端',
  },
  several: {
    en: '{clients} each connect to port {port} every {seconds} s, as timers do: health checks, pollers, or clients that try again and again',
    zh: '{clients} 各自每 {seconds} 秒连接一次端口 {port}，像定时器一样准：可能是健康检查、轮询，也可能是不断重试的客户端',
  },
  byTable: {
    en: '{source} to {destination}: connections whose entries in TIME_WAIT lie {seconds} s apart, {times} times',
    zh: '{source} 到 {destination}：TIME_WAIT 表项之间相隔 {seconds} 秒，共 {times} 次',
  },
  byCapture: {
    en: '{source} to {destination}: SYNs of new connections {seconds} s apart, {times} times',
    zh: '{source} 到 {destination}：新连接的 SYN 相隔 {seconds} 秒，共 {times} 次',
  },
  whatItIs: {
    en: 'What it is: the process behind the address (ss -tnp there at such a moment), or the probe with that period: periodSeconds and interval in pods, load balancers, monitors, proxies.',
    zh: '要弄清它是什么：在该地址的主机上于连接发生时执行 ss -tnp 查看进程，或查找周期相同的探测：Pod 的 periodSeconds，以及负载均衡、监控、代理里的 interval。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'periodic-connector',
  title: { en: 'A client connects at an even period', zh: '有客户端按固定周期连接' },
  severity: 'info',
  scope: 'netns',
  needs: { periodic: periodicConnects },
  words,
  page: {
    what: {
      en: 'The same address opens a connection to the same port at distances that hardly vary. People and requests do not do that, timers do. It is no fault; it tells who the steady visitor is, which matters where a queue fills slowly, where a port is dialled that nobody should need, or where a probe fails.',
      zh: '同一个地址总是隔几乎相等的时间向同一个端口发起连接。人和业务请求不会这样，只有定时器会。这不是故障，而是说明这位“常客”是谁：当某个队列在慢慢变满、某个本不该有人访问的端口总有人连、或者某个探测在失败时，这一点很有用。',
    },
    why: {
      en: 'Health checks of load balancers and kubelets, monitoring, service discovery, connection pools that renew their members, and clients that fail and wait a fixed time before the next attempt. A program that opens a connection every 20 s to a port whose listener nobody accepts from fills a queue of 128 in 43 minutes.',
      zh: '负载均衡和 kubelet 的健康检查、监控、服务发现、定期更换连接的连接池，以及失败后等固定时间再试的客户端。如果某个监听端口没有人 accept，而有程序每 20 秒连一次，43 分钟就能填满长度为 128 的队列。',
    },
    confirm: {
      en: "`conntrack -L -p tcp --orig-port-dst PORT`: entries of one source in TIME_WAIT whose third column falls in equal steps. Or `tcpdump -nn 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn and port PORT'` for a few periods.",
      zh: "执行 `conntrack -L -p tcp --orig-port-dst PORT`：同一来源的 TIME_WAIT 表项，第三列的剩余时间等距递减。或者用 `tcpdump -nn 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn and port PORT'` 观察几个周期。",
    },
    fix: {
      en: 'Nothing, where it is wanted. A check that only opens a port proves little: let it ask for something and read the answer. One that nobody needs any more: remove it at its source.',
      zh: '若确有需要，无须处理。只连端口的检查意义不大，应当发出请求并读取应答。已经没有用处的，请在源头删除。',
    },
    notToConfuse: {
      en: '- A SYN that is sent again (1, 2, 4, 8 s or 1, 1, 1, 1, 1, 2 s) is one attempt: same ports, same sequence number.\n- Steady traffic of many requests a second: too dense to have a period.\n- Keep-alive packets on an open connection: no SYN.',
      zh: '- 重发的 SYN（间隔 1、2、4、8 秒，或 1、1、1、1、1、2 秒）属于同一次尝试：端口和序号都相同。\n- 每秒许多请求的平稳流量：太密，谈不上周期。\n- 已建立连接上的 keep-alive 报文：不是 SYN。',
    },
    sources: [
      'Linux Documentation/networking/nf_conntrack-sysctl.rst: nf_conntrack_tcp_timeout_time_wait',
      'Kubernetes documentation: Configure Liveness, Readiness and Startup Probes',
    ],
  },
  thresholds: [
    {
      value: '3 × ± 2 s',
      reason: {
        en: 'from conntrack: at least three times, since whole seconds are printed and a listing takes a moment; periods from 5 s on',
        zh: '来自 conntrack：至少三次，误差小于 2 秒，因为只打印整秒，且列表输出需要时间；周期从 5 秒起',
      },
    },
    {
      value: `${MIN_BEGINNINGS} × ± ${100 * JITTER} %`,
      reason: {
        en: 'from a capture: four beginnings make three equal distances; two are chance. Timers drift by less than two percent',
        zh: '来自抓包：四次开始得到三段相等的间隔，两段可能是巧合；定时器的漂移不到百分之二',
      },
    },
  ],
  effects: [],
  check({ periodic }, view) {
    const alike = new Map<string, PeriodicConnect[]>()
    for (const one of periodic) {
      const key = `${one.port} ${one.seconds}`
      alike.set(key, [...(alike.get(key) ?? []), one])
    }
    const byPort = new Map<number, PeriodicConnect[][]>()
    for (const group of alike.values()) {
      const port = group[0]?.port ?? 0
      byPort.set(port, [...(byPort.get(port) ?? []), group])
    }
    return [...byPort].flatMap(([port, groups]) => groups.map((group) => draftOf(view, port, group, groups.length > 1)))
  },
})

function draftOf(view: View, port: number, group: readonly PeriodicConnect[], isOneOfSeveral: boolean): Draft {
  const [first] = group
  const sources = [...new Set(group.map((one) => one.source))].toSorted()
  const seconds = first?.seconds ?? 0
  const clients = peerList(
    view,
    sources.map((address) => ({ address, count: null })),
  )
  return {
    subject: { kind: 'peer', key: `to port ${port}${isOneOfSeveral ? ` every ${seconds} s` : ''}`, port },
    severity: 'info',
    confidence: 'likely',
    when: 'now',
    summary: say(sources.length > 1 ? words.several : words.one, { clients, port: String(port), seconds }),
    evidence: group.map((one) => evidenceOf(view, one)),
    remedies: [],
    notHelpful: [],
    unknowns: [words.whatItIs],
  }
}

function evidenceOf(view: View, one: PeriodicConnect): Evidence {
  const { source, destination, seconds, times, connections, port, origin } = one
  return {
    label: say(one.by === 'conntrack' ? words.byTable : words.byCapture, { source, destination, seconds, times }),
    value: connections,
    unit: 'connections',
    limit: null,
    source: origin,
    command:
      one.by === 'conntrack'
        ? inNetns(view, `conntrack -L -p tcp --orig-port-dst ${port}`)
        : `tcpdump -nn tcp port ${port}`,
  }
}
