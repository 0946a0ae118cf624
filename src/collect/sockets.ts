import type { Coverage, Gap, Origin } from '../model/part.ts'
import type { Sockstat } from '../model/snapshot.ts'
import { NONE, type SocketTable } from '../model/socket-table.ts'
import { LISTEN_STATES } from '../parse/inet-diag.ts'
import { parseProcNetTcp } from '../parse/proc-net-tcp.ts'
import { createSocketTable } from '../parse/socket-table.ts'
import { copyRow, unite } from '../parse/unite-sockets.ts'
import type { Answer, KernelDump, Place } from '../sys/host.ts'
import { asGap } from '../sys/host-error.ts'
import { contentsOf, isText, type Provenance, uniteProvenance, wholly, whyNothing } from './answers.ts'
import type { Budget } from './budget.ts'
import { dumpSockets } from './dump.ts'

/** The sockets of one namespace, as far as they were read. */
export interface SocketsRead {
  readonly table: SocketTable
  /** Of the rows in LISTEN. */
  readonly listeners: Provenance
  /** Of the other rows; a gap where they were not looked at. */
  readonly connections: Provenance | Gap
  readonly originOf: (row: number) => Origin
  /** More can be had: the second tier. */
  readonly dump: KernelDump | null
}

const LISTEN = 10
/** So many sockets of one namespace are always asked for their ages: 284 bytes each. */
const AGES_ALWAYS = 20_000
const NO_SYN_RECV: readonly Coverage[] = [
  'ESTABLISHED',
  'SYN_SENT',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'CLOSING',
].map((state) => ({ of: 'state', state }))

/**
 * First tier: the listeners, which never costs a walk of the connections; from text, all that there is.
 * Gaps: denied, unsupported …: what is met when no way gives an answer
 */
export function readListeners(answers: readonly Answer[], budget: Budget): SocketsRead | Gap {
  const dump = answers.find((answer): answer is KernelDump => answer.ok && 'run' in answer)
  if (!dump) return readTexts(answers)
  const table = createSocketTable()
  try {
    const cuts = dumpSockets(dump, table, { states: LISTEN_STATES, drops: true, budget })
    const later: Gap = { ok: false, reason: 'timeout', detail: 'not read yet' }
    const from = { ...wholly(dump.via), cuts, coverage: whole(cuts) }
    return { table, listeners: from, connections: later, originOf: live(dump.via), dump }
  } catch (error) {
    return withoutNetlink(asGap(error), readTexts(dump.otherwise()))
  }
}

const NO_LIMITS = 'limits and drops of listeners do not stand in /proc/net/tcp'

/** What netlink refused came by /proc/PID/net/tcp, which lacks limits, drops and ages: said with the reason. */
function withoutNetlink(refused: Gap, read: SocketsRead | Gap): SocketsRead | Gap {
  if ('ok' in read) return refused
  return { ...read, listeners: { ...read.listeners, cuts: [`${NO_LIMITS} (${refused.detail})`] } }
}

/**
 * Second tier: everything, where sockstat says that there is more than listeners or queues hold something.
 * A full dump walks the sockets of *all* namespaces; `cheap` says that this machine has few.
 */
export function readConnections(
  read: SocketsRead,
  sockstat: Sockstat | null,
  cheap: boolean,
  budget: Budget,
): SocketsRead {
  const { dump } = read
  if (!dump) return read
  const queued = someQueued(read.table)
  const inUse = sockstat?.tcpInUse ?? null
  const timeWait = sockstat?.timeWait ?? null
  if (!cheap && !queued && inUse !== null && inUse + (timeWait ?? 0) <= read.table.length)
    return { ...read, connections: { ...wholly('sockstat'), coverage: NO_SYN_RECV, cuts: [NO_LOOK] } }
  const why = budget.spent()
  if (why !== null) return { ...read, connections: { ok: false, reason: 'timeout', detail: why } }
  const table = createSocketTable((inUse ?? 0) + (timeWait ?? 0) + 64)
  try {
    const cuts = dumpSockets(dump, table, { ages: queued || (inUse ?? 0) <= AGES_ALWAYS, budget })
    carryDrops(read.table, table)
    const from = { ...wholly(dump.via), cuts, coverage: whole(cuts) }
    if (cuts.length === 0) return { ...read, table, listeners: from, connections: from }
    // Cut before its end, it may lack listeners: those of the first tier stand.
    addMissing(read.table, table)
    return { ...read, table, connections: from }
  } catch (error) {
    return { ...read, connections: asGap(error) }
  }
}

