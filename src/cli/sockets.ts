import { prepare } from '../diagnose/readings.ts'
import { stateNamed } from '../facts/socket-filter.ts'
import { type SocketQuery, socketsTable } from '../facts/socket-lines.ts'
import { TCP_STATES, type TcpState } from '../model/socket.ts'
import { SOCKET_KEYS, type SocketKey, type SocketList, type SocketsTable } from '../model/socket-list.ts'
import { visible } from '../report/visible.ts'
import { say } from '../words/say.ts'
import { SOCKET_WORDS as W } from '../words/sockets.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { CommonOptions, Input } from './input.ts'
import { readInputs } from './inputs.ts'
import type { KubeFlags } from './kube.ts'
import { createProgress } from './progress.ts'
import { printTable, type TableOutput } from './table-output.ts'

export interface SocketsOptions extends CommonOptions, KubeFlags {
  readonly from?: readonly string[]
  readonly output: TableOutput
  readonly netns: string
  readonly state?: string
  readonly port?: string
  readonly process?: string
  readonly pod?: string
  readonly peer?: string
  readonly listening: boolean
  readonly unaccepted: boolean
  readonly by?: string
  readonly all: boolean
}

/** `recvq sockets`: listeners and connections, a table for each namespace of each reading. */
export async function runSockets(options: SocketsOptions): Promise<ExitCode> {
  const query = queryOf(options)
  const progress = createProgress(process.stderr)
  try {
    const input = await readInputs(options.from ?? [], { ...options, interval: 0 }, progress)
    progress.clear()
    for (const note of input.notes) process.stderr.write(`${visible(note[options.lang])}\n`)
    const tables = socketsOf(input, query)
    if (tables.length === 0) {
      process.stderr.write(`${W.nothing[options.lang]}\n`)
      return EXIT.unjudged
    }
    const list: SocketList = { apiVersion: 'recvq/v1', kind: 'Sockets', by: query.by, tables }
    const { renderSockets } = await import('../report/sockets.ts')
    await printTable(list, options, (page) => renderSockets(list, page))
    return EXIT.healthy
  } finally {
    progress.clear()
  }
}

/** Tables in which something was read; where something was asked for, those that have it. */
export function socketsOf({ series, clusters }: Pick<Input, 'series' | 'clusters'>, query: SocketQuery) {
  const tables = prepare(series, clusters)
    .nodes.flatMap(({ views }) => views.flat())
    .filter(({ netns }) => netns.listeners.ok || netns.connections.ok)
    .map((view) => socketsTable(view, query))
  const some = tables.filter(holdsSomething)
  return some.length > 0 ? some : tables
}

const holdsSomething = ({ listeners, connections }: SocketsTable): boolean =>
  (listeners ?? []).length > 0 || (connections ?? []).length > 0

/** Errors: Failure for what is no state, no port, or nothing to put together by. */
export function queryOf(options: Omit<SocketsOptions, keyof CommonOptions | 'output' | 'netns' | 'all'>): SocketQuery {
  const { state, port, process: program, pod, peer, listening, unaccepted } = options
  const states = state === undefined ? null : statesOf(state)
  return {
    filter: {
      states,
      port: port === undefined ? null : portOf(port),
      process: program ?? null,
      pod: pod ?? null,
      peer: peer ?? null,
      unaccepted,
    },
    by: keysOf(options.by ?? (unaccepted ? 'state,port,peer' : 'state,process,port')),
    listeners: listening || (options.by === undefined && peer === undefined && (states?.includes('LISTEN') ?? true)),
    connections: !listening && states?.join() !== 'LISTEN',
  }
}

function statesOf(value: string): readonly TcpState[] {
  return value.split(',').map((word) => {
    const state = stateNamed(word)
    if (state) return state
    const list = TCP_STATES.slice(1, -1).join(', ')
    throw new Failure(say(W.badState, { value: word, list }))
  })
}

function keysOf(value: string): readonly SocketKey[] {
  return value.split(',').map((word) => {
    const key = SOCKET_KEYS.find((one) => one === word.trim())
    if (key) return key
    throw new Failure(say(W.badKey, { value: word, list: SOCKET_KEYS.join(', ') }))
  })
}

function portOf(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (port < 1 || port > 65_535) throw new Failure(say(W.badPort, { value }))
  return port
}
