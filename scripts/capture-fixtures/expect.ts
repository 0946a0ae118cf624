import type { Tells } from './sessions.ts'
import type { TrueSocket, Truth } from './truth.ts'

/** What a reading of the fixture must hold. A pair is what the kernel held just before and just after: it may be anything between. */
export interface Expected {
  readonly whole: boolean
  readonly listeners?: readonly ExpectedListener[]
  /** Number of connections by state. */
  readonly connections?: Readonly<Record<string, Between>>
  /** Of those, how many have no inode and wait in an accept queue. Only where inodes are printed. */
  readonly unaccepted?: number
  readonly census?: Readonly<Record<string, Between>>
  readonly count?: Between
  readonly counters?: Readonly<Record<string, Between>>
  readonly absentIsZero?: boolean
  readonly sockstat?: Readonly<Record<string, Between>>
  readonly sysctls?: Readonly<Record<string, string>>
  readonly udp?: readonly { readonly port: number; readonly recvQueueBytes: number; readonly drops: number | null }[]
  readonly unix?: readonly { readonly path: string; readonly length: number | null; readonly max: number | null }[]
  readonly summary?: Readonly<Record<string, Between>>
  readonly softnet?: readonly (readonly [Between, Between, Between])[]
  readonly kernel?: string
  readonly noTcp?: true
}

export type Between = readonly [number, number]

export interface ExpectedListener {
  readonly address: string
  readonly port: number
  readonly length: number
  /** null: this way of reading does not carry it. */
  readonly max: number | null
  readonly owners: readonly string[] | null
}

export interface Looked {
  readonly tool: string
  readonly tells: Tells
}

/** null: the kernel moved between the two looks, so that nobody can say what the tool saw. */
export function expected({ tool, tells }: Looked, before: Truth, after: Truth): Expected | null {
  const { listeners, connections, count } = tells
  const sockets = [before, after].map((truth) => socketsTold(truth.tcp, tells))
  const [first = '', second = ''] = sockets.map((rows) => JSON.stringify(statesOf(rows)))
  if ((connections || tells.census || count || listeners) && first !== second) return null
  const [rows = []] = sockets
  // ss prints the name that the kernel keeps, netstat the first word of the command line
  const byArgv0 = tool !== 'ss'
  const lists = listeners && listenersOf(before, listeners, byArgv0)
  if (listeners && JSON.stringify(lists) !== JSON.stringify(listenersOf(after, listeners, byArgv0))) return null
  const connected = rows.filter((one) => one.state !== 'LISTEN')
  const states = statesOf(rows)
  return {
    whole: tells.whole,
    ...(lists && { listeners: lists }),
    ...(connections && { connections: pairs(statesOf(connected)) }),
    ...(connections?.inodes && { unaccepted: connected.filter(isUnaccepted).length }),
    ...(tells.census && { census: pairs(states) }),
    ...(count && { count: [connected.length, connected.length] as const }),
    ...(tells.counters && { counters: countersOf(before, after, tells.counters) }),
    ...(tells.counters && { absentIsZero: tells.counters.nonzero === true && tells.whole }),
    ...(tells.sockstat && { sockstat: sockstatOf(before, after, tool === 'procfs') }),
    ...(tells.sysctls && { sysctls: Object.fromEntries(tells.sysctls.map((key) => [key, before.sysctls[key] ?? ''])) }),
    ...(tells.udp && { udp: before.udp.map(({ port, rqueue, drops }) => ({ port, recvQueueBytes: rqueue, drops })) }),
    ...(tells.unix && { unix: unixOf(before) }),
    ...(tells.summary && { summary: summaryOf(before, after) }),
    ...(tells.softnet && { softnet: softnetOf(before, after) }),
    ...(tells.kernel && { kernel: before.kernel }),
    ...(tells.noTcp && { noTcp: true as const }),
  }
}

