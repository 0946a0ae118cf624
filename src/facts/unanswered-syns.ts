import type { Capture, PacketEnd } from '../model/capture.ts'
import type { Origin } from '../model/part.ts'
import type { Listener } from '../model/socket.ts'
import { acceptQueues } from './accept-queues.ts'
import { type ConnectAttempt, connectAttempts } from './capture-flows.ts'
import { coversAll } from './coverage.ts'
import { got, missing, type Need, need, type View } from './need.ts'

/** SYNs to one place that were sent again and again, as a capture shows them. */
export interface UnansweredSyns {
  readonly server: PacketEnd
  readonly clients: readonly string[]
  readonly attempts: number
  readonly syns: number
  /** From the first SYN of the longest attempt to its last, in seconds; null where no times are printed. */
  readonly seconds: number | null
  /** Connections of the same place that were answered in the same capture. */
  readonly answered: number
  /** Whose address the server is: this machine's, another's (the client is this machine), or not known. */
  readonly side: 'here' | 'elsewhere' | 'unknown'
  /**
   * Who listens on this port in this reading: `full`: its accept queue is full · `open` · `none`: all were seen · `unknown`.
   * `open` and `none` take an address that is known to be this machine's.
   */
  readonly listener: 'full' | 'open' | 'none' | 'unknown'
  /** The listener that it stands for, with the address it has where that is not the one of the capture. */
  readonly at: Listener | null
  /** The capture shows only one direction, or may: no answer could be in it. */
  readonly oneWay: boolean
  /** Packets are missing: tcpdump says so, or the text was cut. The repeated SYN itself stays a proof. */
  readonly cut: boolean
  readonly origin: Origin
}

/**
 * Two repetitions: the second is sent three seconds after the first SYN (two since Linux 6.5), and one packet that gets lost is
 * ordinary.
 */
export const MIN_SYNS = 3

/** Places whose SYNs had to be sent again. Gaps: missing without a capture; incomplete where one is cut or one-sided */
export const unansweredPlaces: Need<readonly UnansweredSyns[]> = need('unanswered-places', (view) => {
  const { captures } = view.snapshot
  if (!captures.ok) return missing(NO_CAPTURE)
  const isCut = captures.cuts.length > 0
  const found = captures.data.flatMap((capture) => placesOf(view, capture, isCut))
  const partial =
    isCut || captures.data.some((one) => one.beyond > 0 || (one.droppedByKernel ?? 0) > 0 || isOneWay(one))
  return got(found, partial ? PARTIAL : null)
})

function placesOf(view: View, capture: Capture, isCut: boolean): readonly UnansweredSyns[] {
  const byServer = new Map<string, ConnectAttempt[]>()
  for (const attempt of connectAttempts(capture)) {
    const key = `${attempt.server.address} ${attempt.server.port}`
    byServer.set(key, [...(byServer.get(key) ?? []), attempt])
  }
  const cut = isCut || capture.beyond > 0 || (capture.droppedByKernel ?? 0) > 0
  const own = addressesOf(view)
  return [...byServer.values()].flatMap((all): readonly UnansweredSyns[] => {
    const silent = all.filter(({ answer, syns }) => answer === 'none' && syns.length >= MIN_SYNS)
    const [first] = silent
    const origin = first?.syns[0]?.origin
    if (!first || !origin || first.server.port === null) return []
    const side = sideOf(first, own)
    const lasts = silent.map(({ syns }) => syns.at(-1)?.at ?? null)
    return [
      {
        server: first.server,
        clients: [...new Set(silent.map(({ client }) => client.address))],
        attempts: silent.length,
        syns: silent.reduce((sum, { syns }) => sum + syns.length, 0),
        seconds: lasts.reduce<number | null>((most, one) => (one === null ? most : Math.max(most ?? 0, one)), null),
        answered: all.filter(({ answer }) => answer === 'SYN-ACK').length,
        side,
        ...(side === 'elsewhere' ? NOT_HERE : listenerFor(view, first.server, side)),
        oneWay: isOneWay(capture),
        cut,
        origin,
      },
    ]
  })
}

/** Words of a filter or an option that let only one direction into the capture. */
const ONE_WAY =
  /\b(?:src|dst|inbound|outbound|tcp-syn|tcp\[13\]|tcp\[tcpflags\])|\s-[QP]\s?(?:in|out)\b|\|\s*(?:e|f|z)?grep\b/

function isOneWay({ origin }: Capture): boolean {
  const command = 'command' in origin ? origin.command : null
  return command !== null && ONE_WAY.test(command.slice(0, 2000))
}

const ANY = new Set(['*', '0.0.0.0', '::'])

/** The addresses of this machine and its pods, as far as interfaces, listeners and accepted connections show them. */
function addressesOf({ snapshot }: View): ReadonlySet<string> {
  const all = snapshot.netns.flatMap(({ network, listeners, connections }) => [
    ...(network.ok ? (network.data.addresses ?? []).map((one) => one.address) : []),
    ...(listeners.ok ? listeners.data.map((one) => one.local.address) : []),
    ...(connections.ok ? connections.data.map((one) => one.local.address) : []),
  ])
  return new Set(all.filter((one) => !ANY.has(one)))
}

function sideOf({ client, server }: ConnectAttempt, own: ReadonlySet<string>): UnansweredSyns['side'] {
  if (own.has(server.address)) return 'here'
  return own.has(client.address) ? 'elsewhere' : 'unknown'
}

const NOT_HERE = { listener: 'unknown', at: null } as const

/** The listener of that port, in any namespace of the reading: a capture does not name its own. */
function listenerFor(
  view: View,
  { address, port }: PacketEnd,
  side: UnansweredSyns['side'],
): Pick<UnansweredSyns, 'listener' | 'at'> {
  const { netns } = view.snapshot
  const parts = netns.map((one) => one.listeners)
  const rows = parts.flatMap((one) => (one.ok ? one.data.filter((row) => row.local.port === port) : []))
  const exact = rows.filter((row) => row.local.address === address)
  const fitting = exact.length > 0 ? exact : rows.filter((row) => ANY.has(row.local.address))
  const full = fitting.find((row) => isFull(view, row))
  if (full) return { listener: 'full', at: full }
  if (side !== 'here') return NOT_HERE
  if (fitting[0]) return { listener: 'open', at: fitting[0] }
  const all = parts.length > 0 && parts.every((one) => one.ok && coversAll(one.coverage))
  return { listener: all ? 'none' : 'unknown', at: null }
}

function isFull(view: View, row: Listener): boolean {
  const { length, max } = row.acceptQueue
  const own = acceptQueues.get(view)
  if (own.ok && own.value.some((one) => one.listener === row))
    return own.value.some((one) => one.full && one.listener === row)
  // Of another namespace of the same reading: where limits stand beside the lengths.
  return length !== null && max !== null && max > 0 && length > max
}

const NO_CAPTURE = {
  en: 'no capture was printed as text (tcpdump -nn -i any tcp port PORT)',
  zh: '没有文本形式的抓包（tcpdump -nn -i any tcp port PORT）',
}
const PARTIAL = {
  en: 'the capture is cut, lost packets, or holds one direction only: what is not in it may have been sent',
  zh: '抓包不完整、有丢失，或只含一个方向：其中没有的报文，未必没有发送过',
}
