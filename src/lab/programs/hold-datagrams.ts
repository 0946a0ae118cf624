import { createSocket } from 'node:dgram'
import { writeSync } from 'node:fs'
import { begin, endWithMaker } from './options.ts'

/** Longer than any scenario stands; it does not outlive a killed maker by more. */
const HOLDS_MS = 60_000

/** A UDP socket with a small buffer; its program reads all that comes, or is busy with something else. Prints `ready`. */
const { host, port, bufferBytes, reads } = begin<'hold-datagrams'>()
endWithMaker()

const socket = createSocket({ type: 'udp4', recvBufferSize: bufferBytes })
socket.bind(port, host, () => {
  writeSync(1, 'ready\n')
  if (reads) return
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HOLDS_MS)
  process.exit(0)
})
