/**
 * A program that listens and accepts nobody, until it is told `serve` on standard input: then it accepts for ever, and answers
 * every connection with a line. `serve N`: so many. Prints `ready`, and `served` for each that it took.
 * Its listening socket blocks or not, as it is told; every call is one of the C library, none is libuv's.
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

interface Options {
  readonly port: number
  readonly backlog: number
  readonly blocking: boolean
  /** SO_REUSEPORT, TCP_FASTOPEN; MPTCP instead of TCP. */
  readonly reusePort?: boolean
  readonly fastOpen?: boolean
  readonly mptcp?: boolean
  readonly dual?: boolean
  /** Another process holds the socket, too. */
  readonly share?: boolean
}

const { port, backlog, blocking, reusePort, fastOpen, mptcp, dual, share }: Options = JSON.parse(
  process.argv[2] ?? '{}',
)
const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi')
const lib = koffi.load(null)
const socket = lib.func('int socket(int, int, int)')
const bind = lib.func('int bind(int, void*, uint32_t)')
const listen = lib.func('int listen(int, int)')
const accept = lib.func('int accept4(int, void*, void*, int)')
const setsockopt = lib.func('int setsockopt(int, int, int, void*, uint32_t)')
const send = lib.func('int64_t send(int, void*, size_t, int)')
const close = lib.func('int close(int)')

const one = new Uint8Array(new Uint32Array([1]).buffer)
const fd = must('socket', socket(dual ? 10 : 2, 1 | 0o2000000 | (blocking ? 0 : 0o4000), mptcp ? 262 : 0))
must('SO_REUSEADDR', setsockopt(fd, 1, 2, one, 4))
if (reusePort) must('SO_REUSEPORT', setsockopt(fd, 1, 15, one, 4))
const address = new Uint8Array(dual ? 28 : 16)
address[0] = dual ? 10 : 2
new DataView(address.buffer).setUint16(2, port)
must('bind', bind(fd, address, address.length))
if (fastOpen) must('TCP_FASTOPEN', setsockopt(fd, 6, 23, new Uint8Array(new Uint32Array([16]).buffer), 4))
must('listen', listen(fd, backlog))
if (share) {
  const other = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore', fd] })
  other.once('spawn', () => process.stdout.write('ready\n'))
} else process.stdout.write('ready\n')

const answer = new TextEncoder().encode('served\n')
createInterface({ input: process.stdin }).on('line', (line) => {
  const [act, amount] = line.split(' ')
  if (act === 'serve') serve(amount === undefined ? Number.POSITIVE_INFINITY : Number(amount))
})
process.stdin.on('end', () => process.exit(0))

function serve(left: number): void {
  if (left <= 0) return
  const taken = accept(fd, null, null, 0)
  if (taken >= 0) {
    send(taken, answer, answer.length, 0x4000)
    close(taken)
    process.stdout.write('served\n')
  }
  setTimeout(() => serve(taken >= 0 ? left - 1 : left), taken >= 0 ? 0 : 5)
}

function must(what: string, result: number): number {
  if (result < 0) throw new Error(`${what}: errno ${koffi.errno()}`)
  return result
}
