import type { Facts } from './define-scenario.ts'
import type { Lab } from './lab.ts'
import { clients, overflows, queued, SERVER } from './parts.ts'
import type { Program } from './program.ts'
import type { ProgramOptions } from './programs/options.ts'

/** Few enough to be full at once, and so that no default of a program's is the same. */
const BACKLOG = 24
/** Clients that find no place. */
const TURNED_AWAY = 40

/** What `ps` shows to somebody who asks why a program is late. */
export const SHOWN = ['ps -eLo pid,tid,stat,wchan:32,comm']

/** A server that accepts, answers and closes. */
export const startServer = (lab: Lab, more: Partial<ProgramOptions['serve']> = {}): Promise<Program> =>
  lab.start(lab.server, 'serve', { ...SERVER, backlog: BACKLOG, workMs: 0, leak: false, ...more })

/** Clients that fill the queue of a server that does nothing more but for `accepted` connections, and others that are turned away. */
export async function fillBehind(lab: Lab, owner: Program, accepted: number): Promise<Facts> {
  const length = BACKLOG + 1
  await lab.start(lab.clients, 'hold-connections', clients(length + accepted))
  await lab.untilServer(`${length} queued`, (kernel) => queued(kernel) === length)
  await lab.start(lab.clients, 'hold-connections', clients(TURNED_AWAY))
  await lab.untilServer('overflows', (kernel) => overflows(kernel) >= TURNED_AWAY)
  return { port: SERVER.port, process: SERVER.name, pid: owner.pid, length, max: BACKLOG }
}
