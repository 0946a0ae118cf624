import type { Origin } from '../model/part.ts'
import type { PodRef } from '../model/pod-ref.ts'
import type { Container } from '../model/snapshot.ts'
import { fieldsOf, messageIn, messagesIn, numberIn, textIn } from './protobuf.ts'

/** What the container runtime calls a pod: its sandbox. */
export interface Sandbox {
  readonly id: string
  readonly pod: PodRef
  readonly ready: boolean
}

/** Parse a ListPodSandboxResponse. Source: cri-api, runtime/v1/api.proto; v1alpha2 has the same fields */
export function parseSandboxes(response: Uint8Array): readonly Sandbox[] {
  return messagesIn(fieldsOf(response), 1).map((sandbox) => {
    const metadata = messageIn(sandbox, 2)
    const id = textIn(sandbox, 1)
    return {
      id,
      pod: {
        uid: textIn(metadata, 2) || null,
        containerId: null,
        namespace: textIn(metadata, 3) || null,
        name: textIn(metadata, 1) || null,
      },
      ready: numberIn(sandbox, 3) === 0,
    }
  })
}

const STATES = ['created', 'running', 'exited', 'unknown']

/** Parse a ListContainersResponse. Gaps: the pid is not in it; `restarts` is the attempt, 0 the first */
export function parseContainers(
  response: Uint8Array,
  sandboxes: readonly Sandbox[],
  origin: Origin,
): readonly Container[] {
  const byId = new Map(sandboxes.map((one) => [one.id, one.pod]))
  return messagesIn(fieldsOf(response), 1).map((container) => {
    const id = textIn(container, 1)
    const metadata = messageIn(container, 3)
    const pod = byId.get(textIn(container, 2))
    return {
      id,
      name: textIn(metadata, 1) || null,
      image: textIn(messageIn(container, 4), 1) || null,
      state: STATES[numberIn(container, 6)] ?? null,
      pid: null,
      pod: pod ? { ...pod, containerId: id } : null,
      restarts: numberIn(metadata, 2),
      origin,
    }
  })
}

/** The pod of a cgroup path with the name that the runtime knows it by: found by its uid, its container or its sandbox. */
export function namePods(
  sandboxes: readonly Sandbox[],
  containers: readonly Container[],
): (pod: PodRef | null) => PodRef | null {
  const byContainer = new Map<string, PodRef>()
  const byUid = new Map<string, PodRef>()
  for (const { id, pod } of sandboxes) {
    byContainer.set(id, pod)
    if (pod.uid !== null) byUid.set(pod.uid, pod)
  }
  for (const { id, pod } of containers) if (pod) byContainer.set(id, pod)
  return (pod) => {
    if (!pod || pod.name !== null) return pod
    const known = (pod.containerId && byContainer.get(pod.containerId)) || (pod.uid && byUid.get(pod.uid))
    if (!known) return pod
    return { uid: pod.uid ?? known.uid, containerId: pod.containerId, namespace: known.namespace, name: known.name }
  }
}
