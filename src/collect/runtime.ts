import type { PodRef } from '../model/pod-ref.ts'
import { namePods, parseContainers, parseSandboxes } from '../parse/cri.ts'
import { parsePodCgroup } from '../parse/proc-pid.ts'
import { askRuntime, type RuntimeOptions } from '../sys/cri.ts'
import type { Answer } from '../sys/host.ts'
import { asGap } from '../sys/host-error.ts'
import { wholly } from './answers.ts'

/** What the container runtime knows that the kernel does not: names. */
export interface Runtime {
  /** Answers to the question for containers. */
  readonly answers: readonly Answer[]
  /** The pod of a /proc/PID/cgroup, with its name where the runtime knows it. */
  readonly podOf: (cgroup: string) => PodRef | null
}

/**
 * Ask this node's container runtime, so that pods have names without the API.
 * Gaps: no runtime, or one that may not be asked: pods keep the ids of their cgroup paths
 */
export async function readRuntime(options: RuntimeOptions): Promise<Runtime> {
  try {
    const { socket, ...lists } = await askRuntime(options)
    const sandboxes = parseSandboxes(lists.sandboxes)
    const containers = parseContainers(lists.containers, sandboxes, { via: `CRI ${socket}` })
    const name = namePods(sandboxes, containers)
    return {
      answers: [{ ok: true, place: null, content: { question: 'containers', containers }, ...wholly('CRI') }],
      podOf: (cgroup) => name(parsePodCgroup(cgroup)),
    }
  } catch (error) {
    return { answers: [asGap(error)], podOf: parsePodCgroup }
  }
}
