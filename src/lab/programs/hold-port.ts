import { writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { begin } from './options.ts'

/** A program that listens and never accepts: its only thread sleeps right after listen(2). Prints `ready`. */
const { host, port, backlog, lifeSeconds } = begin<'hold-port'>()

createServer().listen({ host, port, backlog }, () => {
  writeSync(1, 'ready\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lifeSeconds * 1000)
  process.exit(0)
})
