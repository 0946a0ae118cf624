import { closeSync, fstatSync, openSync } from 'node:fs'
import { fsError, HostError } from './host-error.ts'
import { check, loadLibc } from './libc.ts'
import type { Proc } from './proc.ts'

/** A network namespace as found on the machine. */
export interface FoundNetns {
  /** nsfs inode; null where it may not be seen. */
  readonly inode: number | null
  /** Processes inside, as they were met; empty for one that only a mount keeps alive. */
  readonly pids: readonly number[]
  /** Where it is mounted, if it is. */
  readonly mount: string | null
}

const CLONE_NEWNET = 0x40000000

/**
 * Every network namespace that has a process or a mount.
 * Shape: what may be seen of `/proc/PID/ns/net` by inode. Where it may not (another user's process, without
 *        CAP_SYS_PTRACE) the inode number of `/proc/PID/net/tcp` tells namespaces apart just as well, but not which they are
 * Errors: a process that is gone is passed over
 */
export function findNetns(proc: Proc): readonly FoundNetns[] {
  const byInode = new Map<number, number[]>()
  const hidden = new Map<number, number[]>()
  const seenTables = new Set<number>()
  for (const pid of proc.pids()) {
    const inode = netnsOf(proc, pid)
    if (inode !== null) {
      push(byInode, inode, pid)
      continue
    }
    const table = tableInode(proc, pid)
    if (table !== null) push(hidden, table, pid)
  }
  if (hidden.size > 0)
    for (const pids of byInode.values()) {
      const table = tableInode(proc, pids[0] ?? 0)
      if (table !== null) seenTables.add(table)
    }
  const mounts = mountedNetns(proc)
  const found: FoundNetns[] = [...byInode].map(([inode, pids]) => ({ inode, pids, mount: mounts.get(inode) ?? null }))
  for (const [inode, mount] of mounts) if (!byInode.has(inode)) found.push({ inode, pids: [], mount })
  for (const [table, pids] of hidden) if (!seenTables.has(table)) found.push({ inode: null, pids, mount: null })
  return found
}

function push(map: Map<number, number[]>, key: number, pid: number): void {
  const list = map.get(key)
  if (list) list.push(pid)
  else map.set(key, [pid])
}

/** nsfs inode of a process's network namespace; null where it may not be seen, or the process is gone. */
export function netnsOf(proc: Proc, pid: number | 'self'): number | null {
  try {
    const number = /^net:\[(\d+)\]$/.exec(proc.link(`${pid}/ns/net`))?.[1]
    return number === undefined ? null : Number(number)
  } catch {
    return null
  }
}

/** Each namespace has its own /proc/PID/net/tcp, with its own inode number; anybody may stat it. */
export function tableInode(proc: Proc, pid: number | 'self'): number | null {
  try {
    return proc.inode(`${pid}/net/tcp`)
  } catch {
    return null
  }
}

/** nsfs mounts (`/run/netns/x`, Docker's, CRI-O's) by inode, as process 1 sees them. */
function mountedNetns(proc: Proc): Map<number, string> {
  const mounts = new Map<number, string>()
  for (const pid of ['1', 'self']) {
    let text: string
    try {
      text = proc.read(`${pid}/mountinfo`)
    } catch {
      continue
    }
    for (const line of text.split('\n')) {
      const [, , , root, point] = line.split(' ')
      const inode = /^net:\[(\d+)\]$/.exec(root ?? '')?.[1]
      if (inode === undefined || point === undefined) continue
      const path = unescapeMount(point)
      const known = mounts.get(Number(inode))
      const full = pid === '1' && proc.root !== '/proc' ? `${proc.root}/1/root${path}` : path
      // A mount shows up once per bind: /run/netns and /var/run/netns. The named one is the better name.
      if (known === undefined || (!known.includes('/netns/') && full.includes('/netns/')))
        mounts.set(Number(inode), full)
    }
    if (mounts.size > 0) break
  }
  return mounts
}

const unescapeMount = (path: string) =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** A namespace to enter: `paths` are tried in turn until one opens and is the namespace meant. */
export interface NetnsDoor {
  readonly inode: number | null
  readonly paths: readonly string[]
}

/**
 * Run `act` inside another network namespace and come back.
 * `act` must be synchronous and must start nothing asynchronous: a thread that libuv creates inside stays there for ever.
 * Errors: HostError; the process is aborted if there is no way back, because nothing after that could be trusted.
 */
export function withNetns<T>(door: NetnsDoor, act: () => T): T {
  const c = loadLibc()
  home ??= openHome()
  const target = openNetns(door)
  try {
    check(c, 'setns', door.paths[0] ?? '?', c.setns(target, CLONE_NEWNET))
    try {
      return act()
    } finally {
      if (c.setns(home, CLONE_NEWNET) < 0) process.abort()
    }
  } finally {
    closeSync(target)
  }
}

/** The way back, opened once: nobody but we moves this thread. It pins no namespace but our own. */
let home: number | null = null

function openHome(): number {
  try {
    return openSync('/proc/thread-self/ns/net', 'r')
  } catch (error) {
    throw fsError('open netns', '/proc/thread-self/ns/net', error)
  }
}

/** A pid may have ended, and be another process by now: what opens must be the namespace meant. */
function openNetns(door: NetnsDoor): number {
  let failure: HostError | null = null
  for (const path of door.paths) {
    let fd: number
    try {
      fd = openSync(path, 'r')
    } catch (error) {
      const met = fsError('open netns', path, error)
      // What was denied says more than what is gone.
      if (!failure || met.code === 'denied') failure = met
      continue
    }
    if (door.inode === null || fstatSync(fd).ino === door.inode) return fd
    closeSync(fd)
  }
  throw (
    failure ?? new HostError('open netns', door.paths[0] ?? '?', null, { code: 'absent', why: 'the namespace is gone' })
  )
}
