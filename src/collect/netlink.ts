import { datagramBuffer } from '../parse/inet-diag.ts'
import { dumpRequest, eachMessage, type Message } from '../parse/netlink.ts'
import type { KernelDump } from '../sys/host.ts'
import { errnoName, HostError } from '../sys/host-error.ts'

/** One dump: what to ask, and who takes the messages. `false`: it has had enough. */
export interface Asked {
  readonly type: number
  readonly body: Uint8Array
  readonly take: (message: Message) => unknown
}

const buffer = datagramBuffer()
let seq = 0x10000

/**
 * Ask for one dump over an open socket.
 * Shape:  how it ended; `left`: `take` had enough, and the socket can be asked for nothing more
 * Errors: HostError with the kernel's errno, `malformed` for what is no netlink
 */
export function askDump(run: KernelDump['run'], { type, body, take }: Asked): 'whole' | 'interrupted' | 'left' {
  const number = ++seq
  let left = false
  let interrupted = false
  run(dumpRequest(type, number, body), buffer.u8, (length) => {
    const result = eachMessage(buffer, length, number, (message) => {
      if (!left && take(message) === false) left = true
    })
    if (result.status === 'refused') throw new HostError('dump', `netlink message ${type}`, errnoName(result.errno))
    if (result.status === 'malformed') throw new HostError('dump', `netlink message ${type}`, null, { why: result.why })
    interrupted ||= result.interrupted
    return result.status === 'more' && !left
  })
  return left ? 'left' : interrupted ? 'interrupted' : 'whole'
}