function socketsTold(tcp: readonly TrueSocket[], { connections, count }: Tells): readonly TrueSocket[] {
  const state = stateOf(count?.state ?? connections?.state)
  const port = count?.port ?? connections?.port
  const hidden = connections?.listed === 'connected' ? ['LISTEN', 'TIME_WAIT', 'SYN_RECV', 'CLOSE'] : []
  return tcp.filter(
    (one) =>
      (state === null || one.state === state) &&
      // `( sport = :PORT )` is the local end alone
      (port === undefined || one.port === port || (!count && one.peerPort === port)) &&
      !hidden.includes(one.state),
  )
}

/** ss's name of a state → the kernel's. */
const stateOf = (name: string | undefined): string | null =>
  name === undefined
    ? null
    : name
        .toUpperCase()
        .replaceAll('-', '_')
        .replace(/^FIN_WAIT_/, 'FIN_WAIT')

function statesOf(rows: readonly TrueSocket[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(rows, (one) => one.state)
  return Object.fromEntries([...groups].map(([state, those]) => [state, those.length] as const).sort())
}

const pairs = (counts: Readonly<Record<string, number>>): Readonly<Record<string, Between>> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, [count, count]]))

const isUnaccepted = ({ state, inode }: TrueSocket) => inode === 0 && ['ESTABLISHED', 'CLOSE_WAIT'].includes(state)

function listenersOf(
  truth: Truth,
  told: NonNullable<Tells['listeners']>,
  byArgv0: boolean,
): readonly ExpectedListener[] {
  return truth.tcp
    .filter((one) => one.state === 'LISTEN' && !(told.queued && one.rqueue === 0))
    .map((one) => ({
      address: one.local,
      port: one.port,
      length: one.rqueue,
      max: told.limits ? one.wqueue : null,
      owners: told.owners ? (truth.owners[one.inode] ?? []).map(([comm, , argv0]) => (byArgv0 ? argv0 : comm)) : null,
    }))
    .sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : 1))
}

function countersOf(
  before: Truth,
  after: Truth,
  { groups, nonzero, match }: NonNullable<Tells['counters']>,
): Readonly<Record<string, Between>> {
  const names = Object.keys(before.counters).filter(
    (name) =>
      groups.some((group) => name.startsWith(group)) &&
      !(nonzero && before.counters[name] === 0) &&
      (match === undefined || new RegExp(match).test(name)) &&
      // settings and a gauge: no counters
      !/^Tcp(?:Rto|MaxConn|CurrEstab)/.test(name),
  )
  return Object.fromEntries(names.map((name) => [name, span(before.counters[name], after.counters[name])]))
}

/** A gauge may have gone down. */
const span = (a = 0, b = 0): Between => [Math.min(a, b), Math.max(a, b)]

function sockstatOf({ sockstat: a }: Truth, { sockstat: b }: Truth, six: boolean): Readonly<Record<string, Between>> {
  const names = { tcpInUse: 'inuse', orphans: 'orphan', timeWait: 'tw', allocated: 'alloc' } as const
  return Object.fromEntries(
    Object.entries(names).map(([name, key]) => {
      const both = [a, b].map(({ TCP, TCP6 }) => (TCP?.[key] ?? 0) + (six && key === 'inuse' ? (TCP6?.[key] ?? 0) : 0))
      return [name, span(both[0], both[1])]
    }),
  )
}

function unixOf({ unix }: Truth): NonNullable<Expected['unix']> {
  const listening = unix.filter((one) => one.listening && one.path !== null)
  return listening.map(({ path, rqueue, wqueue }) => ({ path: path ?? '', length: rqueue, max: wqueue }))
}

function summaryOf(before: Truth, after: Truth): Readonly<Record<string, Between>> {
  // from the kernel's CurrEstab, which counts CLOSE_WAIT too
  return { established: span(before.counters.TcpCurrEstab, after.counters.TcpCurrEstab) }
}

function softnetOf(before: Truth, after: Truth): NonNullable<Expected['softnet']> {
  return before.softnet.map((row, cpu) => {
    const [a, b, c] = [0, 1, 2].map((at) => span(row[at], after.softnet[cpu]?.[at]))
    return [a ?? [0, 0], b ?? [0, 0], c ?? [0, 0]]
  })
}
