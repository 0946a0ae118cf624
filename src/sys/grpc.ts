import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import type { GapReason } from '../model/part.ts'
import { HostError } from './host-error.ts'

/** gRPC's status codes. 12: no such service; 14: nobody behind the socket serves it. */
const CODES: Readonly<Record<string, GapReason>> = {
  '4': 'timeout',
  '7': 'denied',
  '12': 'unsupported',
  '14': 'unsupported',
}
const MOST_BYTES = 64 * 1024 * 1024

/** A connection to what speaks gRPC behind a unix socket; whoever opens it destroys it. Errors: HostError, with what connect(2) said */
export function openGrpc(socket: string, timeoutMs: number): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2('http://localhost', { createConnection: () => connect(socket) })
    const fail = (errno: string | null, why?: string) => {
      clearTimeout(timer)
      session.destroy()
      reject(new HostError('connect', socket, errno, why === undefined ? {} : { why, code: 'malformed' }))
    }
    const timer = setTimeout(() => fail('ETIMEDOUT'), timeoutMs)
    session.once('remoteSettings', () => {
      clearTimeout(timer)
      resolve(session)
    })
    session.on('error', (error: NodeJS.ErrnoException) => {
      const refused = error.code === 'ECONNREFUSED' ? 'ENOENT' : (error.code ?? null)
      if (refused?.startsWith('ERR_')) fail(null, 'it does not speak HTTP/2')
      else fail(refused)
    })
    session.once('close', () => fail(null, 'it closed the connection'))
  })
}

/** One unary call; the message of the answer. Errors: HostError by gRPC's status */
export function callGrpc(
  session: ClientHttp2Session,
  path: string,
  message: Uint8Array,
  timeoutMs: number,
): Promise<Uint8Array> {
  // Not compressed, its length, then itself.
  const request = Buffer.alloc(5 + message.length)
  request.writeUInt32BE(message.length, 1)
  request.set(message, 5)

  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${timeoutMs}m`,
    })
    const pieces: Buffer[] = []
    let size = 0
    let status: string | null = null
    let said = ''
    const fail = (options: ConstructorParameters<typeof HostError>[3]) => {
      clearTimeout(timer)
      stream.close()
      reject(new HostError('ask', path, null, options))
    }
    const timer = setTimeout(() => fail({ code: 'timeout', why: `no answer within ${timeoutMs} ms` }), timeoutMs)
    const note = (headers: Readonly<Record<string, unknown>>) => {
      if (typeof headers['grpc-status'] === 'string') status = headers['grpc-status']
      if (typeof headers['grpc-message'] === 'string') said = headers['grpc-message'].slice(0, 200)
    }
    stream.on('response', note)
    stream.on('trailers', note)
    stream.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > MOST_BYTES) fail({ code: 'unsupported', why: 'the answer is longer than 64 MB' })
      else pieces.push(piece)
    })
    stream.on('error', (error) => fail({ code: 'malformed', why: error.message }))
    stream.on('close', () => fail({ code: 'malformed', why: 'it closed the connection' }))
    stream.on('end', () => {
      clearTimeout(timer)
      if (status === '0') {
        const whole = Buffer.concat(pieces)
        const length = whole.length >= 5 ? whole.readUInt32BE(1) : -1
        if (whole[0] === 0 && whole.length === length + 5) resolve(whole.subarray(5))
        else fail({ code: 'malformed', why: 'the answer breaks off' })
      } else fail({ code: CODES[status ?? ''] ?? 'malformed', why: `gRPC status ${status ?? 'none'} ${said}`.trim() })
    })
    stream.end(request)
  })
}
