import { kubeProxyVersion, opensNodePorts } from '../facts/kube-proxy-version.ts'
import type { View } from '../facts/need.ts'
import type { Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { shellWord } from '../words/format.ts'

/** Part of the words of the rules that find kube-proxy behind the times. */
export const PROXY_HEALTH_WORDS = {
  healthTitle: {
    en: 'See whether kube-proxy of this node still follows: its last sync, its complaints',
    zh: '查看本节点的 kube-proxy 是否还在跟进：最近一次同步、报错',
  },
  healthRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  restartTitle: {
    en: 'Restart kube-proxy: it writes all rules anew',
    zh: '重启 kube-proxy：它会重新写出全部规则',
  },
  restartRisk: {
    en: 'Rules stay while it is away.',
    zh: '重启期间规则保持不变。',
  },
  restartHeldRisk: {
    en: 'Rules stay while it is away. Versions that hold NodePorts open (up to 1.23) reset what is queued there.',
    zh: '重启期间规则保持不变。会占住 NodePort 的版本（1.23 及以前）会让排队的连接被 RST。',
  },
} satisfies Record<string, Text>

const SYNCED = 'curl -s localhost:10249/metrics | grep sync_proxy_rules_last'

/** Look whether kube-proxy writes at all, then let it write everything anew. */
export function proxyHealthRemedies(view: View): readonly Remedy[] {
  const pods = proxyPods(view)
  const version = kubeProxyVersion(view)
  const freesPorts = version !== null && !opensNodePorts(version)
  return [
    {
      title: PROXY_HEALTH_WORDS.healthTitle,
      action: `${SYNCED}\n${pods} \\\n  | xargs -n1 kubectl -n kube-system logs --since=1h --tail=50`,
      language: 'sh',
      risk: PROXY_HEALTH_WORDS.healthRisk,
      verify: SYNCED,
    },
    {
      title: PROXY_HEALTH_WORDS.restartTitle,
      action: `${pods} \\\n  | xargs kubectl -n kube-system delete`,
      language: 'sh',
      risk: freesPorts ? PROXY_HEALTH_WORDS.restartRisk : PROXY_HEALTH_WORDS.restartHeldRisk,
      verify: SYNCED,
    },
  ]
}

/** The command that names kube-proxy's pod on this node. */
export function proxyPods({ snapshot }: View): string {
  const { name } = snapshot.node
  return `kubectl -n kube-system get pods -l k8s-app=kube-proxy --field-selector spec.nodeName=${name === null ? 'NODE' : shellWord(name)} -o name`
}
