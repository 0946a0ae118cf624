import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fsError, HostError } from '../host-error.ts'
import { bearer, type Credentials } from './credentials.ts'
import { credentialPlugin, type PluginCluster } from './exec-plugin.ts'
import { at, textAt } from './fields.ts'
import { type KubeContext, type KubeconfigChoice, kubeconfigFiles, readKubeconfig } from './kubeconfig.ts'

/** How to reach one API server, and as whom. */
export interface KubeAccess {
  /** `context prod of /root/.kube/config`, `in-cluster account`: for people. */
  readonly name: string
  /** Without a slash at its end. */
  readonly server: string
  /** What node:https takes; null: plain http. */
  readonly tls: KubeTls
  readonly proxy: string | null
  readonly namespace: string | null
  /** Asked before each request: tokens in files are renewed, plug-ins' expire. `again`: the last one was refused. */
  credentials(again: boolean): Promise<Credentials>
}

export interface KubeTls {
  readonly ca?: Buffer | string
  readonly rejectUnauthorized?: boolean
  readonly servername?: string
}

export interface AccessChoice extends KubeconfigChoice {
  /** Where Kubernetes puts a pod's account. */
  readonly accountFolder?: string
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Whether this process runs in a pod that has an account. */
export const hasAccount = ({ env, accountFolder = ACCOUNT }: AccessChoice): boolean =>
  env.KUBERNETES_SERVICE_HOST !== undefined && existsSync(`${accountFolder}/token`)

/**
 * The way to the API as kubectl would go: a kubeconfig where one is named or there, else the pod's own account.
 * Errors: HostError: nothing of the sort is there, or it cannot be read. No message holds a secret
 */
export function findAccess(choice: AccessChoice): KubeAccess {
  if (kubeconfigFiles(choice).length > 0) return fromContext(readKubeconfig(choice))
  if (hasAccount(choice)) return fromAccount(choice)
  throw new HostError('find kubeconfig', '~/.kube/config', 'ENOENT')
}

/** A pod's own account: its token is renewed by the kubelet, so it is read again for each request. */
export function fromAccount({ env, accountFolder = ACCOUNT }: AccessChoice): KubeAccess {
  const host = env.KUBERNETES_SERVICE_HOST ?? ''
  const port = env.KUBERNETES_SERVICE_PORT_HTTPS ?? env.KUBERNETES_SERVICE_PORT ?? '443'
  const read = (name: string) => readSecretFile(`${accountFolder}/${name}`)
  return {
    name: 'in-cluster account',
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    tls: { ca: read('ca.crt') },
    proxy: null,
    namespace: existsSync(`${accountFolder}/namespace`) ? read('namespace').toString('utf8').trim() : null,
    credentials: async () => ({ authorization: bearer(read('token').toString('utf8')) }),
  }
}

function fromContext({ name, cluster, user, namespace }: KubeContext): KubeAccess {
  const server = textAt(cluster.value, 'server')?.replace(/\/+$/, '')
  if (!server || !/^https?:\/\/[^\s]+$/.test(server))
    throw new HostError('read kubeconfig', `cluster of context ${name}`, null, { why: 'no server URL' })
  const ca = bytesOf(cluster.value, cluster.folder, 'certificate-authority')
  const servername = textAt(cluster.value, 'tls-server-name')
  const insecure = at(cluster.value, 'insecure-skip-tls-verify') === true
  const tls: KubeTls = {
    ...(ca ? { ca } : {}),
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(servername ? { servername } : {}),
  }
  return {
    name: `context ${name}`,
    server,
    tls,
    proxy: textAt(cluster.value, 'proxy-url'),
    namespace,
    credentials: credentialsOf(user?.value, user?.folder ?? '.', { server, ca, insecure, servername }),
  }
}

/** In kubectl's order: a certificate beside whichever of token, password and plug-in there is. */
function credentialsOf(user: unknown, folder: string, cluster: PluginCluster): KubeAccess['credentials'] {
  const cert = bytesOf(user, folder, 'client-certificate')
  const key = bytesOf(user, folder, 'client-key')
  const pair = cert && key ? { cert, key } : {}
  const tokenFile = textAt(user, 'tokenFile')
  const token = textAt(user, 'token')
  const [name, password] = [textAt(user, 'username'), textAt(user, 'password')]
  if (at(user, 'auth-provider') !== undefined)
    throw new HostError('read kubeconfig', 'user', null, {
      why: 'auth-provider was removed from Kubernetes in 1.26: use an exec plug-in',
      code: 'unsupported',
    })
  const exec = at(user, 'exec')
  if (exec !== undefined && exec !== null) {
    const plugin = credentialPlugin(exec, folder, cluster)
    return async (again) => ({ ...pair, ...(await plugin(again)) })
  }
  return async () => {
    // A token in a file goes before one in the kubeconfig: it is the one that is renewed.
    if (tokenFile !== null) {
      const read = readSecretFile(resolve(folder, tokenFile)).toString('utf8')
      return { ...pair, authorization: bearer(read) }
    }
    if (token !== null) return { ...pair, authorization: bearer(token) }
    const basic = name === null ? null : `Basic ${Buffer.from(`${name}:${password ?? ''}`).toString('base64')}`
    return { ...pair, authorization: basic }
  }
}

/** `certificate-authority-data` goes before the file `certificate-authority`. */
function bytesOf(holder: unknown, folder: string, field: string): Buffer | null {
  const data = textAt(holder, `${field}-data`)
  if (data !== null) return Buffer.from(data, 'base64')
  const file = textAt(holder, field)
  return file === null ? null : readSecretFile(resolve(folder, file))
}

function readSecretFile(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw fsError('read', path, error)
  }
}
