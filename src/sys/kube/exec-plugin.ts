import { spawn } from 'node:child_process'
import { isAbsolute, join } from 'node:path'
import { HostError } from '../host-error.ts'
import { bearer, type Credentials } from './credentials.ts'
import { at, listAt, textAt } from './fields.ts'

/** What a plug-in may be told of the cluster. */
export interface PluginCluster {
  readonly server: string
  readonly ca: Buffer | null
  readonly insecure: boolean
  readonly servername: string | null
}

/** A plug-in that asks a person, or hangs, must not hold up a diagnosis. */
const LONGEST_MS = 10_000
const MAX_BYTES = 1 << 20
/** A token that ends within this time is taken for ended. */
const SPARE_MS = 10_000

const VERSIONS = new Set(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'])

/**
 * Credentials by the program that a kubeconfig names (aws, gke-gcloud-auth-plugin, kubelogin …), as kubectl runs it: without a
 * shell, its answer kept until it expires.
 * Errors: HostError: not there, no answer, wants a terminal. No message holds what it printed
 * Source: kubernetes.io, Client Authentication (v1)
 */
export function credentialPlugin(
  exec: unknown,
  folder: string,
  cluster: PluginCluster,
): (again: boolean) => Promise<Credentials> {
  const version = textAt(exec, 'apiVersion') ?? ''
  const named = textAt(exec, 'command') ?? ''
  // A path with a slash in it starts from the kubeconfig's folder; a bare name is looked for in PATH.
  const command = named.includes('/') && !isAbsolute(named) ? join(folder, named) : named
  const fail = (why: string, code: 'unsupported' | 'malformed' | 'timeout' | 'absent' = 'malformed') =>
    new HostError('run credential plug-in', named, null, { why, code })
  if (!VERSIONS.has(version)) throw fail(`apiVersion ${version || 'missing'} is not known`, 'unsupported')
  if (textAt(exec, 'interactiveMode') === 'Always')
    throw fail('it wants a terminal (interactiveMode: Always)', 'unsupported')
  const args = listAt(exec, 'args').map(String)
  const added = listAt(exec, 'env').flatMap((one) => {
    const name = textAt(one, 'name')
    return name === null ? [] : [[name, String(at(one, 'value') ?? '')] as const]
  })
  const info = {
    apiVersion: version,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(at(exec, 'provideClusterInfo') === true ? { cluster: describe(cluster) } : {}) },
  }
  const env = { ...process.env, ...Object.fromEntries(added), KUBERNETES_EXEC_INFO: JSON.stringify(info) }
  let kept: { readonly credentials: Credentials; readonly until: number } | null = null
  return async (again) => {
    if (kept && !again && Date.now() < kept.until) return kept.credentials
    const answer = await ask(command, args, env, fail)
    kept = readAnswer(answer, version, fail)
    return kept.credentials
  }
}

const describe = ({ server, ca, insecure, servername }: PluginCluster) => ({
  server,
  ...(ca ? { 'certificate-authority-data': ca.toString('base64') } : {}),
  ...(insecure ? { 'insecure-skip-tls-verify': true } : {}),
  ...(servername ? { 'tls-server-name': servername } : {}),
})

type Fail = (why: string, code?: 'unsupported' | 'malformed' | 'timeout' | 'absent') => HostError

function ask(command: string, args: readonly string[], env: NodeJS.ProcessEnv, fail: Fail): Promise<string> {
  return new Promise((done, refuse) => {
    // A group of its own: what it started ends with it.
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'], detached: true })
    const pieces: Buffer[] = []
    let size = 0
    const end = (error: HostError) => {
      if (child.pid !== undefined)
        try {
          process.kill(-child.pid, 'SIGKILL')
        } catch {
          // it has ended by itself
        }
      refuse(error)
    }
    const timer = setTimeout(() => end(fail(`no answer within ${LONGEST_MS / 1000} s`, 'timeout')), LONGEST_MS)
    child.stdout.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > MAX_BYTES) end(fail('it printed too much'))
      else pieces.push(piece)
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      const code = 'code' in error && error.code === 'ENOENT' ? 'absent' : 'malformed'
      refuse(fail(code === 'absent' ? 'no such program' : 'cannot be run', code))
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      if (code === 0) done(Buffer.concat(pieces).toString('utf8'))
      else refuse(fail(`it ended with ${code ?? 'a signal'}`))
    })
  })
}

function readAnswer(text: string, version: string, fail: Fail): { credentials: Credentials; until: number } {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    throw fail('its answer is not JSON')
  }
  if (textAt(answer, 'kind') !== 'ExecCredential' || textAt(answer, 'apiVersion') !== version)
    throw fail(`its answer is no ExecCredential of ${version}`)
  const token = textAt(answer, 'status', 'token')
  const cert = textAt(answer, 'status', 'clientCertificateData')
  const key = textAt(answer, 'status', 'clientKeyData')
  if (token === null && (cert === null || key === null)) throw fail('its answer holds no credentials')
  const expires = Date.parse(textAt(answer, 'status', 'expirationTimestamp') ?? '')
  return {
    credentials: { authorization: token === null ? null : bearer(token), ...(cert && key ? { cert, key } : {}) },
    until: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires - SPARE_MS,
  }
}
