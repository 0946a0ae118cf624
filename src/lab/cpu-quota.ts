import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const PREFIX = 'recvq-lab-'
const PERIOD_US = 100_000

/** A cgroup with a CPU quota, of whichever version is mounted here. Needs root. */
export interface CpuQuota {
  /** Its path as /proc/PID/cgroup names it. */
  readonly path: string
  add(pid: number): Promise<void>
  /** Once its processes have ended. */
  remove(): Promise<void>
}

let made = 0

/** Errors: throws where the CPU controller is mounted nowhere. */
export async function makeCpuQuota(quotaUs: number): Promise<CpuQuota> {
  const { root, version } = findController()
  await sweep(root)
  const name = `${PREFIX}${process.pid}-${++made}`
  const folder = join(root, name)
  if (version === 2) await writeFile(join(root, 'cgroup.subtree_control'), '+cpu')
  await mkdir(folder)
  if (version === 2) await writeFile(join(folder, 'cpu.max'), `${quotaUs} ${PERIOD_US}`)
  else {
    await writeFile(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US))
    await writeFile(join(folder, 'cpu.cfs_quota_us'), String(quotaUs))
  }
  return {
    path: `/${name}`,
    add: (pid) => writeFile(join(folder, 'cgroup.procs'), String(pid)),
    remove: () => rmdir(folder),
  }
}

function findController(): { readonly root: string; readonly version: 1 | 2 } {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
  const v1 = mounts.find(([, , type, options]) => type === 'cgroup' && options?.split(',').includes('cpu'))
  if (v1?.[1] !== undefined) return { root: v1[1], version: 1 }
  const v2 = mounts.find(([, , type]) => type === 'cgroup2')
  if (v2?.[1] === undefined) throw new Error('no CPU controller of cgroups is mounted here')
  return { root: v2[1], version: 2 }
}

/** Remove what killed makers have left: their programs ended with them. */
async function sweep(root: string): Promise<void> {
  for (const name of readdirSync(root)) {
    const maker = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : undefined
    if (maker === undefined || existsSync(`/proc/${maker}`)) continue
    // One that is not empty yet is left to the next sweep.
    await rmdir(join(root, name)).catch(() => {})
  }
}
