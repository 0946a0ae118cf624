/** A pod as far as cgroup paths or the input name it. */
export interface PodRef {
  readonly uid: string | null
  readonly containerId: string | null
  readonly namespace: string | null
  readonly name: string | null
}
