import type { Machine } from '../../src/model/machine.ts'
import type { Coverage, Gap, Ok, Origin, Part } from '../../src/model/part.ts'
import type { Counters, Netns, NodeFacts, Process, Snapshot, Sysctls } from '../../src/model/snapshot.ts'
import type { ConnectionGroup, Holding, Listener, ProcessRef, StateCensus, TcpState } from '../../src/model/socket.ts'

/** Pieces of a Snapshot in a line each, for the tests of facts and rules. What is not given is absent, never empty. */

export const WHOLE: readonly Coverage[] = [{ of: 'all' }]

export const at = (line: number, command: string | null = 'ss -antp'): Origin => ({ file: 'case.md', line, command })

export const absent: Gap = { ok: false, reason: 'absent', detail: 'nobody captured it' }

export function ok<T>(data: T, coverage: readonly Coverage[] = WHOLE, cuts: readonly string[] = []): Ok<T> {
  return { ok: true, data, via: 'test', coverage, cuts, warnings: [] }
}

export const owner = (comm: string, pid: number | null = 1448, fd: number | null = null): ProcessRef => ({
  pid,
  comm,
  fd,
})

export interface ListenerSpec extends Partial<Omit<Listener, 'local' | 'acceptQueue' | 'origin'>> {
  readonly address?: string
  readonly length?: number | null
  readonly max?: number | null
  /** A program's name; null: owners not known; left out: not known. */
  readonly owner?: string | null
  readonly pid?: number
  readonly line?: number
}

/** A listener on `[::]:port` with an empty queue of 128, unless told otherwise. */
export function listener(port: number, spec: ListenerSpec = {}): Listener {
  const { address = '::', length = 0, max = 128, owner: program = null, pid, line = port, ...rest } = spec
  return {
    local: { address, port },
    family: address === '::' ? 46 : 4,
    acceptQueue: { length, max },
    drops: null,
    inode: null,
    cookie: null,
    uid: null,
    cgroupId: null,
    service: null,
    owners: program === null ? null : [owner(program, pid)],
    origin: at(line, 'ss -nltp'),
    ...rest,
  }
}

export interface GroupSpec extends Partial<Omit<ConnectionGroup, 'local' | 'peer' | 'processes' | 'origin'>> {
  readonly address?: string
  readonly peer?: string
  /** Of the service end: with role `client` it is the peer's port. */
  readonly process?: string | null
  readonly pid?: number
  readonly line?: number
}

/** Connections at a service port: by default one CLOSE_WAIT of 10.0.0.9 that nobody accepted. */
export function group(port: number, spec: GroupSpec = {}): ConnectionGroup {
  const { address = '172.1.57.200', peer = '10.0.0.9', process = null, pid, line = port, ...rest } = spec
  const role = rest.role ?? 'server'
  const holding: Holding = rest.holding ?? (process === null ? 'unaccepted' : 'process')
  const state: TcpState = rest.state ?? 'CLOSE_WAIT'
  return {
    count: 1,
    recvQueueBytes: null,
    sendQueueBytes: null,
    recvQueue: null,
    oldestMs: null,
    youngestMs: null,
    oldestCookie: null,
    fingerprint: null,
    ...rest,
    state,
    holding,
    role,
    processes: process === null ? null : [owner(process, pid)],
    local: { address, port: role === 'client' ? null : port },
    peer: { address: peer, port: role === 'client' ? port : null },
    origin: at(line),
  }
}

export function sysctls(values: Readonly<Record<string, string | number>>, first = 900): Part<Sysctls> {
  const keys = Object.keys(values)
  return ok<Sysctls>(
    {
      values: Object.fromEntries(keys.map((key) => [key, String(values[key])])),
      origins: Object.fromEntries(keys.map((key, index) => [key, at(first + index, `sysctl ${key}`)])),
    },
    [{ of: 'keys', keys }],
  )
}

/** Counters by nstat's names, totals since boot as `netstat -s` prints them, whole. */
export function counters(
  values: Readonly<Record<string, number>>,
  { kind = 'total', absentIsZero = true, coverage = WHOLE }: CountersSpec = {},
): Part<Counters> {
  const origins = Object.fromEntries(Object.keys(values).map((key, index) => [key, at(40 + index, 'netstat -s')]))
  return ok<Counters>({ values, origins, absentIsZero, kind }, coverage)
}

export interface CountersSpec {
  readonly kind?: 'total' | 'delta'
  readonly absentIsZero?: boolean
  readonly coverage?: readonly Coverage[]
}

/** What tools told of the machine; the lists that are given are whole. */
export const machine = (told: Partial<Machine>, cuts: readonly string[] = []): Part<Machine> =>
  ok<Machine>(
    {
      load: null,
      cpu: [],
      memory: null,
      pressure: [],
      mounts: [],
      nfs: [],
      disks: [],
      kernelLog: [],
      limits: [],
      syscalls: [],
      backlogs: [],
      cpuTotals: [],
      diskTotals: [],
      cgroups: [],
      neighbourTables: [],
      acceptErrors: [],
      ...told,
    },
    [{ of: 'keys', keys: Object.keys(told) }],
    cuts,
  )

export const census = (counts: StateCensus['counts'], line = 27): Part<StateCensus> =>
  ok({ counts, origin: at(line, 'netstat -n | awk') })

export function netns(spec: Partial<Netns> = {}): Netns {
  return {
    key: 'host',
    kind: 'host',
    inode: null,
    pod: null,
    listeners: absent,
    connections: absent,
    census: absent,
    counters: absent,
    sockstat: absent,
    sysctls: absent,
    network: absent,
    nat: absent,
    flows: absent,
    ...spec,
  }
}

/** A pod's namespace, named after the pod's uid. */
export const podNetns = (spec: Partial<Netns> = {}): Netns =>
  netns({ key: 'pod 0b1c', kind: 'pod', pod: { uid: '0b1c', containerId: null, namespace: null, name: null }, ...spec })

export interface SnapshotSpec extends Partial<Omit<Snapshot, 'node' | 'netns' | 'processes'>> {
  readonly node?: Partial<NodeFacts>
  readonly processes?: readonly Process[]
}

export function snapshot(spaces: Netns | readonly Netns[], spec: SnapshotSpec = {}): Snapshot {
  const { node, processes, ...rest } = spec
  const facts: NodeFacts = {
    name: 'node-1',
    kernel: null,
    os: null,
    bootId: null,
    cores: null,
    uptimeSeconds: null,
    ...node,
  }
  return {
    apiVersion: 'recvq/v1',
    kind: 'Snapshot',
    source: 'case.md',
    way: 'transcript',
    takenAt: null,
    lines: [1, 999],
    processes: processes === undefined ? absent : ok(processes),
    machine: absent,
    containers: absent,
    captures: absent,
    hints: [],
    ...rest,
    node: facts,
    netns: 'key' in spaces ? [spaces] : spaces,
  }
}

export const kernel = (release: string): Partial<NodeFacts> => ({
  kernel: { value: release, origin: at(161, 'uname -a') },
})

export const proc = (comm: string, pid: number, state: string | null = 'S'): Process => ({
  pid,
  comm,
  state,
  wchan: null,
  startedAt: null,
  fds: null,
  netns: null,
  pod: null,
  threads: null,
  cpuTime: null,
  cgroup: null,
  tracer: null,
})
