import { HostError } from './host-error.ts'
import { netnsOf, tableInode } from './netns.ts'
import type { LiveNetns } from './netns-refs.ts'
import type { Proc } from './proc.ts'

/** Run something synchronous in a namespace and come back. Errors: HostError */
export type Inside = <T>(netns: LiveNetns, act: () => T) => T

/** So many of a namespace's processes are tried: the first may have ended meanwhile. */
const PIDS_TRIED = 8

/**
 * Read files of a namespace's /proc/net through a process of it, readable from outside for anybody; `read` is told whose.
 * Shape: null where no process of it is left: then it must be entered
 */
export function throughProcess<T>(
  proc: Proc,
  netns: LiveNetns,
  read: (pid: number) => T,
): { readonly value: T } | null {
  const identify = (pid: number) => (netns.ref.inode === null ? tableInode(proc, pid) : netnsOf(proc, pid))
  const expected = netns.ref.inode ?? identify(netns.pids[0] ?? 0)
  if (expected === null) return null
  for (const pid of netns.pids.slice(0, PIDS_TRIED)) {
    if (identify(pid) !== expected) continue
    try {
      const value = read(pid)
      if (identify(pid) === expected) return { value }
    } catch (error) {
      if (error instanceof HostError && error.code === 'absent') continue
      throw error
    }
  }
  return null
}

/** A file of a namespace's /proc/net as it stands; null where there is none of that name. Errors: HostError */
export function readNetFile(proc: Proc, netns: LiveNetns, inside: Inside, name: string): string | null {
  const readAs = (who: number | 'thread-self') => {
    try {
      return proc.read(`${who}/net/${name}`)
    } catch (error) {
      // The process may be gone, or the file may not exist: the folder tells.
      if (!(error instanceof HostError) || error.code !== 'absent') throw error
      proc.inode(`${who}/net`)
      return null
    }
  }
  const found = throughProcess(proc, netns, readAs)
  return found ? found.value : inside(netns, () => readAs('thread-self'))
}
