import { withNetns } from './netns.ts'
import type { LiveNetns } from './netns-refs.ts'
import type { Proc } from './proc.ts'

/** So many of a namespace's processes are tried: the first may have ended meanwhile. */
const PIDS_TRIED = 8

/** Paths that lead into a namespace: its mount, then its processes. */
const pathsInto = (proc: Proc, { ref, pids }: LiveNetns): readonly string[] => [
  ...(ref.path !== null && !ref.path.endsWith('/ns/net') ? [ref.path] : []),
  ...pids.slice(0, PIDS_TRIED).map((pid) => `${proc.root}/${pid}/ns/net`),
]

/** Run something synchronous in the namespace; in our own without entering. Errors: as withNetns */
export function enterNetns<T>(proc: Proc, netns: LiveNetns, act: () => T): T {
  if (netns.own) return act()
  return withNetns({ inode: netns.ref.inode, paths: pathsInto(proc, netns) }, act)
}
