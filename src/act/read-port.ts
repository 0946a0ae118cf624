import type { PortReading, PortSocket } from '../model/queue.ts'
import { datagramBuffer } from '../parse/inet-diag.ts'
import { dumpRequest, eachMessage } from '../parse/netlink.ts'
import { parsePortSocket, portAsked } from '../parse/port-sockets.ts'
import { errnoName, HostError } from '../sys/host-error.ts'
import { type NetlinkSocket, openDiag } from '../sys/netlink.ts'

/** Asks one network namespace for the sockets of a port, again and again. It keeps the namespace alive until it is closed. */
export interface PortReader {
  /** Errors: HostError */
  read(port: number): PortReading
  close(): void
}

const LISTEN_STATES = 1 << 10
/** Everything but LISTEN, SYN_RECV and TIME_WAIT: those have no queue of ours. */
const CONNECTION_STATES = 0xfff & ~LISTEN_STATES & ~(1 << 3) & ~(1 << 6) & ~(1 << 7) & ~1
const SILENCE_MS = 2000
const TRIES = 3
const AGAIN = ['EAGAIN', 'ENOBUFS', 'EBUSY', 'EINTR']
const NOT_KNOWN = ['ENOENT', 'EINVAL', 'EOPNOTSUPP', 'ENOTSUP']

const buffer = datagramBuffer()
let seq = 0x20000

/**
 * `enter` runs something in the namespace meant, without waiting.
 * The listener's length is read before the rows: who comes in between is behind all that it counts.
 */
export function openPortReader(enter: <T>(act: () => T) => T): PortReader {
  let socket: NetlinkSocket | null = null
  let families: readonly ('any' | 4 | 6)[] = ['any']

  const once = (port: number, states: number): readonly PortSocket[] => {
    socket ??= enter(() => openDiag(SILENCE_MS))
    const open = socket
    try {
      return families.flatMap((family) => dump(open, port, states, family))
    } catch (error) {
      // a dump that broke off leaves the rest of it in the socket
      open.close()
      socket = null
      throw error
    }
  }
  const ask = (port: number, states: number): readonly PortSocket[] => {
    for (let attempt = 1; ; attempt++) {
      try {
        return once(port, states)
      } catch (error) {
        const errno = error instanceof HostError ? (error.errno ?? '') : ''
        if (families.length === 1 && NOT_KNOWN.includes(errno)) families = [4, 6]
        else if (attempt === TRIES || !AGAIN.includes(errno)) throw error
      }
    }
  }
  return {
    read(port) {
      const listeners = ask(port, LISTEN_STATES)
      const from = performance.now()
      const rows = ask(port, CONNECTION_STATES)
      return { listeners, rows, tookMs: performance.now() - from }
    },
    close: () => socket?.close(),
  }
}

function dump(socket: NetlinkSocket, port: number, states: number, family: 'any' | 4 | 6): readonly PortSocket[] {
  const { type, body } = portAsked(port, states, family)
  const number = ++seq
  // a socket may be met twice when the kernel's table changes below the walk
  const found = new Map<string, PortSocket>()
  socket.dump(dumpRequest(type, number, body), buffer.u8, (length) => {
    const result = eachMessage(buffer, length, number, (message) => {
      const row = parsePortSocket(message)
      if (row && row.local.port === port) found.set(row.cookie, row)
    })
    if (result.status === 'refused') throw new HostError('dump', `sockets of port ${port}`, errnoName(result.errno))
    if (result.status === 'malformed') throw new HostError('dump', `sockets of port ${port}`, null, { why: result.why })
    return result.status === 'more'
  })
  return [...found.values()]
}
