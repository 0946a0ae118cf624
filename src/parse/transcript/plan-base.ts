import type { Format } from '../format.ts'
import { FORWARDING_BY_SHAPE } from '../forwarding-shapes.ts'
import { handTable } from '../hand-table.ts'
import { MACHINE_BY_SHAPE } from '../machine-formats.ts'
import { netstat } from '../netstat.ts'
import { netstatS } from '../netstat-s.ts'
import { foreignNetstat } from '../network/foreign-netstat.ts'
import { NETWORK_BY_SHAPE } from '../network/formats.ts'
import { nodeFacts } from '../node-facts.ts'
import { nstat } from '../nstat.ts'
import { procNetNetstat, procNetSockstat, procNetTcp } from '../proc-net-lines.ts'
import { ss } from '../ss.ts'
import { stateCounts } from '../state-counts.ts'
import { sysctl } from '../sysctl.ts'
import type { Invocation } from './invocation.ts'
import { own } from './own.ts'
import { ALL, type Rows, type Shown } from './shown.ts'

/** What to expect of one pipeline's output. */
export interface Plan {
  /**
   * - `reading`: output of a tool we read
   * - `unknown`: anything may come (`cat FILE`, a script): tried by shape, never whole
   * - `foreign`: a tool that has no parser yet
   * - `instruction`: changes something, or opens an editor: what it prints is no reading
   * - `cluster`: kubectl and its like: speaks of a cluster, not of this machine
   */
  readonly role: 'reading' | 'unknown' | 'foreign' | 'instruction' | 'cluster'
  readonly formats: readonly Format[]
  readonly shown: Shown
  /** Program and arguments, for the readers of formats. */
  readonly first: Invocation
  /** What the reader calls it: `iptables`. */
  readonly name: string
  /** The file of another process's namespace: /proc/PID/net/tcp. */
  readonly pid: string | null
}

/** Where a tool prints one thing only, its first line may look like anything: a bare word, a number. */
export function soleFormat({ role, formats }: Plan): Format | undefined {
  const own = formats.filter((one) => one !== foreignNetstat)
  return role === 'reading' && own.length === 1 ? own[0] : undefined
}

/** Formats that anything of unknown origin is tried for. The strictest stand first. */
export const BY_SHAPE: readonly Format[] = [
  ss,
  netstat,
  procNetNetstat,
  procNetSockstat,
  procNetTcp,
  nstat,
  netstatS,
  foreignNetstat,
  nodeFacts,
  ...NETWORK_BY_SHAPE,
  ...MACHINE_BY_SHAPE,
  ...FORWARDING_BY_SHAPE,
  stateCounts,
  sysctl,
  handTable,
]

export const WHOLE: Shown = { shape: 'rows', coverage: ALL, cuts: [], limit: null }
/** Printed by something that may have left out anything. */
export const notKnown = ({ program, args }: Invocation): Shown => ({
  ...WHOLE,
  coverage: [],
  cuts: [`printed by: ${[program, ...args].join(' ').slice(0, 100)}`],
})

export const NO_SOCKETS: Rows = {
  kind: 'other',
  tool: 'ss',
  recvQueue: 0,
  state: 0,
  stateIsLast: false,
  processes: false,
}

/** What a program's own output is, before its filters. */
export interface Base {
  readonly role: Plan['role']
  readonly formats?: readonly Format[]
  readonly shown?: Shown
  readonly rows?: Rows
  readonly name?: string
  readonly pid?: string | null
}

export const FOREIGN: Base = { role: 'foreign' }
export const INSTRUCTION: Base = { role: 'instruction' }
export const CLUSTER: Base = { role: 'cluster' }
export const FACTS: Base = { role: 'reading', formats: [nodeFacts, foreignNetstat] }

/** Short options run together, long ones by their letters. */
export const flagsOf = (args: readonly string[]): string =>
  args
    .map((arg) =>
      /^-[A-Za-z\d]/.test(arg) ? arg.slice(1) : arg.startsWith('--') ? (own(LONG, arg.slice(2)) ?? '') : '',
    )
    .join('')

const LONG: Readonly<Record<string, string>> = {
  tcp: 't',
  udp: 'u',
  raw: 'w',
  unix: 'x',
  sctp: 'S',
  all: 'a',
  listening: 'l',
  listen: 'l',
  processes: 'p',
  programs: 'p',
  program: 'p',
  extended: 'e',
  extend: 'e',
  summary: 's',
  statistics: 's',
  ipv4: '4',
  ipv6: '6',
  route: 'r',
  interfaces: 'i',
  groups: 'g',
  timers: 'o',
  options: 'o',
  memory: 'm',
  info: 'i',
}
