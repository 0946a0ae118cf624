import { describe, expect, it } from 'vitest'
import { event, late, pressure, SHOP, shop, threads } from '../../test/rules/late-node.ts'
import { at, proc } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import rule from './accept-blocked-on-io.ts'

const blocked = (wchan: string | null = 'rpc_wait_bit_killable') => [shop({ threads: threads(4, 4, wchan) })]
const idle = [shop({ threads: threads(4) })]
const sample = { span: 'interval', cpu: 'all', user: 2, system: 3, idle: 5, steal: 0, softirq: 0, runQueue: 1 } as const

testRule(rule, {
  found: {
    'blocked in NFS at both readings': {
      readings: [late(0, { processes: blocked() }), late(3, { processes: blocked() })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.subject).toMatchObject({ kind: 'process', process: 'shop', port: 80 })
        expect(draft?.summary.en).toContain('held up by an NFS server: 4 of the 4 threads')
        expect(draft?.evidence[0]).toMatchObject({ value: 4, limit: 4, unit: 'threads' })
        expect(draft?.remedies[1]?.action).toContain('nfsiostat')
      },
    },
    'a frozen filesystem: thaw it': {
      readings: [
        late(0, { processes: blocked('percpu_rwsem_wait') }),
        late(3, { processes: blocked('percpu_rwsem_wait') }),
      ],
      expect: ([draft]) => expect(draft?.remedies[1]?.action).toContain('fsfreeze --unfreeze'),
    },
    'once, and the kernel says that the server does not respond': {
      readings: [
        late(0, { processes: blocked(), machine: { kernelLog: [event('nfs-not-responding', { who: '10.0.0.5' })] } }),
      ],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('certain')
        expect(draft?.evidence.map((one) => one.value)).toContain('10.0.0.5')
        expect(draft?.remedies[1]?.action).toContain('rpcinfo -t 10.0.0.5')
      },
    },
    'workers listed by ps, by name alone: pids of a container differ': {
      readings: [
        late(0, {
          way: 'transcript',
          processes: [1, 2, 3].map((pid) => ({ ...proc('shop', 900 + pid, 'D'), wchan: 'io_schedule' })),
        }),
      ],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('likely')
        expect(draft?.unknowns.some((one) => one.en.includes('bear the name'))).toBe(true)
        expect(draft?.summary.en).toContain('a disk')
      },
    },
    'once, with nothing beside it': {
      readings: [late(0, { processes: [shop({ state: 'D' })], machine: { pressure: [pressure({ avg10: 55 })] } })],
      expect: ([draft]) => expect(draft?.confidence).toBe('possible'),
    },
    'nobody looked at the program; the machine stands still': {
      readings: [late(0, { machine: { pressure: [pressure()] } })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'possible', severity: 'warning' })
        expect(draft?.unknowns[0]?.en).toContain('ps -eLo')
      },
    },
    'a queue that is not full, but stands': {
      readings: [
        late(0, { queue: { length: 20 }, oldestMs: 4000, processes: blocked() }),
        late(3, { queue: { length: 24 }, oldestMs: 7000, processes: blocked() }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain' }),
    },
  },
  clear: {
    'the program sleeps, while the machine waits for a disk': {
      readings: [
        late(0, { processes: idle, machine: { pressure: [pressure()] } }),
        late(3, {
          processes: idle,
          machine: { pressure: [pressure()], cpu: [{ ...sample, iowait: 90, blocked: 9, origin: at(60) }] },
        }),
      ],
    },
    'blocked, but its queue is empty': {
      readings: [
        late(0, { queue: { length: 0 }, processes: blocked() }),
        late(3, { queue: { length: 0 }, processes: blocked() }),
      ],
    },
    'a queue of a busy server: some wait for milliseconds': {
      readings: [
        late(0, { queue: { length: 9 }, oldestMs: 4, processes: blocked() }),
        late(3, { queue: { length: 12 }, oldestMs: 6, processes: blocked() }),
      ],
    },
    'vfork(): its child has not called exec yet': {
      readings: [late(0, { processes: blocked('kernel_clone') }), late(3, { processes: blocked('kernel_clone') })],
    },
    'frozen with its cgroup': {
      readings: [late(0, { processes: blocked('__refrigerator') }), late(3, { processes: blocked('__refrigerator') })],
    },
    'another program is blocked': {
      readings: [
        late(0, { processes: [...idle, { ...proc('backup', 5, 'D'), wchan: 'io_schedule' }] }),
        late(3, { processes: [...idle, { ...proc('backup', 5, 'D'), wchan: 'io_schedule' }] }),
      ],
    },
    'the server of NFS answered again': {
      readings: [
        late(0, {
          processes: idle,
          machine: {
            kernelLog: [event('nfs-not-responding', { who: '10.0.0.5' }), event('nfs-ok', { who: '10.0.0.5' })],
          },
        }),
      ],
    },
  },
  skipped: {
    'full, and nobody looked at its processes': { readings: [late(0)] },
    'and iowait alone does not make up for that': {
      readings: [late(0, { machine: { cpu: [{ ...sample, iowait: 70, blocked: 4, origin: at(60) }] } })],
    },
  },
})

describe('how sure it is', () => {
  const of = (wchan: string | null, some: number) =>
    onlyDraft(rule, {
      readings: [
        late(0, { processes: [shop({ threads: threads(8, some, wchan) })] }),
        late(3, { processes: [shop({ threads: threads(8, some, wchan) })] }),
      ],
    })

  it('one of eight threads, twice: it may be another one that accepts', () => {
    expect(of('io_schedule', 1).confidence).toBe('likely')
    expect(of('io_schedule', 4).confidence).toBe('certain')
    expect(of('io_schedule', 1).summary.en).toContain('1 of the 8 threads')
  })

  it('a wait channel that was not told is asked for', () => {
    expect(of(null, 8).confidence).toBe('possible')
    expect(
      of(null, 8)
        .unknowns.map((one) => one.en)
        .join(),
    ).toContain('/proc/PID/task/*/stack')
  })

  it('a kernel that found it blocked for minutes', () => {
    const reading = (sinceBootSeconds: number) =>
      late(0, {
        processes: [shop({ state: 'D', wchan: 'io_schedule' })],
        machine: { kernelLog: [event('hung-task', { who: 'shop', pid: SHOP, sinceBootSeconds })] },
      })
    expect(onlyDraft(rule, reading(8900)).confidence).toBe('certain')
    expect(onlyDraft(rule, reading(100)).confidence).toBe('possible')
  })

  it('kube-proxy never accepts on a NodePort: no disk is to blame', () => {
    const reading = late(0, {
      port: 30720,
      queue: { owner: 'kube-proxy', address: '::' },
      machine: { pressure: [pressure()] },
    })
    const [netns] = reading.netns
    expect(netns?.listeners.ok && netns.listeners.data[0]?.local.port).toBe(30720)
    expect(judgeCase(rule, reading).drafts).toEqual([])
  })
})
