import type { Facts } from './define-scenario.ts'
import type { KernelView } from './kernel.ts'
import { type Lab, SERVER_ADDRESS } from './lab.ts'
import type { Program } from './program.ts'

/** The server program of every scenario, by the name that `ss -p` shows, and its port. */
export const SERVER = { name: 'shop-api', host: '::', port: 8080 } as const
export const CLIENT_NAME = 'shop-client'

/** Clients that found no place; they keep trying, so that it overflows *now*. */
const TURNED_AWAY = 40

/**
 * A program with a backlog of `backlog` that never accepts, its queue filled to the last place, and more clients that try.
 * The inner ones connect first and alone: when the queue is full already, no handshake is lost half-way, and every number is exact.
 */
export async function fillQueue(lab: Lab, backlog: number): Promise<{ inner: Program; facts: Facts }> {
  const length = backlog + 1
  const owner = await lab.start(lab.server, 'hold-port', { ...SERVER, backlog })
  const inner = await lab.start(lab.clients, 'hold-connections', clients(length))
  await lab.untilServer(`${length} queued`, (kernel) => queued(kernel) === length)
  await lab.start(lab.clients, 'hold-connections', clients(TURNED_AWAY))
  await lab.untilServer('overflows', (kernel) => overflows(kernel) >= TURNED_AWAY)
  return { inner, facts: { port: SERVER.port, process: SERVER.name, pid: owner.pid, length, max: backlog } }
}

/** The same clients before a server that accepts, answers and closes; they say what they have to say and leave. */
export async function servedClients(lab: Lab, count: number, backlog: number | null = null): Promise<Facts> {
  await lab.start(lab.server, 'serve', { ...SERVER, backlog, workMs: 0, leak: false })
  const callers = await lab.start(lab.clients, 'hold-connections', clients(count))
  await lab.untilServer(`${count} accepted`, (kernel) => owned(kernel, 'ESTABLISHED') === count)
  await callers.tell('send 100')
  await lab.untilServer(
    'all of them closed',
    (kernel) => owned(kernel, 'ESTABLISHED') + owned(kernel, 'CLOSE_WAIT') === 0,
  )
  return { port: SERVER.port, process: SERVER.name }
}

/** A server that accepts, yet each connection costs it `workMs`, and far more clients than it can serve. */
export async function overtaxedServer(lab: Lab, backlog: number | null, max: number, workMs: number): Promise<Facts> {
  const owner = await lab.start(lab.server, 'serve', { ...SERVER, backlog, workMs, leak: false })
  await lab.start(lab.clients, 'keep-calling', calls(max + 250, 1000))
  await lab.untilServer(
    `${max + 1} queued, overflows, some served`,
    (kernel) => queued(kernel) === max + 1 && overflows(kernel) > 250 && owned(kernel, 'ESTABLISHED') > 0,
  )
  return { port: SERVER.port, process: SERVER.name, pid: owner.pid, length: max + 1, max }
}

export const clients = (count: number) => ({ name: CLIENT_NAME, hosts: [SERVER_ADDRESS], port: SERVER.port, count })

export const calls = (count: number, everyMs: number) => ({
  name: CLIENT_NAME,
  host: SERVER_ADDRESS,
  port: SERVER.port,
  count,
  bytes: 200,
  everyMs,
  giveUpMs: 1000,
  together: false,
})

export const queued = (kernel: KernelView) => kernel.queued.get(SERVER.port) ?? 0
export const overflows = (kernel: KernelView) => kernel.counters.get('TcpExtListenOverflows') ?? 0

/** Connections of the server's port in this state that were not accepted yet. */
export const waiting = (kernel: KernelView, state: string) => ofServer(kernel, state).filter((c) => c.inode === 0)

/** Number of connections of the server's port in this state that were accepted. */
export const owned = (kernel: KernelView, state: string) => ofServer(kernel, state).filter((c) => c.inode !== 0).length

function ofServer(kernel: KernelView, state: string) {
  return kernel.connections.filter((c) => c.localPort === SERVER.port && c.state === state)
}
