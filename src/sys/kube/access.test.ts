import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { configText } from '../../../test/kube-stub.ts'
import { type AccessChoice, findAccess } from './access.ts'

const folder = mkdtempSync(join(tmpdir(), 'recvq-kubeconfig-'))
afterAll(() => rmSync(folder, { recursive: true }))

const CLUSTER = '{server: "https://api.example:6443/"}'
let files = 0
const file = (text: string): string => {
  const path = join(folder, `config-${++files}`)
  writeFileSync(path, text)
  return path
}
const config = (user = '{token: t-1}', cluster = CLUSTER) => file(configText(user, cluster))
const access = (choice: Partial<AccessChoice>) => findAccess({ env: { HOME: folder }, ...choice })
const header = async (user: string) => (await access({ file: config(user) }).credentials(false)).authorization

describe('a kubeconfig', () => {
  it('leads to a server, as somebody', async () => {
    const found = access({ file: config() })
    expect(found).toMatchObject({ server: 'https://api.example:6443', name: 'context lab', proxy: null })
    expect(await found.credentials(false)).toEqual({ authorization: 'Bearer t-1' })
  })

  it('several files are merged: the first of one name counts', async () => {
    const first = file('current-context: two\ncontexts: [{name: two, context: {cluster: lab, user: you}}]\n')
    const second = file(
      'current-context: lab\nusers: [{name: you, user: {token: t-2}}]\nclusters: [{name: lab, cluster: {server: "https://second"}}]\n',
    )
    const third = config()
    const found = access({ env: { KUBECONFIG: `${first}:${join(folder, 'none')}:${second}:${third}` } })
    expect(found).toMatchObject({ name: 'context two', server: 'https://second' })
    expect((await found.credentials(false)).authorization).toBe('Bearer t-2')
    const other = access({ env: { KUBECONFIG: `${first}:${second}:${third}` }, context: 'lab' })
    expect((await other.credentials(false)).authorization).toBe('Bearer t-1')
  })

  it('paths in it start from its own folder', () => {
    mkdirSync(join(folder, 'pki'), { recursive: true })
    writeFileSync(join(folder, 'pki/ca.crt'), 'AUTHORITY')
    const found = access({ file: config('{}', '{server: "https://a", certificate-authority: pki/ca.crt}') })
    expect(String(found.tls.ca)).toBe('AUTHORITY')
  })

  it('data goes before files; a name for TLS and a proxy are kept', () => {
    const data = Buffer.from('DATA').toString('base64')
    const cluster = `{server: "https://a", certificate-authority: none, certificate-authority-data: ${data}, tls-server-name: other, proxy-url: "http://p:3128"}`
    const found = access({ file: config('{}', cluster) })
    expect(found).toMatchObject({ proxy: 'http://p:3128', tls: { servername: 'other' } })
    expect(String(found.tls.ca)).toBe('DATA')
  })

  it.each([
    ['a password', '{username: me, password: "p:w"}', `Basic ${Buffer.from('me:p:w').toString('base64')}`],
    ['nobody', '{}', null],
  ])('as %s', async (_, user, expected) => {
    expect(await header(user)).toBe(expected)
  })

  it('a token in a file is read again for each request', async () => {
    const path = join(folder, 'token')
    writeFileSync(path, 'old\n')
    const found = access({ file: config(`{token: stale, tokenFile: ${path}}`) })
    expect((await found.credentials(false)).authorization).toBe('Bearer old')
    writeFileSync(path, 'new\n')
    expect((await found.credentials(false)).authorization).toBe('Bearer new')
  })

  it.each<[string, Partial<AccessChoice>, RegExp]>([
    ['a file that is not there', { file: join(folder, 'nowhere') }, /ENOENT/],
    ['none at all', {}, /ENOENT/],
    ['no such context', { file: config(), context: 'prod' }, /no context prod/],
    ['no context chosen', { file: file('clusters: []\n') }, /no current-context/],
    ['what is no YAML', { file: file('a: [secret-token\nb: }') }, /not YAML/],
    ['no server', { file: config('{}', '{}') }, /no server URL/],
    ['an auth-provider', { file: config('{auth-provider: {name: gcp}}') }, /auth-provider was removed/],
  ])('%s: said, without what stands in it', (_, choice, message) => {
    expect(() => access(choice)).toThrow(message)
    expect(() => access(choice)).not.toThrow(/secret-token/)
  })

  it('a token that would break out of its header is refused', async () => {
    await expect(header('{token: "a\\r\\nX-Evil: 1"}')).rejects.toThrow(/no token/)
  })
})

