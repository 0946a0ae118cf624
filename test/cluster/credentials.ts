import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Who can talk to the API: `admin` may do all, `kube-proxy` what a node's proxy may, `reader` only look (no Secrets), `nobody` nothing. */
export const USERS = {
  admin: ['system:masters'],
  'kube-proxy': ['system:authenticated'],
  reader: ['recvq:readers'],
  nobody: ['system:authenticated'],
} as const

export type User = keyof typeof USERS

/** What the API server is started with, and a kubeconfig per user. */
export interface Credentials {
  readonly tokenFile: string
  readonly serviceAccountKey: string
  readonly serviceAccountPublicKey: string
  readonly tokens: Readonly<Record<User, string>>
  kubeconfig(user: User): string
}

/** Made anew for each cluster, and gone with its folder. */
export function makeCredentials(folder: string, server: string, authority: string): Credentials {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const write = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const token = () => randomBytes(16).toString('hex')
  const tokens = { admin: token(), 'kube-proxy': token(), reader: token(), nobody: token() }
  const names = Object.keys(USERS) as readonly User[]
  const rows = names.map((user) => `${tokens[user]},${nameOf(user)},${user},"${USERS[user].join(',')}"`)
  const files = new Map(
    names.map((user) => [user, write(`${user}.kubeconfig`, kubeconfig(user, tokens[user], server, authority))]),
  )
  return {
    tokenFile: write('tokens.csv', `${rows.join('\n')}\n`),
    serviceAccountKey: write('service-account.key', privateKey),
    serviceAccountPublicKey: write('service-account.pub', publicKey),
    tokens,
    kubeconfig: (user) => files.get(user) ?? '',
  }
}

const nameOf = (user: User) => (user === 'kube-proxy' ? 'system:kube-proxy' : user)

const kubeconfig = (user: User, token: string, server: string, authority: string) => `apiVersion: v1
kind: Config
current-context: lab
clusters:
- name: lab
  cluster:
    server: ${server}
    certificate-authority: ${authority}
contexts:
- name: lab
  context: {cluster: lab, user: ${user}}
users:
- name: ${user}
  user: {token: ${token}}
`
