import { connect } from 'node:net'
import { begin, endWithMaker } from './options.ts'

/** Clients that call again and again: connect, send, wait for the answer and its end. Prints `ready`. */
const { host, port, count, bytes, everyMs, giveUpMs, together } = begin<'keep-calling'>()
endWithMaker()

const request = Buffer.alloc(bytes, 'x')

function call(): void {
  const startedAt = performance.now()
  const socket = connect({ host, port })
  const impatience = setTimeout(() => socket.destroy(), giveUpMs)
  socket
    .on('connect', () => {
      clearTimeout(impatience)
      socket.write(request)
    })
    .on('error', () => socket.destroy())
    .on('close', () => {
      clearTimeout(impatience)
      setTimeout(call, Math.max(1, everyMs - (performance.now() - startedAt)))
    })
    .resume()
}

for (let i = 0; i < count; i++) setTimeout(call, together ? 0 : (i * everyMs) / count)
process.stdout.write('ready\n')
