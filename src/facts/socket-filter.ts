import type { ConnectionGroup, Listener, ProcessRef, TcpState } from '../model/socket.ts'
import { TCP_STATES } from '../model/socket.ts'
import { inRange } from './address-range.ts'
import type { View } from './need.ts'
import { peerName } from './peers.ts'
import { podOf } from './socket-pods.ts'

/** Which sockets are asked for; null and false: all. */
export interface SocketFilter {
  readonly states: readonly TcpState[] | null
  readonly port: number | null
  /** A program's name, or a pid. */
  readonly process: string | null
  /** `shop/web-0`, `web-0`, or a uid. */
  readonly pod: string | null
  /** An address, a range, or the name of a node, pod or Service. */
  readonly peer: string | null
  readonly unaccepted: boolean
}

const SHORT: Readonly<Record<string, TcpState>> = {
  ESTAB: 'ESTABLISHED',
  FIN_WAIT_1: 'FIN_WAIT1',
  FIN_WAIT_2: 'FIN_WAIT2',
  SYN_RCVD: 'SYN_RECV',
  SYN_RECEIVED: 'SYN_RECV',
  CLOSED: 'CLOSE',
  UNCONN: 'CLOSE',
  LISTENING: 'LISTEN',
}

/** A state as the kernel, ss or netstat spell it; null: no such state. */
export function stateNamed(word: string): TcpState | null {
  const name = word.trim().toUpperCase().replaceAll('-', '_')
  return SHORT[name] ?? TCP_STATES.find((one) => one === name) ?? null
}

/** Still in an accept queue: nobody holds it, on the side that serves. */
export const isUnaccepted = ({ holding, state, role }: ConnectionGroup): boolean =>
  holding === 'unaccepted' ||
  (holding === 'unowned' && role !== 'client' && (state === 'ESTABLISHED' || state === 'CLOSE_WAIT'))

export function connectionFits(view: View, filter: SocketFilter): (group: ConnectionGroup) => boolean {
  const { states, port, process, pod, peer, unaccepted } = filter
  const isPeer = peer === null ? null : peerFits(view, peer)
  return (group) =>
    (states === null || states.includes(group.state)) &&
    (port === null || group.local.port === port || group.peer.port === port) &&
    (process === null || isHeldBy(group.processes, process)) &&
    (pod === null || isNamed(podOf(view, group.processes), pod)) &&
    (isPeer === null || isPeer(group.peer.address)) &&
    (!unaccepted || isUnaccepted(group))
}

export function listenerFits(view: View, { states, port, process, pod, peer, unaccepted }: SocketFilter) {
  return (one: Listener): boolean =>
    peer === null &&
    (states === null || states.includes('LISTEN')) &&
    (port === null || one.local.port === port) &&
    (process === null || isHeldBy(one.owners, process)) &&
    (pod === null || isNamed(podOf(view, one.owners), pod)) &&
    (!unaccepted || (one.acceptQueue.length ?? 0) > 0)
}

function isHeldBy(holders: readonly ProcessRef[] | null, wanted: string): boolean {
  return (holders ?? []).some(({ pid, comm }) => comm === wanted || String(pid) === wanted)
}

const isNamed = (pod: string | null, wanted: string): boolean =>
  pod !== null && (pod === wanted || pod.slice(pod.indexOf('/') + 1) === wanted)

/** By address or range; else by the name of what has the address, or a part of it. */
function peerFits(view: View, wanted: string): (address: string) => boolean {
  const range = inRange(wanted)
  if (range) return range
  return (address) => address === wanted || peerName(view, address)?.text.en.includes(wanted) === true
}
