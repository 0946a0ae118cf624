import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Not Kubernetes: a stub that answers as its API server would where the real one at hand (1.20) cannot be brought to it:
 * discovery.k8s.io/v1, 410 Gone, slowness, answers that are cut short.
 */
export interface KubeStub {
  readonly url: string
  /** Requests so far: path and query, Authorization. */
  readonly asked: {
    readonly path: string
    readonly query: URLSearchParams
    readonly authorization: string | undefined
  }[]
  readonly folder: string
  /** A kubeconfig that leads here. */
  kubeconfig(user?: string, cluster?: string): string
  close(): Promise<void>
}

export type Answering = (path: string, query: URLSearchParams, answer: ServerResponse, request: IncomingMessage) => void

export async function startStub(answering: Answering): Promise<KubeStub> {
  const asked: KubeStub['asked'] = []
  const server: Server = createServer((request, answer) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub')
    asked.push({ path: pathname, query: searchParams, authorization: request.headers.authorization })
    answering(pathname, searchParams, answer, request)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'recvq-kube-'))
  let files = 0
  return {
    url,
    asked,
    folder,
    kubeconfig(user = '{token: secret-1}', cluster = `{server: "${url}"}`) {
      const path = join(folder, `config-${++files}`)
      writeFileSync(path, configText(user, cluster))
      return path
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      rmSync(folder, { recursive: true })
    },
  }
}

export const configText = (user: string, cluster: string): string => `apiVersion: v1
kind: Config
current-context: lab
clusters: [{name: lab, cluster: ${cluster}}]
contexts: [{name: lab, context: {cluster: lab, user: me}}]
users: [{name: me, user: ${user}}]
`

export function send(
  answer: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  answer.writeHead(status, { 'content-type': 'application/json', ...headers })
  answer.end(typeof body === 'string' ? body : JSON.stringify(body))
}

export const list = (items: readonly unknown[], next: string | null = null) => ({
  kind: 'List',
  apiVersion: 'v1',
  metadata: { resourceVersion: '7', ...(next === null ? {} : { continue: next }) },
  items,
})

export const status = (code: number, message: string) => ({ kind: 'Status', status: 'Failure', code, message })

export const aService = (name: string) => ({
  metadata: { name, namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { type: 'ClusterIP', clusterIPs: ['10.96.0.9'], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
})

export const aSlice = (service: string, address: string) => ({
  metadata: { name: `${service}-x1y2z`, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: [
    {
      addresses: [address],
      conditions: { ready: true },
      nodeName: 'n1',
      targetRef: { kind: 'Pod', name: `${service}-0` },
    },
  ],
})
