import type { CgroupSample, Machine, Pressure } from '../model/machine.ts'
import type { Part } from '../model/part.ts'
import { noValues, takeCgroupLine } from '../parse/cgroup-values.ts'
import { pressure } from '../parse/pressure.ts'
import { parsePodCgroup } from '../parse/proc-pid.ts'
import { type CgroupMounts, findCgroupMounts } from '../sys/cgroup-folders.ts'
import type { Proc } from '../sys/proc.ts'
import type { Budget } from './budget.ts'

/** A node of 250 pods with three containers each, and what lies above them. */
const MOST = 1024

const V2 = ['cpu.max', 'cpu.stat', 'memory.current', 'memory.max', 'memory.events']
const V1_CPU = ['cpu.cfs_quota_us', 'cpu.cfs_period_us', 'cpu.stat']
const V1_MEMORY = ['memory.usage_in_bytes', 'memory.limit_in_bytes', 'memory.failcnt', 'memory.oom_control']
const PRESSURES = ['cpu.pressure', 'io.pressure', 'memory.pressure']

/**
 * Limits, counters and pressure of these cgroups and of those above them, whose limits hold too.
 * Shape:  the machine as it was, its `cgroups` and `pressure` with them
 * Gaps:   a file that is not there (no limit of that kind, version 1) leaves its fields null; what is cut shows in `cuts`
 * Errors: none. memory.stat is not read: it makes the kernel sum up all CPUs, which takes long where there are many
 */
export function withCgroups(
  machine: Part<Machine>,
  proc: Proc,
  paths: readonly string[],
  budget: Budget,
): Part<Machine> {
  if (!machine.ok) return machine
  const wanted = [...new Set(paths.filter((path) => !path.startsWith('/..')).flatMap(upwards))]
  const mounts = findCgroupMounts(proc)
  const samples: CgroupSample[] = []
  const pressures: Pressure[] = []
  let cut: string | null = wanted.length > MOST ? `cgroups: ${MOST} of ${wanted.length} were read` : null
  for (const path of wanted.slice(0, MOST)) {
    const spent = budget.spent()
    if (spent !== null) {
      cut = `cgroups: ${spent}`
      break
    }
    const sample = sampleOf(proc, mounts, path)
    if (sample) samples.push(sample)
    pressures.push(...pressureOf(proc, mounts, path))
  }
  const { data } = machine
  return {
    ...machine,
    data: { ...data, cgroups: [...data.cgroups, ...samples], pressure: [...data.pressure, ...pressures] },
    coverage: cut === null ? [...machine.coverage, { of: 'keys', keys: ['cgroups'] }] : machine.coverage,
    cuts: cut === null ? machine.cuts : [...machine.cuts, cut],
  }
}

/** A path and those above it; the root has no limits. */
function upwards(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '')
  return names.map((_, index) => `/${names.slice(0, names.length - index).join('/')}`)
}

function sampleOf(proc: Proc, mounts: CgroupMounts, path: string): CgroupSample | null {
  const values = noValues()
  const folders: readonly (readonly [string | null, readonly string[]])[] = [
    [mounts.unified, V2],
    [mounts.cpu, V1_CPU],
    [mounts.memory, V1_MEMORY],
  ]
  let at: string | null = null
  for (const [root, files] of folders) {
    if (root === null) continue
    for (const file of files) {
      // On a node with both, the unified hierarchy has no controllers: only its own CPU time.
      const text = tryRead(proc, `${root}${path}/${file}`)
      if (text === null) continue
      const took = text.split('\n').filter((line) => takeCgroupLine(values, file, line)).length
      if (took > 0) at ??= `${root}${path}`
    }
  }
  if (at === null) return null
  const version = mounts.cpu === null ? 2 : 1
  const { cpu, memory } = values
  return { path, version, pod: parsePodCgroup(`0::${path}`), cpu, memory, origin: { via: at } }
}

function pressureOf(proc: Proc, { unified }: CgroupMounts, path: string): readonly Pressure[] {
  if (unified === null) return []
  return PRESSURES.flatMap((file): readonly Pressure[] => {
    const full = `${unified}${path}/${file}`
    const text = tryRead(proc, full)
    if (text === null) return []
    const reader = pressure.read({ file: full, command: null, args: [full], filtered: false })
    for (const [index, line] of text.split('\n').entries()) reader.take(line, index + 1)
    const told = reader
      .finish()
      .content.flatMap((one) => (one.question === 'machine' ? (one.machine.pressure ?? []) : []))
    return told.map((one) => ({ ...one, cgroup: path }))
  })
}

function tryRead(proc: Proc, path: string): string | null {
  try {
    return proc.read(path)
  } catch {
    return null
  }
}
