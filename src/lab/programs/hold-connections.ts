import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { begin, endWithMaker } from './options.ts'

/**
 * Clients that connect once and then do what they are told.
 * Prints `ready` when every connect(2) was made, answered or not. Told on standard input, a line each, answered with `done`:
 * - `send BYTES`: every connection sends so many
 * - `close N`, `reset N`: the next N connections, in the order they were made
 */
const { hosts, port, count, path, from = [], fromPort, halfOpen = false } = begin<'hold-connections'>()
endWithMaker()

const sockets: Socket[] = Array.from({ length: count }, (_, i) => {
  const own = { localAddress: from[i % from.length], localPort: fromPort, allowHalfOpen: halfOpen }
  const socket = connect(path === undefined ? { host: hosts[i % hosts.length] ?? '', port, ...own } : { path })
  return socket.on('error', () => socket.destroy()).resume()
})
process.stdout.write('ready\n')

let next = 0

function end(amount: number, how: (socket: Socket) => void): void {
  for (const socket of sockets.slice(next, next + amount)) how(socket)
  next += amount
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [act, amount] = line.split(' ')
  if (act === 'send') for (const socket of sockets) socket.write(Buffer.alloc(Number(amount), 'x'))
  if (act === 'close') end(Number(amount), (socket) => socket.end())
  if (act === 'reset') end(Number(amount), (socket) => socket.resetAndDestroy())
  process.stdout.write('done\n')
})
