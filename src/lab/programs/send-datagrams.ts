import { createSocket } from 'node:dgram'
import { begin, endWithMaker } from './options.ts'

/** A client that sends datagrams and expects no answer. Prints `ready`. */
const { host, port, bytes, everyMs } = begin<'send-datagrams'>()
endWithMaker()

const socket = createSocket('udp4')
const content = Buffer.alloc(bytes, 'x')
setInterval(() => socket.send(content, port, host, () => {}), everyMs)
process.stdout.write('ready\n')
