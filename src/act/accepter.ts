import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { type End, TCP_STATES, type TcpState } from '../model/socket.ts'
import type { Calls } from './calls.ts'

/** How to take a connection: how it ends, and how many of its first bytes to read before. */
export interface TakeOrder {
  readonly end: 'close' | 'reset'
  readonly bytes: number
}

/** One connection that was taken and ended. The address is accept4's: of a reset one nothing else tells it. */
export interface Taken {
  readonly peer: End | null
  /** In the moment when it was taken; CLOSE: its peer had reset it. */
  readonly state: TcpState
  readonly bytes: Uint8Array
}

/** Takes the connection at the head of a queue. */
export interface Accepter {
  /** null: nobody waited. Errors: throws where the call is refused, or the process that makes it gave no answer. */
  take(order: TakeOrder): Promise<Taken | null>
  close(): Promise<void>
}

/** Nobody has come within this time: then the queue is empty, or the owner was faster. */
export const PATIENCE_MS = 200

/** Of a socket that does not block. */
export function directAccepter(calls: Calls, fd: number): Accepter {
  return {
    take: (order) => Promise.resolve(calls.poll(fd, PATIENCE_MS) ? takeOne(calls, fd, order) : null),
    close: () => Promise.resolve(),
  }
}

/** accept4, read, end. */
export function takeOne(calls: Calls, fd: number, { end, bytes }: TakeOrder): Taken | null {
  const taken = calls.accept(fd)
  if (!taken) return null
  try {
    const state = TCP_STATES[calls.state(taken.fd)] ?? 'CLOSE'
    const read = bytes > 0 ? calls.read(taken.fd, bytes) : new Uint8Array(0)
    if (end === 'reset') calls.resetOnClose(taken.fd)
    return { peer: taken.peer, state, bytes: read }
  } finally {
    calls.close(taken.fd)
  }
}

/** What the process that accepts answers, a line each. */
export type HelperAnswer =
  | { readonly is: 'taken'; readonly peer: End | null; readonly state: TcpState; readonly bytes: string }
  | { readonly is: 'nobody' }
  | { readonly is: 'failed'; readonly why: string }

/** It answers within PATIENCE_MS and a few interruptions; on a machine that is busy, much later. */
const SILENCE_MS = 30_000
/** Where it finds the listening socket: not among the first three, whose flags Node sets at will. */
export const HELPER_FD = 3

/**
 * Of a socket that blocks: a process of its own waits in accept4, for the flag that would let us ask without waiting is the
 * owner's, too. It ends with this one, or when it is closed.
 * `program`: the argument vector that runs accept-helper
 */
export function helperAccepter(program: readonly string[], fd: number): Accepter {
  const [command = '', ...args] = program
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit', fd] })
  const answers = answersOf(child)
  return {
    async take(order) {
      child.stdin?.write(`${JSON.stringify(order)}\n`)
      const answer = await answers()
      if (answer.is === 'failed') throw new Error(answer.why)
      if (answer.is === 'nobody') return null
      return { peer: answer.peer, state: answer.state, bytes: Buffer.from(answer.bytes, 'base64') }
    },
    async close() {
      const isGone = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined
      if (isGone()) return
      const gone = new Promise((done) => child.once('exit', done))
      child.stdin?.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS)
      await gone
      clearTimeout(timer)
    },
  }
}

/** The next line of the process; an end, or a silence, is a failure. */
function answersOf(child: ChildProcess): () => Promise<HelperAnswer> {
  const waiting: ((answer: HelperAnswer) => void)[] = []
  const ready: HelperAnswer[] = []
  let over: HelperAnswer | null = null
  const hand = (answer: HelperAnswer) => {
    const next = waiting.shift()
    if (next) next(answer)
    else ready.push(answer)
  }
  const end = (why: string) => {
    over ??= { is: 'failed', why }
    for (const next of waiting.splice(0)) next(over)
  }
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => hand(JSON.parse(line)))
  child.stdin?.on('error', () => {})
  child.on('error', (error) => end(`the process that accepts could not be started: ${error.message}`))
  child.on('close', (code, signal) => end(`the process that accepts has ended: ${signal ?? code}`))
  return () =>
    new Promise((done) => {
      const known = ready.shift() ?? over
      if (known) {
        done(known)
        return
      }
      const timer = setTimeout(() => {
        child.kill('SIGKILL')
        end(`the process that accepts gave no answer within ${SILENCE_MS} ms, and was ended`)
      }, SILENCE_MS)
      waiting.push((answer) => {
        clearTimeout(timer)
        done(answer)
      })
    })
}