/** Only the first tier asks for drops, which are of interest for listeners alone: the full dump is the cheaper for it. */
function carryDrops(from: SocketTable, to: SocketTable): void {
  const byCookie = new Map<number, number>()
  for (let row = 0; row < from.length; row++) byCookie.set(from.cookie[row * 2] ?? 0, from.drops[row] ?? NONE)
  for (let row = 0; row < to.length; row++)
    if (to.state[row] === LISTEN) to.drops[row] = byCookie.get(to.cookie[row * 2] ?? 0) ?? NONE
}

/** Listeners that the second dump did not come to. By cookie: comparing every row would take longer than there is. */
function addMissing(from: SocketTable, to: SocketTable): void {
  const there = new Set<number>()
  for (let row = 0; row < to.length; row++) if (to.state[row] === LISTEN) there.add(to.cookie[row * 2] ?? 0)
  for (let row = 0; row < from.length; row++) if (!there.has(from.cookie[row * 2] ?? 0)) copyRow(to, from, row, [0])
}

const NO_LOOK = 'SYN_RECV was not looked for: sockstat counts no connections here'
const whole = (cuts: readonly string[]): readonly Coverage[] => (cuts.length === 0 ? [{ of: 'all' }] : [])

/** Does any listener have a connection in its accept queue? */
export function someQueued({ length, state, recvQueue }: SocketTable): boolean {
  for (let row = 0; row < length; row++) if (state[row] === LISTEN && (recvQueue[row] ?? 0) > 0) return true
  return false
}

const live = (via: string): ((row: number) => Origin) => {
  const origin: Origin = { via }
  return () => origin
}

/** Everything that texts and contents tell, united. */
function readTexts(answers: readonly Answer[]): SocketsRead | Gap {
  const texts = answers.filter(isText)
  const [first] = texts
  if (first) {
    const table = createSocketTable()
    const warnings = texts.flatMap((one) => parseProcNetTcp(one.text, table, 0, () => ({ via: one.file })))
    const from = wholly(first.via, warnings)
    return {
      table,
      listeners: { ...from, cuts: [NO_LIMITS] },
      connections: from,
      originOf: live('/proc/net/tcp'),
      dump: null,
    }
  }
  const contents = contentsOf(answers, 'sockets')
  if (contents.length === 0) return whyNothing(answers, 'sockets')
  // Line 12 of one file is not line 12 of another: each row keeps which output it stands in.
  contents.forEach((one, index) => void one.content.table.source.fill(index))
  const table = unite(contents.map((one) => one.content.table))
  const about = (listening: boolean) => {
    const those = contents.filter((one) => reaches(one.coverage, listening) || hasRows(one.content.table, listening))
    return those.length > 0 ? uniteProvenance(those) : null
  }
  const nothing = { ok: false, reason: 'absent' } as const
  return {
    table,
    listeners: about(true) ?? { via: '', coverage: [], cuts: ['listeners: not captured'], warnings: [] },
    connections: about(false) ?? { ...nothing, detail: 'connections: only listeners were captured' },
    originOf: byPlace(
      table,
      contents.map((one) => one.place ?? null),
    ),
    dump: null,
  }
}

function byPlace(table: SocketTable, places: readonly (Place | null)[]): (row: number) => Origin {
  return (row) => {
    const place = places[table.source[row] ?? 0]
    return { file: place?.file ?? '', line: table.line[row] ?? 0, command: place?.command ?? null }
  }
}

function hasRows({ length, state }: SocketTable, listening: boolean): boolean {
  for (let row = 0; row < length; row++) if ((state[row] === LISTEN) === listening) return true
  return false
}

/** Could a set of these have had listeners (or connections) in it? */
function reaches(coverage: readonly Coverage[], listening: boolean): boolean {
  return coverage.some((set): boolean => {
    if (set.of === 'state') return (set.state.toUpperCase() === 'LISTEN') === listening
    return set.of === 'and' ? set.sets.every((one) => reaches([one], listening)) : true
  })
}
