import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configText, list, send } from '../../../test/kube-stub.ts'
import { findAccess } from './access.ts'
import { listAll } from './list.ts'
import { openKube } from './request.ts'

/** TLS as API servers want it: their own authority, their own name, and a client's certificate. */

const folder = mkdtempSync(join(tmpdir(), 'recvq-tls-'))
const path = (name: string) => join(folder, name)
const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })

function sign(name: string, subject: string, extension: string): void {
  writeFileSync(path(`${name}.ext`), extension)
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject)
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    `${name}.ext`,
    '-out',
    `${name}.crt`,
  )
}

let server: Server
let url = ''
const callers: (string | undefined)[] = []
beforeAll(async () => {
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '2',
    '-subj',
    '/CN=lab-ca',
  )
  sign('server', '/CN=api', 'subjectAltName=DNS:kubernetes.example')
  sign('me', '/O=readers/CN=me', 'extendedKeyUsage=clientAuth')
  const read = (name: string) => readFileSync(path(name))
  server = createServer(
    {
      key: read('server.key'),
      cert: read('server.crt'),
      ca: read('ca.crt'),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, answer) => {
      const subject = (request.socket as TLSSocket).getPeerCertificate().subject
      callers.push(subject?.CN?.toString())
      send(answer, 200, list([{ metadata: { name: 'a' } }]))
    },
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 60_000)
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  rmSync(folder, { recursive: true })
})

async function read(cluster: string, user = '{}'): Promise<number | string> {
  writeFileSync(path('config'), configText(user, `{server: "${url}", ${cluster}}`))
  const door = openKube(findAccess({ file: path('config'), env: {} }))
  try {
    const taker = { item: () => {}, restart: () => {} }
    const { items } = await listAll(door, '/api/v1/nodes', { signal: AbortSignal.timeout(10_000) }, taker)
    return items
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    door.close()
  }
}

const CA = 'certificate-authority: ca.crt'

describe('the server', () => {
  it('is trusted by its authority and its name', async () => {
    expect(await read(`${CA}, tls-server-name: kubernetes.example`)).toBe(1)
  })

  it.each([
    ['another name', CA, /TLS: ERR_TLS_CERT_ALTNAME_INVALID/],
    ['nobody who signed it', 'tls-server-name: kubernetes.example', /TLS: .*(?:VERIFY|SELF_SIGNED|ISSUER)/],
  ])('is not, with %s', async (_, cluster, message) => {
    expect(await read(cluster)).toMatch(message)
  })

  it('is taken as it is where the kubeconfig says so', async () => {
    expect(await read('insecure-skip-tls-verify: true')).toBe(1)
  })
})

describe('the client', () => {
  it('shows its certificate, from a file or from data', async () => {
    const name = `${CA}, tls-server-name: kubernetes.example`
    const data = (file: string) => readFileSync(path(file)).toString('base64')
    callers.length = 0
    await read(name, '{client-certificate: me.crt, client-key: me.key}')
    await read(name, `{client-certificate-data: ${data('me.crt')}, client-key-data: ${data('me.key')}}`)
    await read(name)
    expect(callers).toEqual(['me', 'me', undefined])
  })
})
