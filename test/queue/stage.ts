import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from '../../src/lab/command.ts'
import { end, type LabNetns } from '../../src/lab/namespace.ts'

/** A program of test/queue/programs at work in a namespace. */
export interface Played {
  /** Of the program itself: what enters the namespace becomes it. */
  readonly pid: number
  readonly child: ChildProcess
  /** Lines that it printed after `ready`. */
  readonly lines: string[]
  tell(line: string): void
  stop(): Promise<void>
}

const PATIENCE_MS = 20_000

/** Start a program and wait until it says that it is ready. `how`: further words before it, such as `unshare -pf`. */
export async function play(
  netns: LabNetns,
  program: 'listen' | 'clients' | 'storm-clients',
  options: unknown,
  how: readonly string[] = [],
): Promise<Played> {
  const file = join(import.meta.dirname, `programs/${program}.ts`)
  const [command = '', ...args] = netns.inside([...how, process.execPath, file, JSON.stringify(options)])
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  let isReady = false
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ready') isReady = true
    else lines.push(line)
  })
  const stop = () => end(child)
  try {
    await until(
      `${program} to be ready`,
      PATIENCE_MS,
      () => isReady || child.exitCode !== null,
      () => complaint,
    )
    if (!isReady) throw new Error(`${program} ended: ${complaint}`)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid ?? 0, child, lines, tell: (line) => void child.stdin.write(`${line}\n`), stop }
}

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64')

/** First bytes of some protocols, as clients send them. */
export const HTTP_REQUEST = base64('GET /prices?page=2 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: check/1\r\n\r\n')
/** The preface of HTTP/2 and the settings of gRPC's C core. */
export const GRPC_GREETING = base64(
  new Uint8Array([
    ...new TextEncoder().encode('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    ...[0, 0, 6, 4, 0, 0, 0, 0, 0, 0xfe, 3, 0, 0, 0, 1],
  ]),
)

/** The queue of the story: 129 waiting, 100 closed, 29 reset, some of the closed with bytes. */
export const LEAK = [
  { count: 40, host: '127.0.0.1', end: 'close', send: HTTP_REQUEST },
  { count: 29, host: '127.0.0.1', from: '127.0.0.2', end: 'reset' },
  { count: 10, host: '127.0.0.1', from: '127.0.0.3', end: 'close', send: GRPC_GREETING },
  { count: 50, host: '127.0.0.1', end: 'close' },
] as const

export const leakOn = (port: number) => LEAK.map((group) => ({ ...group, port }))
