import { constants } from 'node:os'
import { getSystemErrorName } from 'node:util'
import type { Gap, GapReason } from '../model/part.ts'

/** Something that was asked of the machine and not got. `code` is a gap's reason; the message names operation, object, error. */
export class HostError extends Error {
  readonly op: string
  readonly target: string
  readonly code: GapReason
  /** `EPERM`, `ENOENT` …; null where no system call failed. */
  readonly errno: string | null

  constructor(
    op: string,
    target: string,
    errno: string | null,
    options: { why?: string; code?: GapReason; cause?: unknown } = {},
  ) {
    const missing = CAPABILITY[op]
    const denied = errno === 'EPERM' || errno === 'EACCES'
    const needs = denied && missing ? ` (needs ${missing})` : ''
    super(`${op} ${target}: ${options.why ?? errno ?? 'failed'}${needs}`, { cause: options.cause })
    this.name = 'HostError'
    this.op = op
    this.target = target
    this.errno = errno
    this.code = options.code ?? (errno ? reasonOf(errno) : 'malformed')
  }

  get gap(): Gap {
    return { ok: false, reason: this.code, detail: this.message }
  }
}

/** What a process must be allowed to do for each of our operations. */
const CAPABILITY: Readonly<Record<string, string>> = {
  setns: 'CAP_SYS_ADMIN',
  'open netns': 'CAP_SYS_PTRACE',
  dump: 'CAP_NET_ADMIN',
  'list fds': 'CAP_DAC_READ_SEARCH and CAP_SYS_PTRACE',
  'open kernel log': 'CAP_SYSLOG',
}

function reasonOf(errno: string): GapReason {
  switch (errno) {
    case 'EPERM':
    case 'EACCES':
      return 'denied'
    case 'ENOENT':
    case 'ESRCH':
    case 'ENOTDIR':
      return 'absent'
    case 'EAGAIN':
    case 'ETIMEDOUT':
      return 'timeout'
    case 'ENOSYS':
    case 'EPROTONOSUPPORT':
    case 'EAFNOSUPPORT':
    case 'EOPNOTSUPP':
    case 'ENOTSUP':
      return 'unsupported'
    default:
      return 'malformed'
  }
}

/** `EPERM` for 1. */
export const errnoName = (errno: number): string => getSystemErrorName(-Math.abs(errno))

export const ERRNO = constants.errno

/** What node:fs threw, as a HostError. */
export function fsError(op: string, target: string, error: unknown): HostError {
  const errno = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
  return new HostError(op, target, errno, { cause: error })
}

/** Any failure as a gap: a HostError tells its reason, anything else is a defect of ours and says so. */
export function asGap(error: unknown): Gap {
  if (error instanceof HostError) return error.gap
  return { ok: false, reason: 'malformed', detail: error instanceof Error ? error.message : String(error) }
}
