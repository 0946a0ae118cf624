/**
 * Clients that connect one after the other, send what they are told to, and then close, reset or wait. Prints `ready` when all of
 * them have done so, and a line of JSON when one that waits is told something: {"client": N, "got": "data" | "end" | "reset"}.
 */
import { connect } from 'node:net'

interface Group {
  readonly count: number
  readonly host: string
  readonly from?: string
  readonly port: number
  /** base64; none: nothing. */
  readonly send?: string
  readonly end: 'close' | 'reset' | 'wait'
  /** Pause after each, in ms. */
  readonly pauseMs?: number
}

const groups: readonly Group[] = JSON.parse(process.argv[2] ?? '[]')
process.stdin.on('end', () => process.exit(0)).resume()

let number = 0
for (const group of groups) for (let i = 0; i < group.count; i++) await one(group, number++)
process.stdout.write('ready\n')

function one({ host, from, port, send, end, pauseMs = 0 }: Group, client: number): Promise<void> {
  return new Promise((done, failed) => {
    let told = false
    const tell = (got: string) => {
      if (told || end !== 'wait') return
      told = true
      process.stdout.write(`${JSON.stringify({ client, got })}\n`)
    }
    const socket = connect({ host, port, ...(from === undefined ? {} : { localAddress: from }) })
    const finish = () => setTimeout(done, pauseMs)
    socket.once('connect', () => {
      const act = () => {
        if (end === 'close') socket.end(finish)
        else if (end === 'reset') {
          socket.resetAndDestroy()
          finish()
        } else finish()
      }
      if (send === undefined) act()
      else socket.write(Buffer.from(send, 'base64'), act)
    })
    socket.on('data', () => tell('data'))
    socket.on('end', () => tell('end'))
    socket.on('error', (error) => {
      tell('reset')
      if (socket.connecting) failed(error)
    })
  })
}
