import type { Command } from 'commander'
import type { KubeOptions } from '../collect/kube.ts'
import type { ClusterSeen } from '../model/cluster.ts'
import type { Lang, Text } from '../model/text.ts'
import { KUBE_WORDS as K, KUBE_REASONS } from '../words/kube.ts'
import { say } from '../words/say.ts'
import { Failure } from './failure.ts'

/** kubectl's options, as commander hands them over. */
export interface KubeFlags {
  /** Not given: only in a pod with an account. */
  readonly kube?: boolean
  readonly kubeconfig?: string
  readonly context?: string
  /** Names are to be taken out of what is printed: the API's own words hold some. */
  readonly redact?: boolean
}

export function kubeOptions(command: Command, lang: Lang): Command {
  return command
    .option('--kube', K.kubeOption[lang])
    .option('--no-kube', K.noKubeOption[lang])
    .option('--kubeconfig <file>', K.kubeconfigOption[lang])
    .option('--context <name>', K.contextOption[lang])
}

/** What of a cluster a command has use for. */
export type KubeWants = Pick<KubeOptions, 'namespace' | 'selector' | 'pods' | 'nodes'>

export interface KubeTold {
  readonly clusters: readonly ClusterSeen[]
  readonly notes: readonly Text[]
}

const NOTHING: KubeTold = { clusters: [], notes: [] }

/**
 * What the Kubernetes API says, where it is asked for; with files only when somebody asked.
 * Errors: Failure where it was asked for and there is no way to ask: no kubeconfig, no such context
 */
export async function askKube(flags: KubeFlags, wants: KubeWants, fromFiles: boolean): Promise<KubeTold> {
  const asked = flags.kube === true || flags.kubeconfig !== undefined || flags.context !== undefined
  if (flags.kube === false || (!asked && (fromFiles || process.env.KUBERNETES_SERVICE_HOST === undefined)))
    return NOTHING
  const { collectKube, hasAccount } = await import('../collect/kube.ts')
  const choice = { file: flags.kubeconfig, context: flags.context, env: process.env }
  if (!asked && !hasAccount(choice)) return NOTHING
  const { seen, gaps } = await collectKube({ ...choice, ...wants })
  const failed = gaps.find((one) => one.kind === '*')
  if (failed && asked) throw new Failure(say(K.notAsked, { detail: failed.gap.detail }))
  const notes = gaps.map(({ kind, gap: { reason, detail } }) =>
    say(flags.redact ? K.notReadWhy : K.notRead, { kinds: kind, reason: KUBE_REASONS[reason], detail }),
  )
  return { clusters: seen.listings.length > 0 ? [seen] : [], notes }
}

/** Pods of this node alone where its name is known (a DaemonSet hands it over): a cluster has very many. */
export const podsOfThisNode = (): KubeWants =>
  process.env.NODE_NAME ? { pods: { node: process.env.NODE_NAME } } : { pods: 'all' }
