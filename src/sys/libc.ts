import { errnoName, HostError } from './host-error.ts'
import { loadKoffi, whyNoKoffi } from './koffi.ts'

type Call = (...args: readonly (number | string | Uint8Array | null)[]) => number

/** The few functions of the C library that Node does not offer. Each returns −1 on failure: read errno at once. */
export interface Libc {
  readonly socket: Call
  readonly sendto: Call
  readonly recv: Call
  readonly setsockopt: Call
  readonly setns: Call
  readonly close: Call
  readonly open: Call
  /** Since glibc 2.30 and musl 1.0. */
  readonly getdents64: Call
  readonly readlinkat: Call
  errno(): number
}

let libc: Libc | null = null

/** The C library of this process. Errors: HostError `unsupported` where koffi cannot be had. */
export function loadLibc(): Libc {
  if (libc) return libc
  const koffi = loadKoffi()
  if (!koffi) throw new HostError('call', 'libc', null, { code: 'unsupported', why: whyNoKoffi() ?? 'no koffi' })
  // koffi.load(null): the symbols that are in the process already. It does not know ssize_t.
  const lib = koffi.load(null)
  libc = {
    socket: lib.func('int socket(int, int, int)'),
    sendto: lib.func('int64_t sendto(int, void*, size_t, int, void*, uint32_t)'),
    recv: lib.func('int64_t recv(int, void*, size_t, int)'),
    setsockopt: lib.func('int setsockopt(int, int, int, void*, uint32_t)'),
    setns: lib.func('int setns(int, int)'),
    close: lib.func('int close(int)'),
    open: lib.func('int open(const char*, int)'),
    getdents64: lib.func('int64_t getdents64(int, void*, size_t)'),
    readlinkat: lib.func('int64_t readlinkat(int, void*, void*, size_t)'),
    errno: () => koffi.errno(),
  }
  return libc
}

/** The same, null where it cannot be had. */
export function tryLibc(): Libc | null {
  try {
    return loadLibc()
  } catch {
    return null
  }
}

/** The result of a call, or a HostError with its errno. */
export function check(c: Libc, op: string, target: string, result: number): number {
  if (result < 0) throw new HostError(op, target, errnoName(c.errno()))
  return result
}
