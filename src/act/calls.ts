import type { End } from '../model/socket.ts'
import { formatAddress, formatIPv4 } from '../parse/address.ts'
import { errnoName, HostError } from '../sys/host-error.ts'
import { loadKoffi, whyNoKoffi } from '../sys/koffi.ts'

/**
 * The system calls by which a connection is taken out of another process's queue. Each throws a HostError with its errno, but
 * for what is an answer: `accept` and `poll` say that nobody waits.
 */
export interface Calls {
  /** Since Linux 5.3. */
  pidfdOpen(pid: number): number
  /** A duplicate of another process's descriptor: the same open file description. Since Linux 5.6; needs ptrace rights. */
  pidfdGetfd(pidfd: number, fd: number): number
  isBlocking(fd: number): boolean
  option(fd: number, name: SocketOption): number
  /** null: nobody waits (EAGAIN), the call was interrupted (EINTR), or whoever was next went away. */
  accept(fd: number): { readonly fd: number; readonly peer: End | null } | null
  /** Does somebody wait, or come within so many milliseconds? */
  poll(fd: number, ms: number): boolean
  /** Interrupt this thread's calls every so many microseconds, beginning after as many; 0: no more. */
  interruptEvery(microseconds: number): void
  /** What can be read now, at most so many bytes. */
  read(fd: number, most: number): Uint8Array
  /** The kernel's number of a TCP socket's state. */
  state(fd: number): number
  /** Closing it resets the connection. */
  resetOnClose(fd: number): void
  close(fd: number): void
}

/** level, name: asm-generic/socket.h, linux/tcp.h. */
const OPTIONS = {
  SO_PROTOCOL: [1, 38],
  SO_REUSEPORT: [1, 15],
  TCP_FASTOPEN: [6, 23],
} as const
export type SocketOption = keyof typeof OPTIONS

/** The same on every architecture. */
const SYS_PIDFD_OPEN = 434
const SYS_PIDFD_GETFD = 438
const F_GETFL = 3
const O_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const POLLIN = 1
const ITIMER_REAL = 0
const SIGALRM = 14
const SOL_SOCKET = 1
const IPPROTO_TCP = 6
const TCP_INFO = 11
const SO_LINGER = 13
const MSG_DONTWAIT = 0x40
/** struct sigaction of glibc and musl on 64 bits: handler, mask (128 bytes), flags, restorer. */
const SIGACTION_BYTES = 152
const AF_INET = 2
const AF_INET6 = 10
/** accept(2): errors of a connection that was next, and is none any more. */
const NOBODY = ['EAGAIN', 'EINTR', 'ECONNABORTED', 'EPROTO']

let loaded: Calls | null = null

/** The calls of this process's C library. Errors: HostError `unsupported` where koffi cannot be had. */
export function loadCalls(): Calls {
  loaded ??= makeCalls()
  return loaded
}

function makeCalls(): Calls {
  const koffi = loadKoffi()
  if (!koffi) throw new HostError('call', 'libc', null, { code: 'unsupported', why: whyNoKoffi() ?? 'no koffi' })
  const lib = koffi.load(null)
  const syscall = lib.func('long syscall(long, long, long, long)')
  const fcntl = lib.func('int fcntl(int, int, ...)')
  const getsockopt = lib.func('int getsockopt(int, int, int, void*, void*)')
  const setsockopt = lib.func('int setsockopt(int, int, int, void*, uint32_t)')
  const accept4 = lib.func('int accept4(int, void*, void*, int)')
  const poll = lib.func('int poll(void*, unsigned long, int)')
  const recv = lib.func('int64_t recv(int, void*, size_t, int)')
  const setitimer = lib.func('int setitimer(int, void*, void*)')
  const sigaction = lib.func('int sigaction(int, void*, void*)')
  const dlsym = lib.func('void* dlsym(void*, const char*)')
  const close = lib.func('int close(int)')

  const check = (op: string, target: string, result: number): number => {
    if (result < 0) throw new HostError(op, target, errnoName(koffi.errno()))
    return result
  }
  let handled = false

  /** A handler that does nothing, without SA_RESTART. abs() is a C function of the right shape, and safe in a signal handler. */
  const handleAlarm = () => {
    const action = new BigUint64Array(SIGACTION_BYTES / 8)
    action[0] = BigInt(dlsym(null, 'abs'))
    check('sigaction', 'SIGALRM', sigaction(SIGALRM, new Uint8Array(action.buffer), null))
    handled = true
  }
  return {
    pidfdOpen: (pid) => check('pidfd_open', `process ${pid}`, Number(syscall(SYS_PIDFD_OPEN, pid, 0, 0))),
    pidfdGetfd: (pidfd, fd) => check('pidfd_getfd', `descriptor ${fd}`, Number(syscall(SYS_PIDFD_GETFD, pidfd, fd, 0))),
    isBlocking: (fd) => (check('fcntl', `descriptor ${fd}`, fcntl(fd, F_GETFL)) & O_NONBLOCK) === 0,
    option(fd, name) {
      const value = new Int32Array(1)
      const size = new Uint32Array([4])
      const [level, option] = OPTIONS[name]
      check('getsockopt', name, getsockopt(fd, level, option, value, size))
      return value[0] ?? 0
    },
    accept(fd) {
      const address = new Uint8Array(28)
      const taken = accept4(fd, address, new Uint32Array([address.length]), SOCK_CLOEXEC)
      if (taken >= 0) return { fd: taken, peer: endIn(address) }
      const errno = errnoName(koffi.errno())
      if (NOBODY.includes(errno)) return null
      throw new HostError('accept4', `descriptor ${fd}`, errno)
    },
    poll(fd, ms) {
      const asked = new Int32Array([fd, POLLIN])
      const ready = poll(asked, 1, ms)
      if (ready < 0 && errnoName(koffi.errno()) === 'EINTR') return false
      return check('poll', `descriptor ${fd}`, ready) > 0
    },
    interruptEvery(microseconds) {
      if (!handled) handleAlarm()
      const every = BigInt(microseconds)
      const timer = new BigInt64Array([0n, every, 0n, every])
      check('setitimer', 'ITIMER_REAL', setitimer(ITIMER_REAL, timer, null))
    },
    read(fd, most) {
      const bytes = new Uint8Array(most)
      const length = Number(recv(fd, bytes, most, MSG_DONTWAIT))
      return bytes.slice(0, Math.max(0, length))
    },
    state(fd) {
      const info = new Uint8Array(8)
      check('getsockopt', 'TCP_INFO', getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, new Uint32Array([info.length])))
      return info[0] ?? 0
    },
    resetOnClose: (fd) =>
      void check('setsockopt', 'SO_LINGER', setsockopt(fd, SOL_SOCKET, SO_LINGER, new Int32Array([1, 0]), 8)),
    close: (fd) => void close(fd),
  }
}

/** struct sockaddr_in and sockaddr_in6; a v4-mapped address is given as IPv4. */
function endIn(bytes: Uint8Array): End | null {
  const view = new DataView(bytes.buffer)
  const family = view.getUint16(0, true)
  const port = view.getUint16(2)
  if (family === AF_INET) return { address: formatIPv4(view.getUint32(4)), port }
  if (family !== AF_INET6) return null
  return {
    address: formatAddress(view.getUint32(8), view.getUint32(12), view.getUint32(16), view.getUint32(20)),
    port,
  }
}