describe('an account of the pod', () => {
  const accountFolder = join(folder, 'account')
  const env = { HOME: join(folder, 'nobody'), KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }

  it('is used where there is no kubeconfig; its token is renewed', async () => {
    mkdirSync(accountFolder, { recursive: true })
    for (const [name, text] of [
      ['token', 'one'],
      ['ca.crt', 'CA'],
      ['namespace', 'tools\n'],
    ] as const)
      writeFileSync(join(accountFolder, name), text)
    const found = access({ env, accountFolder })
    expect(found).toMatchObject({ server: 'https://[fd00::1]:443', namespace: 'tools', name: 'in-cluster account' })
    writeFileSync(join(accountFolder, 'token'), 'two')
    expect((await found.credentials(false)).authorization).toBe('Bearer two')
  })

  it('a kubeconfig that is named goes before it', () => {
    expect(access({ env: { ...env, KUBECONFIG: config() }, accountFolder }).name).toBe('context lab')
  })
})

describe('a credential plug-in', () => {
  const VERSION = 'client.authentication.k8s.io/v1'
  const plugin = (script: string, more = ''): string => {
    const path = join(folder, `plugin-${++files}`)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return config(
      `{exec: {apiVersion: ${VERSION}, command: ${path}, args: [get, token], env: [{name: WHO, value: me}]${more}}}`,
    )
  }
  const answer = (status: string, version = VERSION) =>
    `echo '{"apiVersion":"${version}","kind":"ExecCredential","status":${status}}'`

  it('is run with what it is to know, without a shell, and its answer kept', async () => {
    const seen = join(folder, 'seen')
    const found = access({
      file: plugin(
        `echo "$@ $WHO $KUBERNETES_EXEC_INFO" >> ${seen}\n${answer('{"token":"t-9"}')}`,
        ', provideClusterInfo: true',
      ),
    })
    expect((await found.credentials(false)).authorization).toBe('Bearer t-9')
    await found.credentials(false)
    const lines = readFileSync(seen, 'utf8').trim().split('\n')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^get token me \{.*"interactive":false.*"server":"https:\/\/api\.example:6443"/)
    await found.credentials(true)
    expect(readFileSync(seen, 'utf8').trim().split('\n')).toHaveLength(2)
  })

  it('what has expired is asked for again; a certificate is as good as a token', async () => {
    const found = access({
      file: plugin(
        answer('{"expirationTimestamp":"2020-01-01T00:00:00Z","clientCertificateData":"C","clientKeyData":"K"}'),
      ),
    })
    expect(await found.credentials(false)).toEqual({ authorization: null, cert: 'C', key: 'K' })
  })

  it.each([
    ['fails', 'echo leaked-secret; exit 3', /ended with 3/],
    ['prints no JSON', 'echo leaked-secret', /not JSON/],
    [
      'answers in another version',
      answer('{"token":"leaked-secret"}', 'client.authentication.k8s.io/v1beta1'),
      /no ExecCredential/,
    ],
    ['answers nothing', answer('{}'), /no credentials/],
  ])('one that %s is told, without what it printed', async (_, script, message) => {
    const asked = access({ file: plugin(script) }).credentials(false)
    await expect(asked).rejects.toThrow(message)
    await expect(asked).rejects.not.toThrow(/leaked-secret/)
  })

  it.each([
    [
      'that wants a terminal',
      `{exec: {apiVersion: ${VERSION}, command: login, interactiveMode: Always}}`,
      /wants a terminal/,
    ],
    [
      'of a version that was dropped',
      '{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: login}}',
      /is not known/,
    ],
  ])('one %s is not run', (_, user, message) => {
    expect(() => access({ file: config(user) })).toThrow(message)
  })

  it('one that is not there is told by its name', async () => {
    const found = access({ file: config(`{exec: {apiVersion: ${VERSION}, command: no-such-plugin-anywhere}}`) })
    await expect(found.credentials(false)).rejects.toThrow(/no-such-plugin-anywhere: no such program/)
  })
})
