import { createServer, type Socket } from 'node:net'
import { begin, endWithMaker } from './options.ts'

/** A program that listens, accepts and answers each request with a line. Prints `ready`. */
const { host, port, backlog, workMs, leak } = begin<'serve'>()
endWithMaker()

const sleeper = new Int32Array(new SharedArrayBuffer(4))
const kept: Socket[] = []

const server = createServer({ allowHalfOpen: true }, (socket) => {
  if (workMs > 0) Atomics.wait(sleeper, 0, 0, workMs)
  socket.on('error', () => socket.destroy()).resume()
  if (leak) kept.push(socket)
  else socket.on('data', () => socket.end('served\n')).on('end', () => socket.end())
})
server.listen({ host, port, ...(backlog === null ? {} : { backlog }) }, () => process.stdout.write('ready\n'))
