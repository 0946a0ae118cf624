import type { ClusterSeen } from '../model/cluster.ts'
import type { Listing } from '../model/listing.ts'
import type { Unread } from '../model/report.ts'
import type { Series } from '../model/snapshot.ts'
import type { Lang, Text } from '../model/text.ts'
import type { KubeFlags, KubeWants } from './kube.ts'
import type { ColorChoice } from './terminal.ts'

/** Options that every command takes, as commander hands them over. */
export interface CommonOptions {
  readonly lang: Lang
  readonly color: ColorChoice
  readonly 'path.procfs': string
}

export interface InputOptions extends CommonOptions, KubeFlags {
  /** Milliseconds. */
  readonly interval: number
  readonly netns: string
  /** What the command has use for, of what Kubernetes can tell. */
  readonly kubeWants?: KubeWants
}

export interface Input {
  readonly series: readonly Series[]
  readonly clusters: readonly ClusterSeen[]
  readonly unread: readonly Unread[]
  readonly notes: readonly Text[]
  /** What was made of each text; empty for what is no text. */
  readonly listings: readonly Listing[]
}
