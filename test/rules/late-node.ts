import type { CgroupSample, CpuTotal, KernelEvent, Machine, Pressure } from '../../src/model/machine.ts'
import type { Process, ProcessThreads, Snapshot } from '../../src/model/snapshot.ts'
import {
  at,
  type GroupSpec,
  group,
  type ListenerSpec,
  listener,
  machine,
  netns,
  ok,
  proc,
  snapshot,
} from './snapshot-builder.ts'

/** A node with one listener, `shop` on port 80, whose accept() is late; three seconds between its readings. */

export const SHOP = 4711

export interface LateSpec {
  readonly port?: number
  readonly queue?: ListenerSpec
  /** How long the oldest connection of the queue has waited; left out: connections were not read. */
  readonly oldestMs?: number
  readonly waiting?: Omit<GroupSpec, 'oldestMs'>
  readonly processes?: readonly Process[]
  readonly machine?: Partial<Machine>
  readonly cores?: number
  readonly uptimeSeconds?: number
  readonly way?: Snapshot['way']
}

/** The reading at this second: a full queue of `shop`, unless told otherwise. */
export function late(second: number, spec: LateSpec = {}): Snapshot {
  const { port = 80, queue, oldestMs, waiting, processes, cores = 2, uptimeSeconds = 9000, way = 'live' } = spec
  const row = listener(port, { address: '0.0.0.0', length: 129, max: 128, owner: 'shop', pid: SHOP, ...queue })
  const queued = group(port, {
    state: 'ESTABLISHED',
    count: row.acceptQueue.length ?? 0,
    oldestMs: oldestMs ?? null,
    ...waiting,
  })
  return snapshot(netns({ listeners: ok([row]), ...(oldestMs === undefined ? {} : { connections: ok([queued]) }) }), {
    way,
    takenAt: new Date(Date.UTC(2026, 10, 21, 8, 0, second)).toISOString(),
    node: { cores, uptimeSeconds },
    ...(processes === undefined ? {} : { processes }),
    ...(spec.machine === undefined ? {} : { machine: machine(spec.machine) }),
  })
}

/** The process of the listener. */
export const shop = (spec: Partial<Process> = {}): Process => ({ ...proc('shop', SHOP), ...spec })

/** Threads of which some are blocked in this function. */
export function threads(total: number, blocked = 0, wchan: string | null = null): ProcessThreads {
  return {
    total,
    looked: total,
    states: { ...(total > blocked ? { S: total - blocked } : {}), ...(blocked > 0 ? { D: blocked } : {}) },
    blocked: blocked > 0 ? [{ wchan, count: blocked }] : [],
  }
}

export const pressure = (spec: Partial<Pressure> = {}): Pressure => ({
  resource: 'io',
  kind: 'full',
  cgroup: null,
  avg10: 80,
  avg60: 40,
  avg300: 10,
  totalUs: null,
  origin: at(70, 'cat /proc/pressure/io'),
  ...spec,
})

export const event = (kind: KernelEvent['kind'], spec: Partial<KernelEvent> = {}): KernelEvent => ({
  kind,
  when: null,
  sinceBootSeconds: 8900,
  port: null,
  answer: null,
  who: null,
  pid: null,
  text: kind,
  origin: at(80, 'dmesg'),
  ...spec,
})

/** Ticks of all CPUs; `running` at that moment. */
export const ticks = (spec: Partial<CpuTotal>): CpuTotal => ({
  cpu: 'all',
  user: 0,
  system: 0,
  idle: 0,
  iowait: 0,
  irq: 0,
  softirq: 0,
  steal: 0,
  running: 1,
  blocked: 0,
  origin: at(90, 'cat /proc/stat'),
  ...spec,
})

/** A cgroup with a quota of 0.2 CPUs: how many periods it had, and in how many the quota ran out. */
export const quota = (periods: number, throttledPeriods: number, spec: Partial<CgroupSample> = {}): CgroupSample => ({
  path: '/pods/shop',
  version: 2,
  pod: null,
  cpu: { quotaUs: 20_000, periodUs: 100_000, periods, throttledPeriods, throttledUs: throttledPeriods * 80_000 },
  memory: null,
  origin: at(95, 'cat cpu.stat'),
  ...spec,
})
