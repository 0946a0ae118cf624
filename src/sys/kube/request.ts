import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { GapReason } from '../../model/part.ts'
import { HostError } from '../host-error.ts'
import type { KubeAccess } from './access.ts'

/** The API's answer to a GET, to be read once. */
export interface KubeAnswer {
  readonly status: number
  /** Seconds to wait, as 429 says them; null: not said. */
  readonly retryAfter: number | null
  readonly date: string | null
  readonly body: AsyncIterable<Buffer>
  /** Stop reading. */
  drop(): void
}

/** A connection to one API server, kept open between requests. */
export interface KubeDoor {
  readonly access: KubeAccess
  /**
   * Errors: HostError: timeout, absent (nobody there), denied (its certificate is not trusted), unsupported.
   * Never follows a redirect: the credentials are for this server alone
   */
  get(path: string, signal: AbortSignal, again?: boolean): Promise<KubeAnswer>
  close(): void
}

export function openKube(access: KubeAccess): KubeDoor {
  const secure = access.server.startsWith('https:')
  const proxyEnv = proxyOf(access)
  const options = { keepAlive: true, maxSockets: 4, ...(proxyEnv ? { proxyEnv } : {}) }
  const agent = secure ? new HttpsAgent({ ...options, ...access.tls }) : new HttpAgent(options)
  return {
    access,
    close: () => agent.destroy(),
    async get(path, signal, again = false) {
      const { authorization, cert, key } = await access.credentials(again)
      const url = new URL(access.server + path)
      const headers = {
        accept: 'application/json',
        'user-agent': 'recvq',
        ...(authorization === null ? {} : { authorization }),
      }
      const tls = { ...access.tls, ...(cert && key ? { cert, key } : {}) }
      return await new Promise<KubeAnswer>((done, refuse) => {
        const send = secure
          ? httpsRequest(url, { ...tls, agent, headers, signal })
          : httpRequest(url, { agent, headers, signal })
        send.on('response', (answer) => done(asAnswer(answer)))
        send.on('error', (error) => refuse(asHostError(error, access, signal)))
        send.end()
      })
    },
  }
}

function asAnswer(answer: IncomingMessage): KubeAnswer {
  const wait = Number(answer.headers['retry-after'])
  return {
    status: answer.statusCode ?? 0,
    retryAfter: Number.isFinite(wait) && wait >= 0 ? wait : null,
    date: answer.headers.date ?? null,
    body: answer,
    drop: () => void answer.destroy(),
  }
}

/** Of the kubeconfig, else of the environment, as kubectl does it. Errors: HostError for what node:https cannot speak. */
function proxyOf({ proxy, server, name }: KubeAccess): Record<string, string | undefined> | null {
  if (proxy === null) return usesProxy(process.env) ? process.env : null
  if (!/^https?:\/\//.test(proxy))
    throw new HostError('connect', name, null, { why: 'proxy-url: only http and https', code: 'unsupported' })
  return server.startsWith('https:') ? { HTTPS_PROXY: proxy } : { HTTP_PROXY: proxy }
}

const usesProxy = (env: NodeJS.ProcessEnv): boolean =>
  ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => env[name] !== undefined && env[name] !== '')

/** What went wrong on the way, without anything secret in it. */
export function asHostError(error: unknown, { name, server }: KubeAccess, signal: AbortSignal): HostError {
  if (error instanceof HostError) return error
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const host = `${name} (${new URL(server).host})`
  const fail = (why: string, reason: GapReason) => new HostError('read Kubernetes', host, null, { why, code: reason })
  if (signal.aborted) return fail('no answer in time', 'timeout')
  if (code === 'ETIMEDOUT') return fail(code, 'timeout')
  if (['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ECONNRESET', 'EPIPE'].includes(code))
    return fail(code, 'absent')
  if (/CERT|SIGNATURE|ALTNAME|SELF_SIGNED|ISSUER|SSL|TLS/.test(code)) return fail(`TLS: ${code}`, 'denied')
  return fail(code || 'the connection failed', 'malformed')
}
