import type { AcceptError } from '../model/machine.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read what programs write into their own logs when accept() fails for want of descriptors or memory.
 * Shape:  an AcceptError a line
 * Gaps:   the port only where the line names it; other lines of such a log are not read
 * Source: nginx src/event/ngx_event_accept.c; Go net/http Server.Serve; errno(3) as C libraries, Java, Python, Node.js word it
 */
export const acceptErrors: Format = {
  name: 'accept-errors',
  opens: (text) => text.length < 2000 && errorOf(text) !== null,
  read: startAcceptErrors,
}

const WORDINGS: readonly (readonly [AcceptError['error'], RegExp])[] = [
  ['EMFILE', /EMFILE|[Tt]oo many open files(?! in system)|\(24: /],
  ['ENFILE', /ENFILE|[Tt]oo many open files in system|[Ff]ile table overflow/],
  ['ENOBUFS', /ENOBUFS|[Nn]o buffer space available/],
  ['ENOMEM', /ENOMEM|[Cc]annot allocate memory/],
]

/** accept() as a call, a Go operation, an exception or a sentence about accepting; an strace line is another format's. */
const ACCEPTING =
  /\baccept4?\(\)|\baccept4?: |\baccept (?:tcp|unix)|Accept error|\baccept4?\b.{0,60}\bfailed\b|failed to accept|[Ee]rror accepting|ServerSocket.{0,40}[Aa]ccept/

function errorOf(text: string): AcceptError['error'] | null {
  const start = text.slice(0, 1200)
  if (/^(?:\[pid +\d+\] )?(?:[\d:.]+ )?accept4?\(\d/.test(start)) return null
  if (!ACCEPTING.test(start)) return null
  return WORDINGS.find(([, pattern]) => pattern.test(start))?.[0] ?? null
}

/** One line of any log; null: nobody failed to accept. */
export function readAcceptError(text: string): Omit<AcceptError, 'origin'> | null {
  const error = errorOf(text)
  return error && { ...whoSays(text.slice(0, 1200)), error, text: text.slice(0, 400) }
}

const TIMES =
  /^\[?(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)/

function startAcceptErrors(context: ReadContext): FormatReader {
  const found: AcceptError[] = []
  const trouble = startTrouble(context)
  return {
    take(text, line) {
      if (text.length > 2000) return false
      const error = readAcceptError(text)
      if (error && found.length < MAX_ENTRIES) found.push({ ...error, origin: originAt(context, line) })
      return error !== null
    },
    finish: () => trouble.result(found.length > 0 ? [{ question: 'machine', machine: { acceptErrors: found } }] : []),
  }
}

/** nginx: `2026/11/21 08:00:00 [crit] 7#7: accept4() failed (24: …)`; syslog: `Nov 21 08:00:00 host haproxy[12]: …`. */
function whoSays(text: string): Pick<AcceptError, 'program' | 'pid' | 'port' | 'when'> {
  const nginx = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[[a-z]{4,6}\] (\d{1,10})#\d{1,10}: /.exec(text)
  const daemon = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,255} ([\w.-]{1,40})\[(\d{1,10})\]: /.exec(text)
  const port = /accept (?:tcp\d? )?(?:\[[\da-f:]{2,45}\]|[\d.]{7,15}|\*)?:(\d{1,5})\b/.exec(text)?.[1]
  const pid = nginx?.[1] ?? daemon?.[2]
  return {
    program: nginx ? 'nginx' : (daemon?.[1] ?? null),
    pid: pid === undefined ? null : Number(pid),
    port: port === undefined || Number(port) > 65535 ? null : Number(port),
    when: TIMES.exec(text)?.[1] ?? null,
  }
}
