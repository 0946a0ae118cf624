import type { GapReason } from '../model/part.ts'
import type { Text } from '../model/text.ts'

/** What is said of the Kubernetes API. */
export const KUBE_WORDS = {
  kubeOption: {
    en: "ask the Kubernetes API for nodes, Services, endpoints and pods (KUBECONFIG, ~/.kube/config, or the pod's own account; in a pod with an account without asking)",
    zh: '向 Kubernetes API 查询节点、Service、endpoint 和 Pod（依次使用 KUBECONFIG、~/.kube/config、Pod 自身的账号；在有账号的 Pod 中默认启用）',
  },
  noKubeOption: { en: 'do not ask the Kubernetes API', zh: '不查询 Kubernetes API' },
  kubeconfigOption: { en: 'the kubeconfig to use; implies --kube', zh: '指定 kubeconfig 文件（等于同时指定 --kube）' },
  contextOption: { en: 'the context in it; implies --kube', zh: '指定其中的 context（等于同时指定 --kube）' },
  asking: { en: 'asking Kubernetes …', zh: '正在查询 Kubernetes……' },
  notRead: {
    en: 'Kubernetes did not tell its {kinds}: {reason} ({detail})',
    zh: '没有从 Kubernetes 取得 {kinds}：{reason}（{detail}）',
  },
  notReadWhy: { en: 'Kubernetes did not tell its {kinds}: {reason}', zh: '没有从 Kubernetes 取得 {kinds}：{reason}' },
  notAsked: { en: '--kube: {detail}', zh: '--kube：{detail}' },
} satisfies Record<string, Text>

/** Why the API did not answer, in a word. */
export const KUBE_REASONS: Readonly<Record<GapReason, Text>> = {
  absent: { en: 'nobody answers there', zh: '无法连接' },
  denied: { en: 'not permitted', zh: '没有权限' },
  timeout: { en: 'no answer in time', zh: '没有及时应答' },
  unsupported: { en: 'not supported', zh: '不支持' },
  malformed: { en: 'not readable', zh: '无法解析' },
}
