import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { machine } from '../../test/rules/snapshot-builder.ts'
import { openProc } from '../sys/proc.ts'
import { NO_LIMIT } from './budget.ts'
import { withCgroups } from './cgroups.ts'

/** A procfs mounted elsewhere, whose first process sees cgroups of one version or the other. */
const root = mkdtempSync(join(tmpdir(), 'recvq-cgroups-'))
afterAll(() => rmSync(root, { recursive: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const UID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0'
const NODE = 'two/1/root/sys/fs/cgroup'
put('two/1/mounts', 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n')
put(`${NODE}/kubepods/pod${UID}/c/cpu.max`, 'max 100000\n')
put(`${NODE}/kubepods/pod${UID}/c/cpu.stat`, 'usage_usec 9\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n')
put(`${NODE}/kubepods/pod${UID}/c/io.pressure`, 'some avg10=12.00 avg60=1.00 avg300=0.10 total=77\n')
put(`${NODE}/kubepods/pod${UID}/cpu.max`, '20000 100000\n')
put(`${NODE}/kubepods/pod${UID}/cpu.stat`, 'usage_usec 9\nnr_periods 100\nnr_throttled 90\nthrottled_usec 8000000\n')
put(`${NODE}/kubepods/pod${UID}/memory.events`, 'low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\n')

put(
  'one/1/mounts',
  'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\ncgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n',
)
put('one/1/root/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us', '50000\n')
put('one/1/root/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us', '100000\n')
put('one/1/root/sys/fs/cgroup/cpu,cpuacct/a/cpu.stat', 'nr_periods 3\nnr_throttled 2\nthrottled_time 5000000\n')
put('one/1/root/sys/fs/cgroup/memory/a/memory.limit_in_bytes', '9223372036854771712\n')

const read = (folder: string, paths: readonly string[], budget = NO_LIMIT) => {
  const part = withCgroups(machine({}), openProc(join(root, folder)), paths, budget)
  if (!part.ok) throw new Error(part.detail)
  return part
}

describe('cgroups of those who listen', () => {
  it('version 2: the container, and the pod above it whose limit holds too', () => {
    const { data, coverage } = read('two', [`/kubepods/pod${UID}/c`, `/kubepods/pod${UID}/c`])
    expect(data.cgroups).toMatchObject([
      { path: `/kubepods/pod${UID}/c`, version: 2, cpu: { quotaUs: 'unlimited', throttledPeriods: 0 }, memory: null },
      {
        path: `/kubepods/pod${UID}`,
        pod: { uid: UID },
        cpu: { quotaUs: 20_000, throttledPeriods: 90, throttledUs: 8_000_000 },
        memory: { limitHits: 7, oomKills: 1, usedBytes: null },
      },
    ])
    expect(data.pressure).toMatchObject([{ cgroup: `/kubepods/pod${UID}/c`, resource: 'io', kind: 'some', avg10: 12 }])
    expect(coverage).toContainEqual({ of: 'keys', keys: ['cgroups'] })
  })

  it('version 1: a hierarchy for each controller', () => {
    expect(read('one', ['/a']).data.cgroups).toMatchObject([
      {
        path: '/a',
        version: 1,
        cpu: { quotaUs: 50_000, periodUs: 100_000, throttledUs: 5000 },
        memory: { limitBytes: 'unlimited' },
      },
    ])
  })

  it('none there, none in reach', () => {
    expect(read('one', ['/gone', '/../elsewhere', '/']).data.cgroups).toEqual([])
    expect(read('nowhere', ['/a']).data.cgroups).toEqual([])
  })

  it('a spent budget leaves the rest unread, and says so', () => {
    const { cuts, coverage } = read('one', ['/a'], { ...NO_LIMIT, spent: () => 'budget of 1 s spent' })
    expect(cuts).toEqual(['cgroups: budget of 1 s spent'])
    expect(coverage).not.toContainEqual({ of: 'keys', keys: ['cgroups'] })
  })
})
