import { appendFileSync, writeSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { begin, endWithMaker } from './options.ts'

/**
 * A program that listens, accepts and answers each request with a line. Prints `ready`.
 * Told `pause MS` on standard input it answers `done` and does nothing at all for so long.
 */
const { host, port, backlog, workMs, leak, burn = false, log, deaf = false } = begin<'serve'>()
endWithMaker()

const sleeper = new Int32Array(new SharedArrayBuffer(4))
const kept: Socket[] = []

const server = createServer({ allowHalfOpen: true, pauseOnConnect: deaf }, (socket) => {
  if (log !== undefined) appendFileSync(log, 'a connection\n')
  if (burn) compute(workMs)
  else if (workMs > 0) Atomics.wait(sleeper, 0, 0, workMs)
  socket.on('error', () => socket.destroy())
  if (deaf) {
    kept.push(socket)
    return
  }
  socket.resume()
  if (leak) kept.push(socket)
  else socket.on('data', () => socket.end('served\n')).on('end', () => socket.end())
})
createInterface({ input: process.stdin }).on('line', (line) => {
  writeSync(1, 'done\n')
  Atomics.wait(sleeper, 0, 0, Number(line.split(' ')[1]))
})

server.listen({ host, port, ...(backlog === null ? {} : { backlog }) }, () => process.stdout.write('ready\n'))

/** CPU time, not time on the clock: a quota is to make it last longer. */
function compute(ms: number): void {
  const { user, system } = process.cpuUsage()
  for (;;) {
    const used = process.cpuUsage()
    if (used.user + used.system - user - system >= 1000 * ms) return
  }
}
