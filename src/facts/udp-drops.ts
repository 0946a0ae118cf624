import type { UdpSocket } from '../model/network.ts'
import type { Text } from '../model/text.ts'
import { type Counter, deltas, isRecent, totals } from './counters.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { everySysctl, type Sysctl } from './sysctls.ts'

/** A UDP socket that lost datagrams, or has no room for more. */
export interface FullUdpSocket {
  readonly socket: UdpSocket
  /** Since the reading before; null: not known. */
  readonly grown: number | null
  /** Its queue holds as much as a receive buffer of the default size. */
  readonly full: boolean
}

export interface UdpDrops {
  /** RcvbufErrors of both families, since boot. */
  readonly lost: Counter | null
  /** Of all datagrams for a socket that was there, since boot; null: not told. */
  readonly share: number | null
  readonly grown: { readonly lost: Counter; readonly share: number | null; readonly seconds: number | null } | null
  /** Those that lose now, then those that lost most since they were made. */
  readonly sockets: readonly FullUdpSocket[]
  readonly bufferDefault: Sysctl | null
  readonly bufferMax: Sysctl | null
}

const LOST = ['UdpRcvbufErrors', 'Udp6RcvbufErrors'] as const
const TAKEN = ['UdpInDatagrams', 'Udp6InDatagrams'] as const
/** net.core.rmem_default of most kernels: 256 datagrams of 256 bytes with their overhead (SK_RMEM_MAX). */
const USUAL_BUFFER = 212_992
/** A datagram is refused when the queue is over the limit, so a full one stands close below it or above. */
const FULL = 0.9

/**
 * Datagrams for which a socket had no room.
 * Gaps: missing where neither counters nor sockets were captured; incomplete where only sockets without drops were
 */
export const udpDrops: Need<UdpDrops> = need('udp-drops', (view) => {
  const all = totals([LOST[0]], [LOST[1], ...TAKEN]).get(view)
  const isTotal = all.ok && all.incomplete === null
  const sockets = socketsIn(view)
  if (!isTotal && sockets === null) return missing(all.ok ? NO_COUNTERS : all.why)
  const lost = isTotal ? sum(LOST.map((name) => all.value[name])) : null
  const taken = isTotal ? sum(TAKEN.map((name) => all.value[name])) : null
  const value: UdpDrops = {
    lost,
    share: shareOf(lost, taken),
    grown: grownOf(view),
    sockets: (sockets ?? [])
      .filter(({ socket, grown, full }) => full || (grown ?? socket.drops ?? 0) > 0)
      .toSorted(worst),
    bufferDefault: settingOf(view, 'net.core.rmem_default'),
    bufferMax: settingOf(view, 'net.core.rmem_max'),
  }
  const isTold = lost !== null || (sockets ?? []).some(({ socket }) => socket.drops !== null) || sockets?.length === 0
  return got(value, isTold ? null : NO_COUNTERS)
})

function grownOf(view: View): UdpDrops['grown'] {
  const gained = deltas.get(view)
  if (!gained.ok || !isRecent(gained.value.seconds)) return null
  const lost = sum(LOST.map(gained.value.of))
  return lost && { lost, share: shareOf(lost, sum(TAKEN.map(gained.value.of))), seconds: gained.value.seconds }
}

function socketsIn(view: View): readonly FullUdpSocket[] | null {
  const { network } = view.netns
  if (!network.ok || network.data.udp === null) return null
  const earlier = view.before?.netns.network
  const then = view.order?.by === 'clock' && earlier?.ok ? (earlier.data.udp ?? []) : []
  const byInode = new Map(then.flatMap((one) => (one.inode ? [[one.inode, one] as const] : [])))
  const limit = FULL * (settingOf(view, 'net.core.rmem_default')?.number ?? USUAL_BUFFER)
  return network.data.udp.map((socket) => {
    const old = socket.inode === null ? undefined : byInode.get(socket.inode)
    const known = old?.drops != null && socket.drops !== null && socket.drops >= old.drops
    return {
      socket,
      grown: known ? (socket.drops ?? 0) - (old.drops ?? 0) : null,
      full: (socket.recvQueueBytes ?? 0) >= limit,
    }
  })
}

const worst = (a: FullUdpSocket, b: FullUdpSocket): number =>
  (b.grown ?? 0) - (a.grown ?? 0) || Number(b.full) - Number(a.full) || (b.socket.drops ?? 0) - (a.socket.drops ?? 0)

/** The same in every namespace, though not every one shows it. */
const settingOf = (view: View, key: string): Sysctl | null => everySysctl(view, key)[0] ?? null

function sum(counters: readonly (Counter | null)[]): Counter | null {
  const told = counters.filter((one) => one !== null)
  const [first] = told
  return first ? { value: told.reduce((all, one) => all + one.value, 0), origin: first.origin } : null
}

const shareOf = (lost: Counter | null, taken: Counter | null): number | null =>
  lost && taken && lost.value + taken.value > 0 ? lost.value / (lost.value + taken.value) : null

const NO_COUNTERS: Text = {
  en: 'lost UDP datagrams were not counted (nstat -az UdpRcvbufErrors UdpInDatagrams, ss -uanmp)',
  zh: '没有采集到 UDP 丢包计数（nstat -az UdpRcvbufErrors UdpInDatagrams、ss -uanmp）',
}
