import type { AcceptError, ConfiguredBacklog } from '../model/machine.ts'
import { readAcceptError } from './accept-errors.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read the own logs of nginx, redis, haproxy and Apache.
 * Shape:  an AcceptError for every accept() that failed, a ConfiguredBacklog where redis says that somaxconn is below its own
 * Gaps:   every other line is read and not kept
 * Source: redis src/server.c checkTcpBacklogSettings(); nginx src/event/ngx_event_accept.c
 */
export const serverLog: Format = {
  name: 'server-log',
  opens: (text) => backlogOf(text) !== null,
  read: startServerLog,
}

const REDIS = /TCP backlog setting of (\d{1,9}) cannot be enforced because /

function backlogOf(text: string): number | null {
  const told = REDIS.exec(text.slice(0, 400))?.[1]
  return told === undefined ? null : Number(told)
}

function startServerLog(context: ReadContext): FormatReader {
  const acceptErrors: AcceptError[] = []
  const backlogs: ConfiguredBacklog[] = []
  const trouble = startTrouble(context)
  return {
    take(text, line) {
      // Whatever such a log holds is its own; without a command only what is known for sure is.
      const value = backlogOf(text)
      if (text.length > 4000 || (context.command === null && value === null)) return false
      const origin = originAt(context, line)
      if (value !== null && backlogs.length < MAX_ENTRIES)
        backlogs.push({ program: 'redis', setting: 'tcp-backlog', address: null, port: null, value, origin })
      const error = readAcceptError(text)
      if (error && acceptErrors.length < MAX_ENTRIES) acceptErrors.push({ ...error, origin })
      return true
    },
    finish: () => {
      const machine = {
        ...(acceptErrors.length > 0 ? { acceptErrors } : {}),
        ...(backlogs.length > 0 ? { backlogs } : {}),
      }
      return trouble.result(Object.keys(machine).length > 0 ? [{ question: 'machine', machine }] : [])
    },
  }
}
