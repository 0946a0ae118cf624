import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs'
import { fsError } from './host-error.ts'

/**
 * A procfs, wherever it is mounted (`/host/proc` inside a pod). Synchronous throughout: it is also read while the thread is in
 * another namespace, and a thread that libuv made there would stay there.
 */
export interface Proc {
  readonly root: string
  /** Errors of all: HostError. */
  read(path: string): string
  /** The same of a file that gives all it has at the first read, as every sysctl does. */
  readShort(path: string): string
  list(path: string): readonly string[]
  link(path: string): string
  inode(path: string): number
  pids(): readonly number[]
  /** Descriptors of a process: needs more than the rest does. */
  fds(pid: number): readonly string[]
}

export function openProc(root = '/proc'): Proc {
  const at = <T>(op: string, path: string, act: (full: string) => T): T => {
    const full = path.startsWith('/') ? path : `${root}/${path}`
    try {
      return act(full)
    } catch (error) {
      throw fsError(op, full, error)
    }
  }
  return {
    root,
    read: (path) => at('read', path, readAll),
    readShort: (path) => at('read', path, readOnce),
    list: (path) => at('list', path, (full) => readdirSync(full)),
    link: (path) => at('readlink', path, (full) => readlinkSync(full)),
    inode: (path) => at('stat', path, (full) => statSync(full).ino),
    pids: () =>
      at('list', '.', (full) => readdirSync(full))
        .filter((name) => /^\d+$/.test(name))
        .map(Number),
    fds: (pid) => at('list fds', `${pid}/fd`, (full) => readdirSync(full)),
  }
}

const small = Buffer.allocUnsafe(16 * 1024)

/** Most kernel files fit one read of a kept buffer; files of /proc have size 0, so readFileSync would grow one bit by bit. */
function readAll(path: string): string {
  const fd = openSync(path, 'r')
  try {
    const first = readSync(fd, small, 0, small.length, null)
    if (first === 0) return ''
    let text = small.toString('utf8', 0, first)
    const second = readSync(fd, small, 0, small.length, null)
    if (second === 0) return text
    text = readFileSync(path, 'utf8')
    return text
  } finally {
    closeSync(fd)
  }
}

function readOnce(path: string): string {
  const fd = openSync(path, 'r')
  try {
    return small.toString('utf8', 0, readSync(fd, small, 0, small.length, null))
  } finally {
    closeSync(fd)
  }
}
