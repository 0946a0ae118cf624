import type { CgroupCpu, CgroupMemory } from '../model/machine.ts'
import { wholeNumber } from './format.ts'

/** What the files of one cgroup hold, put together file by file; a file says only what it says. */
export interface CgroupValues {
  version: 1 | 2 | null
  cpu: { -readonly [K in keyof CgroupCpu]: CgroupCpu[K] } | null
  memory: { -readonly [K in keyof CgroupMemory]: CgroupMemory[K] } | null
}

export const noValues = (): CgroupValues => ({ version: null, cpu: null, memory: null })

const NO_CPU: CgroupCpu = { quotaUs: null, periodUs: null, periods: null, throttledPeriods: null, throttledUs: null }
const NO_MEMORY: CgroupMemory = { usedBytes: null, limitBytes: null, limitHits: null, oomKills: null }

/** v1 prints a limit that is none as the greatest multiple of a page below 2^63. */
const NO_LIMIT_BYTES = 2 ** 62

/** The files that say something, and which version has them; cpu.stat is told apart by its units. */
export const CGROUP_FILES: Readonly<Record<string, 1 | 2 | null>> = {
  'cpu.stat': null,
  'cpu.max': 2,
  'cpu.cfs_quota_us': 1,
  'cpu.cfs_period_us': 1,
  'memory.current': 2,
  'memory.max': 2,
  'memory.events': 2,
  'memory.usage_in_bytes': 1,
  'memory.limit_in_bytes': 1,
  'memory.failcnt': 1,
  'memory.oom_control': 1,
}

/**
 * Take one line of one of these files. False: it is none of its lines.
 * Units:  v1 counts throttled time in nanoseconds, v2 in microseconds
 * Source: kernel/sched/core.c cpu_cfs_stat_show(), cpu_extra_stat_show(), cpu_max_show(); mm/memcontrol.c
 */
export function takeCgroupLine(values: CgroupValues, file: string, line: string): boolean {
  const text = line.trim()
  if (text.length > 100) return false
  const known = Object.hasOwn(CGROUP_FILES, file) ? CGROUP_FILES[file] : undefined
  if (known === undefined) return false
  const taken = file.startsWith('cpu.') ? takeCpu(values, file, text) : takeMemory(values, file, text)
  if (taken && known !== null) values.version = known
  return taken
}

function takeCpu(values: CgroupValues, file: string, text: string): boolean {
  const cpu = values.cpu ?? { ...NO_CPU }
  if (file === 'cpu.max') {
    const [quota = '', period = ''] = text.split(' ')
    const size = wholeNumber(period)
    if (size === null || (quota !== 'max' && wholeNumber(quota) === null)) return false
    cpu.quotaUs = quota === 'max' ? 'unlimited' : wholeNumber(quota)
    cpu.periodUs = size
  } else if (file === 'cpu.cfs_quota_us') {
    const quota = wholeNumber(text)
    if (quota === null && text !== '-1') return false
    cpu.quotaUs = quota ?? 'unlimited'
  } else if (file === 'cpu.cfs_period_us') {
    const size = wholeNumber(text)
    if (size === null) return false
    cpu.periodUs = size
  } else {
    const pair = /^([a-z_.]{3,40}) (\d{1,20})$/.exec(text)
    const value = wholeNumber(pair?.[2] ?? '')
    if (!pair || value === null) return false
    if (pair[1] === 'nr_periods') cpu.periods = value
    else if (pair[1] === 'nr_throttled') cpu.throttledPeriods = value
    else if (pair[1] === 'throttled_usec') cpu.throttledUs = value
    else if (pair[1] === 'throttled_time') cpu.throttledUs = Math.round(value / 1000)
    if (pair[1] === 'throttled_time') values.version = 1
    if (pair[1]?.endsWith('_usec')) values.version = 2
  }
  values.cpu = cpu
  return true
}

function takeMemory(values: CgroupValues, file: string, text: string): boolean {
  const memory = values.memory ?? { ...NO_MEMORY }
  if (file === 'memory.events' || file === 'memory.oom_control') {
    const pair = /^([a-z_]{2,40}) (\d{1,20})$/.exec(text)
    const value = wholeNumber(pair?.[2] ?? '')
    if (!pair || value === null) return false
    if (pair[1] === 'max') memory.limitHits = value
    if (pair[1] === 'oom_kill') memory.oomKills = value
  } else {
    const bytes = /^\d{1,20}$/.test(text) ? Number(text) : null
    if (bytes === null && !(file === 'memory.max' && text === 'max')) return false
    if (file === 'memory.failcnt') memory.limitHits = bytes
    else if (file === 'memory.current' || file === 'memory.usage_in_bytes') memory.usedBytes = bytes
    else memory.limitBytes = bytes === null || bytes >= NO_LIMIT_BYTES ? 'unlimited' : bytes
  }
  values.memory = memory
  return true
}
