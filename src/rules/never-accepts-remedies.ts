import { kubeProxyVersion, opensNodePorts } from '../facts/kube-proxy-version.ts'
import type { View } from '../facts/need.ts'
import type { NeverAccepting } from '../facts/never-accepting.ts'
import type { Held } from '../facts/owners.ts'
import type { Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { proxyPods } from './proxy-health-remedies.ts'
import { longestFirst } from './queue-evidence.ts'

export const REMEDY_WORDS = {
  restartProxyTitle: {
    en: 'Restart kube-proxy: closing the listeners frees every place',
    zh: '重启 kube-proxy：关闭监听套接字即可释放全部位置',
  },
  restartProxyRisk: {
    en: 'Every queued connection is reset (their clients have mostly given up). Rules stay in place meanwhile; changes of Services wait some seconds. The ports fill again over time. Of a static pod only the mirror goes when it is deleted: end the process itself there.',
    zh: '排队的连接全部被 RST（其客户端大多早已放弃）。期间转发规则保持不变，Service 的变更会晚几秒生效。之后端口仍会慢慢再次积满。如果是静态 Pod，删除的只是镜像 Pod：要结束进程本身。',
  },
  upgradeTitle: {
    en: 'For good: kube-proxy 1.24 or later, which opens no NodePorts (nor do 1.23.7, 1.22.10 and 1.21.14); what slips past NAT is then refused at once',
    zh: '根治：升级到 kube-proxy 1.24 或更高版本，它不再打开 NodePort（1.23.7、1.22.10、1.21.14 也不再打开）；绕过 NAT 的连接会立刻被拒绝',
  },
  behindTitle: {
    en: 'For good: bring kube-proxy to the version of the kubelet ({version}), which opens no NodePorts',
    zh: '根治：把 kube-proxy 升级到与 kubelet 相同的版本（{version}），该版本不再打开 NodePort',
  },
  upgradeRisk: { en: 'That of a Kubernetes upgrade.', zh: '等同于一次 Kubernetes 升级的风险。' },
  leakTitle: {
    en: 'Until then: close the ways in. Remove NodePorts that nobody needs, and point health checks of load balancers away from Services without endpoints',
    zh: '在此之前：堵住漏入的途径。删掉没人用的 NodePort，不要让负载均衡的健康检查打到没有 endpoint 的 Service 上',
  },
  leakRisk: { en: 'A NodePort that somebody does use is gone for them.', zh: '仍在使用该 NodePort 的调用方会断开。' },
  continueTitle: { en: 'Let the stopped process go on', zh: '让停止的进程继续运行' },
  continueRisk: {
    en: 'Find out first who stopped it: a debugger, a job control signal, a freezer.',
    zh: '先查清是谁停止了它：调试器、作业控制信号，还是 freezer。',
  },
  restartTitle: { en: 'See where the program stands, then restart it', zh: '先看程序停在哪里，再重启它' },
  restartRisk: {
    en: 'Every queued connection is reset when its listener closes, and what the program serves elsewhere stops with it. Take the stack first: it is the only proof of the cause.',
    zh: '监听套接字关闭时，排队的连接全部被 RST，程序的其他服务也会中断。请先保存调用栈：那是原因的唯一证据。',
  },
} satisfies Record<string, Text>

export function continueRemedy({ holder }: Held<NeverAccepting>): Remedy {
  const pids = holder?.pids.join(' ') ?? ''
  return {
    title: REMEDY_WORDS.continueTitle,
    action: `kill -CONT ${pids}`,
    language: 'sh',
    risk: REMEDY_WORDS.continueRisk,
    verify: `ps -o pid,stat,comm -p ${pids.replaceAll(' ', ',')}`,
  }
}

export function proxyRemedies(view: View, { holder }: Held<NeverAccepting>): readonly Remedy[] {
  const verify = inNetns(view, "ss -nltp | awk '$2 > 0'")
  const version = kubeProxyVersion(view)
  const isBehind = version !== null && !opensNodePorts(version)
  return [
    {
      title: REMEDY_WORDS.restartProxyTitle,
      action: restartAction(view, holder?.pids ?? []),
      language: 'sh',
      risk: REMEDY_WORDS.restartProxyRisk,
      verify,
    },
    {
      title: isBehind ? say(REMEDY_WORDS.behindTitle, { version: version.text }) : REMEDY_WORDS.upgradeTitle,
      action: null,
      language: null,
      risk: REMEDY_WORDS.upgradeRisk,
      verify: inNetns(view, 'ss -nltp | grep kube-proxy'),
    },
    {
      title: REMEDY_WORDS.leakTitle,
      action: 'kubectl get endpoints -A | awk \'$3 == "<none>"\'',
      language: 'sh',
      risk: REMEDY_WORDS.leakRisk,
      verify,
    },
  ]
}

/** By the pod's name where kubectl told it, else by its label; for one that is no pod of a DaemonSet, its process. */
function restartAction(view: View, pids: readonly number[]): string {
  const node = view.snapshot.node.name
  const pod = view.cluster?.all.pods.find((one) => one.name.startsWith('kube-proxy') && one.node === node)
  const restart = pod
    ? `kubectl -n ${shellWord(pod.namespace ?? 'kube-system')} delete pod ${shellWord(pod.name)}`
    : `${proxyPods(view)} \\\n  | xargs kubectl -n kube-system delete`
  return pids.length === 0 ? restart : `${restart}\n# static pod or systemd unit: kill ${pids.join(' ')}`
}

export function restartRemedy(view: View, { holder, items }: Held<NeverAccepting>): Remedy {
  const [first] = longestFirst(items)
  const port = first?.listener.local.port ?? 0
  const pid = holder?.pids[0]
  const listing = inNetns(view, `ss -nltp 'sport = :${port}'`)
  return {
    title: REMEDY_WORDS.restartTitle,
    action: pid === undefined ? listing : `ps -L -o tid,stat,wchan:32,comm -p ${pid}\ncat /proc/${pid}/task/*/stack`,
    language: 'sh',
    risk: REMEDY_WORDS.restartRisk,
    verify: listing,
  }
}
