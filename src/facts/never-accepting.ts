import type { Confidence } from '../model/finding.ts'
import { acceptQueues } from './accept-queues.ts'
import { secondsBetween } from './counters.ts'
import { kubeProxyVersion, opensNodePorts } from './kube-proxy-version.ts'
import { got, type Need, need, type View } from './need.ts'
import { isServedByKubeProxy, neverAcceptedPorts } from './never-accepted.ts'
import { earlierContents, type FilledQueue, fill } from './queue-contents.ts'
import { sameOldest } from './same-sockets.ts'

/** A queue that nobody takes connections from, and what shows it. */
export interface NeverAccepting extends FilledQueue {
  /**
   * - `same-oldest`: the same oldest connection waits at both readings, the queue did not fall, nobody holds one of its port
   * - `standing`: the same without the connection's identity: dated readings a minute apart, or nothing but reset ones
   * - `stopped`: every process that holds the listener is stopped (state T): looks alike, and is cured by SIGCONT
   * - `kube-proxy`: up to 1.23 it holds NodePorts open without ever accepting; judged from one reading, unless its version is newer
   * - `node-port`: nobody is named, but a NodePort keeps connections that their clients have given up
   */
  readonly sign: 'same-oldest' | 'standing' | 'stopped' | 'kube-proxy' | 'node-port'
  readonly confidence: Confidence
}

/** The API server's --service-node-port-range, unless changed. */
const NODE_PORTS = [30000, 32767] as const
/** Dated readings without socket identities must lie this far apart before an unmoved queue means anything. */
const STANDING_SECONDS = 60
/** Programs that do accept pause for so long now and then. */
const PAUSE_MS = 5000

/** The queues that nobody accepts from. Gaps: those of acceptQueues; without connections only kube-proxy can be judged. */
export const neverAccepting: Need<readonly NeverAccepting[]> = need('never-accepting', (view) => {
  const queues = acceptQueues.get(view)
  if (!queues.ok) return queues
  const judged = queues.value.flatMap((queue): NeverAccepting[] => {
    const filled = fill(view, queue)
    const verdict = judge(view, filled)
    return verdict ? [{ ...filled, ...verdict }] : []
  })
  return got(judged, queues.incomplete)
})

type Verdict = Pick<NeverAccepting, 'sign' | 'confidence'>

function judge(view: View, queue: FilledQueue): Verdict | null {
  if (isStopped(view, queue)) return { sign: 'stopped', confidence: 'likely' }
  // Blocked in the kernel it looks just so for as long as that lasts: accept() is late then, and accept-blocked-on-io says why.
  if (isBlocked(view, queue)) return null
  if (queue.contents.owned > 0) return null
  const then = earlierContents(view, queue.listener)
  if (then && (queue.length < then.length || then.contents.owned > 0)) return null
  return (then && then.length > 0 ? overTime(view, queue, then) : null) ?? fromOneReading(view, queue)
}

/** A slow program looks alike until the queue moves or it holds a connection: both readings must show the port whole. */
function overTime(
  view: View,
  queue: FilledQueue,
  then: NonNullable<ReturnType<typeof earlierContents>>,
): Verdict | null {
  const [a, b] = [then.contents, queue.contents]
  if (!a.whole || !b.whole || view.order?.by !== 'clock') return null
  const same = sameOldest(a, b)
  if (same === false) return null
  if (same) return isPause(queue) ? null : { sign: 'same-oldest', confidence: isYoung(queue) ? 'likely' : 'certain' }
  const seconds = secondsBetween(then.view.snapshot.takenAt, view.snapshot.takenAt) ?? 0
  const onlyReset = a.visible === 0 && b.visible === 0 && then.length === queue.length
  const unmoved = seconds >= STANDING_SECONDS && a.visible > 0 && b.visible >= a.visible
  return onlyReset || unmoved ? { sign: 'standing', confidence: 'likely' } : null
}

/** A program that serves everybody holds nobody: one that stops for a collection or a disk looks just so until it goes on. */
const isYoung = ({ contents }: FilledQueue): boolean => contents.oldestMs !== null && contents.oldestMs < PAUSE_MS

const isPause = (queue: FilledQueue): boolean => isYoung(queue) && !queue.full

function fromOneReading(view: View, queue: FilledQueue): Verdict | null {
  const { listener, holder, contents } = queue
  const { port } = listener.local
  const held = neverAcceptedPorts(view.netns).has(port) || (holder?.program === 'kube-proxy' && holder.inferred)
  if (held && !isServedByKubeProxy(listener.local)) return heldByKubeProxy(view, queue)
  const isNodePort = port >= NODE_PORTS[0] && port <= NODE_PORTS[1]
  const givenUp = contents.whole && contents.closeWait > 0 && contents.closeWait === contents.visible
  return holder === null && isNodePort && givenUp ? { sign: 'node-port', confidence: 'possible' } : null
}

/**
 * What a kube-proxy that opens no NodePorts does listen on are health checks of Services (healthCheckNodePort): those it answers.
 * The kubelet's version is not always kube-proxy's: an upgrade of the nodes may have left it behind.
 */
function heldByKubeProxy(view: View, { full, contents }: FilledQueue): Verdict | null {
  const version = kubeProxyVersion(view)
  const opens = version === null || opensNodePorts(version)
  if (!opens && version.by === 'image') return null
  return { sign: 'kube-proxy', confidence: opens && (full || contents.visible > 0) ? 'likely' : 'possible' }
}

function isStopped({ snapshot }: View, { holder }: FilledQueue): boolean {
  if (!snapshot.processes.ok || !holder || holder.pids.length === 0) return false
  const states = new Map(snapshot.processes.data.map((one) => [one.pid, one.state]))
  return holder.pids.every((pid) => states.get(pid)?.toUpperCase() === 'T')
}

/** Its first thread, or half of them: a thread beside that reads a file is no reason. */
function isBlocked({ snapshot }: View, { holder }: FilledQueue): boolean {
  if (!snapshot.processes.ok || !holder) return false
  return snapshot.processes.data.some(
    ({ pid, state, threads }) =>
      holder.pids.includes(pid) &&
      (state === 'D' || (threads !== null && 2 * (threads.states.D ?? 0) >= threads.looked)),
  )
}
