import { ERRNO, errnoName, HostError } from './host-error.ts'
import { check, type Libc, loadLibc } from './libc.ts'

const AF_NETLINK = 16
const SOCK_RAW_CLOEXEC = 3 | 0x80000
/** Protocol numbers of netlink (linux/netlink.h). */
export const NETLINK = { ROUTE: 0, SOCK_DIAG: 4, NETFILTER: 12 } as const
const SOL_SOCKET = 1
const SO_RCVTIMEO = 20
const SO_RCVBUF = 8
const MSG_TRUNC = 0x20
const MAX_INTERRUPTIONS = 1000

/** A netlink socket of the namespace that it was opened in, wherever the thread goes afterwards. It keeps that namespace alive. */
export interface NetlinkSocket {
  /**
   * Send a request and hand over datagrams until the callback says that it has had enough.
   * `length` is the true length, which exceeds the buffer when the datagram was cut.
   * Errors: HostError, `timeout` when the kernel stays silent. The socket is spent then, and also where the callback had enough
   * before the end: open another.
   */
  dump(request: Uint8Array, buffer: Uint8Array, onDatagram: (length: number) => boolean): void
  close(): void
}

/** Open a sock_diag socket in the thread's present network namespace. Errors: HostError. */
export const openDiag = (silenceMs: number): NetlinkSocket => openNetlink('SOCK_DIAG', silenceMs)

/**
 * Open a netlink socket in the thread's present network namespace. Errors: HostError.
 * Where the kernel has this protocol as a module that is not loaded, opening loads it: ask kernel-modules first.
 */
export function openNetlink(protocol: keyof typeof NETLINK, silenceMs: number, c: Libc = loadLibc()): NetlinkSocket {
  const name = `NETLINK_${protocol}`
  const fd = check(c, 'socket', name, c.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK[protocol]))
  setTimeout64(c, fd, silenceMs)
  c.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, new Uint8Array(new Uint32Array([1 << 20]).buffer), 4)
  return {
    dump(request, buffer, onDatagram) {
      check(c, 'send', name, Number(c.sendto(fd, request, request.length, 0, null, 0)))
      let interruptions = 0
      for (;;) {
        const length = Number(c.recv(fd, buffer, buffer.length, MSG_TRUNC))
        if (length > 0) {
          if (!onDatagram(length)) return
          continue
        }
        const errno = length < 0 ? c.errno() : 0
        if (errno === ERRNO.EINTR && ++interruptions < MAX_INTERRUPTIONS) continue
        const why = errno === 0 ? { why: 'the kernel closed the dump' } : {}
        throw new HostError('recv', name, errno === 0 ? null : errnoName(errno), why)
      }
    },
    close: () => void c.close(fd),
  }
}

function setTimeout64(c: Libc, fd: number, ms: number): void {
  const timeval = new BigInt64Array([BigInt(Math.floor(ms / 1000)), BigInt(Math.floor(ms % 1000) * 1000)])
  c.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, new Uint8Array(timeval.buffer), 16)
}
