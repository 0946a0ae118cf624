import { readSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { begin } from './options.ts'

/**
 * A program that listens and never accepts: right after listen(2) its only thread waits in a read(2) of standard input,
 * which ends when the maker does. Prints `ready`.
 */
const { host, port, backlog, path } = begin<'hold-port'>()

createServer().listen(path === undefined ? { host, port, backlog } : { path, backlog }, () => {
  writeSync(1, 'ready\n')
  readSync(0, Buffer.alloc(1))
  process.exit(0)
})
