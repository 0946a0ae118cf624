import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { cgroupFiles } from './cgroup-files.ts'

const UID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0'
const POD = `/kubepods/burstable/pod${UID}/${'ab'.repeat(32)}`
const V2 = `usage_usec 9081
user_usec 5000
system_usec 4081
nr_periods 1200
nr_throttled 900
throttled_usec 54000000
nr_bursts 0
burst_usec 0`
const V1 = 'nr_periods 57\nnr_throttled 12\nthrottled_time 3456789012'

const of = (command: string | null, text: string) => machineOf(under(cgroupFiles, command, text)).cgroups ?? []

describe('files of cgroups', () => {
  it('cpu.stat of version 2, microseconds', () => {
    expect(of(`cat /sys/fs/cgroup${POD}/cpu.stat`, V2)).toMatchObject([
      {
        path: POD,
        version: 2,
        pod: { uid: UID },
        cpu: { periods: 1200, throttledPeriods: 900, throttledUs: 54_000_000, quotaUs: null },
        memory: null,
      },
    ])
  })

  it('cpu.stat of version 1, nanoseconds, seen from inside the container', () => {
    expect(of('cat /sys/fs/cgroup/cpu,cpuacct/cpu.stat', V1)).toMatchObject([
      { path: '/', version: 1, pod: null, cpu: { periods: 57, throttledPeriods: 12, throttledUs: 3_456_789 } },
    ])
    expect(of(null, V1)).toMatchObject([{ path: '/', version: 1 }])
  })

  it('several files, in the order typed', () => {
    const command =
      'cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory.current'
    expect(of(command, `20000 100000\n${V2}\nmax\n123456`)).toMatchObject([
      {
        path: '/',
        cpu: { quotaUs: 20_000, periodUs: 100_000, throttledPeriods: 900 },
        memory: { limitBytes: 'unlimited', usedBytes: 123_456 },
      },
    ])
  })

  it('paths printed by grep and head', () => {
    const one = `/sys/fs/cgroup/cpu/${'a'}/cpu.cfs_quota_us`
    expect(
      of(`grep . ${one} /sys/fs/cgroup/cpu/b/cpu.stat`, `${one}:-1\n/sys/fs/cgroup/cpu/b/cpu.stat:nr_throttled 3`),
    ).toMatchObject([
      { path: '/a', version: 1, cpu: { quotaUs: 'unlimited' } },
      { path: '/b', cpu: { throttledPeriods: 3 } },
    ])
    const headed =
      '==> /sys/fs/cgroup/memory/x/memory.limit_in_bytes <==\n9223372036854771712\n\n==> /sys/fs/cgroup/memory/x/memory.failcnt <==\n42'
    expect(of('head /sys/fs/cgroup/memory/x/memory.*', headed)).toMatchObject([
      { path: '/x', version: 1, memory: { limitBytes: 'unlimited', limitHits: 42 } },
    ])
  })

  it('a bare file name says nothing of the cgroup', () => {
    expect(of('cat cpu.stat', V2)).toMatchObject([{ path: '/', version: 2 }])
  })

  it('opens for nothing else', () => {
    for (const line of [...NO_OUTPUT, 'nr_throttled is high', 'max', '100000'])
      expect(cgroupFiles.opens(line)).toBe(false)
    expect(cgroupFiles.opens('nr_periods 57')).toBe(true)
  })

  it('never throws or invents', () => {
    neverInvents(cgroupFiles, 'cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu.stat', `max 100000\n${V2}`)
    neverInvents(cgroupFiles, null, V1)
  })
})
