import type { Snapshot } from '../../src/model/snapshot.ts'
import type { ConnectionGroup } from '../../src/model/socket.ts'
import { census, group, kernel, type ListenerSpec, listener, netns, ok, snapshot, sysctls } from './snapshot-builder.ts'

/**
 * A real node of 2018 (Linux 4.4.41, kube-proxy holding 57 NodePorts), as `ss -nltp | awk '$2 > 0'`, three
 * `ss -antp | grep PORT` and a count of states printed it: the numbers of two readings.
 */

type Queue = readonly [length: number, port: number]

const EARLIER: readonly Queue[] = [
  [129, 30720],
  [129, 31425],
  [129, 30914],
  [129, 30563],
  [3, 31460],
  [74, 32420],
  [129, 31493],
  [129, 31591],
  [24, 30217],
  [129, 32522],
  [82, 32426],
  [129, 30381],
  [65, 30701],
  [129, 30605],
  [92, 32078],
  [129, 32430],
  [129, 32206],
  [129, 31407],
  [129, 30672],
  [15, 30225],
  [76, 31889],
  [129, 30899],
  [122, 31123],
  [38, 30931],
  [129, 30613],
  [129, 30966],
  [129, 31095],
  [3, 30328],
  [129, 31641],
  [50, 32634],
  [36, 32348],
  [15, 30140],
  [129, 32381],
]

/** Later: 30225 not listed, three grown. */
const GROWN: ReadonlyMap<number, number> = new Map([
  [31123, 129],
  [32078, 93],
  [32634, 129],
])

/** Port, peer, connections, unread bytes without FINs, how many hold the FIN alone. */
type Waiting = readonly [port: number, peer: string, count: number, bytes: number, finOnly: number]

const WAITING: readonly Waiting[] = [
  [30720, '172.31.3.170', 75, 427797, 0],
  [30720, '172.31.12.249', 24, 19422, 0],
  [30720, '172.1.51.65', 1, 0, 1],
  [31425, '172.1.41.207', 65, 520, 64],
  [31425, '172.1.41.234', 64, 619, 63],
  [32426, '172.31.12.249', 20, 9638, 3],
  [32426, '172.31.6.140', 18, 9910, 0],
  [32426, '172.31.3.170', 17, 8891, 2],
  [32426, '172.1.62.3', 14, 0, 14],
  [32426, '172.1.44.188', 11, 0, 11],
]

const waiting: readonly ConnectionGroup[] = WAITING.map(([port, peer, count, recvQueueBytes, one], index) =>
  group(port, {
    peer,
    count,
    recvQueueBytes,
    recvQueue: { zero: 0, one, more: count - one },
    holding: 'unowned',
    line: 408 + index,
  }),
)

const PORTS = [30720, 31425, 32426]

export interface NodeportChange {
  /** Replace lengths of the earlier reading, by port. */
  readonly lengths?: ReadonlyMap<number, number>
  readonly listener?: ListenerSpec
  readonly connections?: readonly ConnectionGroup[]
}

export function earlierReading(change: NodeportChange = {}): Snapshot {
  const listeners = EARLIER.map(([length, port], index) =>
    listener(port, {
      length: change.lengths?.get(port) ?? length,
      owner: 'kube-proxy',
      line: 280 + index,
      ...change.listener,
    }),
  )
  return snapshot(
    netns({
      listeners: ok(listeners, [{ of: 'recv-queue-above', value: 0 }], ['awk $2 > 0']),
      connections: ok(
        change.connections ?? waiting,
        PORTS.map((port) => ({ of: 'port', port })),
        PORTS.map((port) => `grep ${port}`),
      ),
      census: census({ CLOSE_WAIT: 2996, TIME_WAIT: 13, ESTABLISHED: 16 }, 261),
      sysctls: sysctls({ 'net.core.somaxconn': 128, 'net.ipv4.tcp_abort_on_overflow': 0 }),
    }),
    { node: kernel('4.4.41-k8s') },
  )
}

/** The table typed by hand: ports and lengths, no limits, no owners. */
export function laterReading(): Snapshot {
  const listeners = EARLIER.filter(([, port]) => port !== 30225).map(([length, port], index) =>
    listener(port, { address: '*', length: GROWN.get(port) ?? length, max: null, line: 111 + index }),
  )
  return snapshot(
    netns({
      listeners: ok(listeners, [], ['typed by hand']),
      census: census({ CLOSE_WAIT: 3068, ESTABLISHED: 18, TIME_WAIT: 17, LISTEN: 74 }, 27),
    }),
    { node: kernel('4.4.41-k8s') },
  )
}
