import type { View } from './need.ts'

/** What becomes of a connection attempt at a full accept queue. */
export type FullQueueBehaviour = 'drops-syn' | 'drops-ack' | 'unknown'

/** Major and minor number of the kernel; null where it was not read. `4.4.41-k8s` → [4, 4]. */
export function kernelRelease(view: View): readonly [number, number] | null {
  const match = /^(\d+)\.(\d+)/.exec(view.snapshot.node.kernel?.value ?? '')
  return match ? [Number(match[1]), Number(match[2])] : null
}

/** Is the kernel at least this one? null where it was not read. */
export function isKernelAtLeast(view: View, major: number, minor: number): boolean | null {
  const release = kernelRelease(view)
  return release && (release[0] > major || (release[0] === major && release[1] >= minor))
}

/**
 * Since 4.10 a full queue drops the SYN itself. Older kernels answer it while few requests are young, and drop the last ACK
 * of the handshake: the client believes that it is connected. Long-term series (3.16.81, 4.4 in 2019) took the change over,
 * so an old number is a guess: 3.x and 4.0 to 4.9 say *ack* here, and the words say "unless the change was taken over".
 */
export function fullQueueBehaviour(view: View): FullQueueBehaviour {
  const isNew = isKernelAtLeast(view, 4, 10)
  return isNew === null ? 'unknown' : isNew ? 'drops-syn' : 'drops-ack'
}
