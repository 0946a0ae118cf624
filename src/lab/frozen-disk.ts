import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, rmdir, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call } from './command.ts'

/** All that is made here bears this prefix, then the pid of its maker. */
const PREFIX = 'recvq-lab-disk-'
const SIZE = 16 * 1024 * 1024

/** An ext4 of its own in a file, mounted by way of a loop device. Needs root. */
export interface LabDisk {
  /** A folder on it. */
  readonly path: string
  /** Whoever writes to it from now on waits, in uninterruptible sleep, until it is thawed. */
  freeze(): Promise<void>
  /** Must come before the programs that wait are ended: no signal reaches them. Thawed already is no error. */
  thaw(): Promise<void>
  remove(): Promise<void>
}

let made = 0

export async function makeDisk(): Promise<LabDisk> {
  const path = join(tmpdir(), `${PREFIX}${process.pid}-${++made}`)
  const image = `${path}.img`
  await writeFile(image, '')
  await truncate(image, SIZE)
  await call(['mkfs.ext4', '-q', '-F', image])
  await mkdir(path)
  await call(['mount', '-o', 'loop', image, path])
  let guard: ChildProcess | null = null
  return {
    path,
    async freeze() {
      guard = startGuard(path)
      await call(['fsfreeze', '--freeze', path])
    },
    async thaw() {
      const ending = guard
      guard = null
      if (!ending) return
      const gone = new Promise((resolve) => ending.once('exit', resolve))
      ending.stdin?.end()
      await gone
    },
    async remove() {
      await call(['umount', path])
      await rmdir(path)
      await rm(image)
    },
  }
}

/** Thaws when its standard input ends: when it is told to, or when its maker was killed. */
const startGuard = (path: string): ChildProcess =>
  spawn('sh', ['-c', 'cat > /dev/null; fsfreeze --unfreeze "$0"', path], { stdio: ['pipe', 'ignore', 'ignore'] })

/** Remove the disks of makers that were killed; their guards have thawed them. */
export async function sweepDisks(): Promise<void> {
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  const left = mounted.filter((path) => {
    const maker = path.split(`/${PREFIX}`)[1]?.split('-')[0]
    return maker !== undefined && !existsSync(`/proc/${maker}`)
  })
  for (const path of left) {
    try {
      await call(['umount', '--lazy', path])
      await rm(`${path}.img`, { force: true })
      await rmdir(path)
    } catch {
      // Another lab may sweep at the same time.
    }
  }
}
