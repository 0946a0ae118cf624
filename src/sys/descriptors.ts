import { ERRNO, errnoName, HostError } from './host-error.ts'
import type { Libc } from './libc.ts'
import type { Proc } from './proc.ts'

/** Is told every socket among the descriptors of a process. */
export type OnSocket = (fd: number, inode: number) => void

const O_DIRECTORY_CLOEXEC = 0o200000 | 0o2000000
const SOCKET = new TextEncoder().encode('socket:[')
const NUL = 0
const DIGIT_0 = 48
const CLOSE_BRACKET = 93
/** linux_dirent64: inode 8, offset 8, record length 2, type 1, then the name. */
const NAME = 19

const entries = new Uint8Array(64 * 1024)
const view = new DataView(entries.buffer)
const target = new Uint8Array(64)

/**
 * Count the open descriptors of a process and tell its sockets by inode.
 * Shape:  by getdents64 and readlinkat where there is a C library to call: half the time, and no string per descriptor
 * Errors: HostError `list fds`: denied or absent. A descriptor that is closed meanwhile is passed over
 */
export function listSockets(proc: Proc, c: Libc | null, pid: number, onSocket: OnSocket): number {
  return c ? listByCalls(proc, c, pid, onSocket) : listByNode(proc, pid, onSocket)
}

function listByNode(proc: Proc, pid: number, onSocket: OnSocket): number {
  const names = proc.fds(pid)
  for (const name of names) {
    let link: string
    try {
      link = proc.link(`${pid}/fd/${name}`)
    } catch {
      continue
    }
    if (link.startsWith('socket:[')) onSocket(Number(name), Number(link.slice(8, -1)))
  }
  return names.length
}

function listByCalls(proc: Proc, c: Libc, pid: number, onSocket: OnSocket): number {
  const path = `${proc.root}/${pid}/fd`
  const folder = c.open(path, O_DIRECTORY_CLOEXEC)
  if (folder < 0) throw new HostError('list fds', path, errnoName(c.errno()))
  try {
    let count = 0
    for (;;) {
      const length = Number(c.getdents64(folder, entries, entries.length))
      if (length < 0) {
        const errno = c.errno()
        if (errno === ERRNO.ENOENT || errno === ERRNO.ESRCH) return count
        throw new HostError('list fds', path, errnoName(errno))
      }
      if (length === 0) return count
      for (let at = 0; at < length; at += view.getUint16(at + 16, true)) {
        const fd = numberAt(entries, at + NAME, NUL)
        if (fd < 0) continue
        count++
        const size = Number(c.readlinkat(folder, entries.subarray(at + NAME, at + NAME + 12), target, target.length))
        const inode = size > SOCKET.length ? socketInode() : -1
        if (inode > 0) onSocket(fd, inode)
      }
    }
  } finally {
    c.close(folder)
  }
}

/** The inode in `target`; −1 where it is no socket. */
function socketInode(): number {
  for (let i = 0; i < SOCKET.length; i++) if (target[i] !== SOCKET[i]) return -1
  return numberAt(target, SOCKET.length, CLOSE_BRACKET)
}

/** A decimal number up to the byte that ends it; −1 where it is none (`.`, `..`). */
function numberAt(bytes: Uint8Array, from: number, end: number): number {
  let value = 0
  let at = from
  for (; bytes[at] !== end; at++) {
    const digit = (bytes[at] ?? 0) - DIGIT_0
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return at > from ? value : -1
}
