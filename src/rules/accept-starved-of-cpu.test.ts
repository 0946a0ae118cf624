import { describe, expect, it } from 'vitest'
import { type LateSpec, late, pressure, quota, shop, ticks } from '../../test/rules/late-node.ts'
import { at } from '../../test/rules/snapshot-builder.ts'
import { onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import rule from './accept-starved-of-cpu.ts'

const inPod = (ranUs: number, waitedUs: number) => [
  shop({ cgroup: '/pods/shop/c1', state: 'R', cpuTime: { ranUs, waitedUs } }),
]
/** The quota ran out in so many of thirty periods between the readings, after a throttled start. */
const throttling = (between: number, spec: LateSpec = {}) => ({
  readings: [
    late(0, { processes: inPod(0, 0), machine: { cgroups: [quota(1000, 900)] }, ...spec }),
    late(3, { processes: inPod(600_000, 100_000), machine: { cgroups: [quota(1030, 900 + between)] }, ...spec }),
  ],
})
const vmstat = (steal: number, runQueue: number, idle: number) => ({
  span: 'interval' as const,
  cpu: 'all',
  user: 40,
  system: 10,
  idle,
  iowait: 0,
  steal,
  softirq: 0,
  runQueue,
  blocked: 0,
  origin: at(60, 'vmstat 1'),
})

testRule(rule, {
  found: {
    'its quota ran out in most periods, at the pod above the container': {
      ...throttling(27),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('ran out in 90 % of the periods between the readings')
        expect(draft?.evidence.slice(0, 2)).toMatchObject([{ value: 90 }, { value: 0.2, limit: 2 }])
        expect(draft?.remedies[0]?.language).toBe('yaml')
      },
    },
    'in a fourth of them': {
      ...throttling(8),
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'ready to run, and waiting for a CPU': {
      readings: [late(0, { processes: inPod(0, 0) }), late(3, { processes: inPod(400_000, 2_500_000) })],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('likely')
        expect(draft?.summary.en).toContain('waited for a CPU for 2.5 s of 3 s (it ran for 400 ms)')
        expect(draft?.evidence[0]).toMatchObject({ value: 2500, limit: 3000, unit: 'ms' })
      },
    },
    'and the hypervisor took the CPU away': {
      readings: [
        late(0, { processes: inPod(0, 0), machine: { cpuTotals: [ticks({})] } }),
        late(3, { processes: inPod(400_000, 2_500_000), machine: { cpuTotals: [ticks({ user: 60, steal: 40 })] } }),
      ],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('certain')
        expect(draft?.remedies[0]?.title.en).toContain('Steal')
      },
    },
    'everything in its cgroup waits': {
      readings: [
        late(0, {
          processes: [shop({ cgroup: '/pods/shop' })],
          machine: { pressure: [pressure({ resource: 'cpu', cgroup: '/pods/shop', avg10: 75 })] },
        }),
      ],
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'text: steal, and nobody measured the program': {
      readings: [late(0, { way: 'transcript', machine: { cpu: [vmstat(41, 3, 5), vmstat(38, 5, 4)] } })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'possible', severity: 'warning' })
        expect(draft?.summary.en).toContain('steal 40 %')
        expect(draft?.unknowns).toHaveLength(2)
      },
    },
    'text: cpu.stat of the container, once': {
      readings: [late(0, { way: 'transcript', machine: { cgroups: [quota(1200, 900, { path: '/' })] } })],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('possible')
        expect(draft?.summary.en).toContain('75 % of the periods since its cgroup was made')
      },
    },
  },
  clear: {
    'throttled at its start, and not any more': throttling(0),
    'a busy machine, while the program waits for its database': {
      readings: [
        late(0, { processes: inPod(0, 0), machine: { cpuTotals: [ticks({ running: 30 })] } }),
        late(3, { processes: inPod(9000, 40_000), machine: { cpuTotals: [ticks({ user: 600, running: 30 })] } }),
      ],
    },
    'throttled, and its queue is empty': throttling(27, { queue: { length: 0 } }),
    'throttled, and its queue holds what a busy server holds': throttling(27, { queue: { length: 6 }, oldestMs: 3 }),
    'the quota of another pod': {
      readings: [0, 1].map((n) =>
        late(3 * n, {
          processes: inPod(n * 9000, n * 40_000),
          machine: { cgroups: [quota(1000 + 30 * n, 900 + 30 * n, { path: '/pods/shop2' })] },
        }),
      ),
    },
    'a thread that ended took its waiting time away': {
      readings: [late(0, { processes: inPod(900_000, 5_000_000) }), late(3, { processes: inPod(1000, 2000) })],
    },
  },
  skipped: {
    'one reading, and nothing of its CPU': { readings: [late(0)] },
    'an average since boot is no sample': {
      readings: [late(0, { processes: [shop()], machine: { cpu: [{ ...vmstat(60, 20, 0), span: 'since-boot' }] } })],
    },
  },
})

describe('where the machine is crowded', () => {
  const crowd = (runQueue: number, idle: number, state: string | null) => ({
    readings: [
      late(0, {
        way: 'transcript' as const,
        processes: state === null ? [] : [shop({ state })],
        machine: { cpu: [vmstat(0, runQueue, idle)] },
      }),
    ],
  })

  it('more than three tasks a core, and no idle time: possible', () => {
    expect(onlyDraft(rule, crowd(9, 0, 'R')).summary.en).toContain('9 runnable tasks on 2 cores')
    expect(() => onlyDraft(rule, crowd(6, 0, 'R'))).toThrow('0 drafts')
    expect(() => onlyDraft(rule, crowd(9, 30, 'R'))).toThrow('0 drafts')
  })

  it('a program that sleeps wants no CPU', () => {
    expect(() => onlyDraft(rule, crowd(9, 0, 'S'))).toThrow('0 drafts')
  })
})
