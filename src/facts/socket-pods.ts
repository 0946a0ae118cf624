import type { PodRef } from '../model/pod-ref.ts'
import type { ProcessRef } from '../model/socket.ts'
import type { View } from './need.ts'

/** The pod that a socket belongs to: its namespace's, else that of whoever holds it (a pod on the host's network). null: none is known. */
export function podOf({ netns, snapshot }: View, holders: readonly ProcessRef[] | null): string | null {
  if (netns.pod) return podName(netns.pod)
  if (!snapshot.processes.ok) return null
  for (const { pid } of holders ?? []) {
    const pod = pid === null ? null : snapshot.processes.data.find((one) => one.pid === pid)?.pod
    if (pod) return podName(pod)
  }
  return null
}

/** `shop/web-0`; without a name its uid, or its container's id. */
export function podName({ namespace, name, uid, containerId }: PodRef): string | null {
  if (name !== null) return namespace === null ? name : `${namespace}/${name}`
  return uid ?? containerId
}
