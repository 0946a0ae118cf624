import { statSync } from 'node:fs'

/**
 * Where the host's files are seen: empty where its root is ours, `/proc/1/root` in a container that sees the host's processes.
 * Gaps: empty too where that may not be looked at
 */
export function findHostRoot(procRoot = '/proc'): string {
  const path = `${procRoot}/1/root`
  try {
    const [theirs, ours] = [statSync(`${path}/`), statSync('/')]
    return theirs.dev === ours.dev && theirs.ino === ours.ino ? '' : path
  } catch {
    return ''
  }
}
