import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { node, pod, service } from './cluster/objects.ts'
import { NO_CLUSTER } from './cluster/parts.ts'
import { type Cluster, NODE_IP, openCluster, STANDS_WITHIN } from './cluster/real-cluster.ts'
import { run } from './lab/lab-node.ts'

/** `recvq services` against a real API server 1.20: EndpointSlices v1beta1, RBAC, what it does not know. */

const main = join(import.meta.dirname, '../src/cli/main.ts')

describe.skipIf(NO_CLUSTER)(`with a real API server${NO_CLUSTER ?? ''}`, () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await openCluster()
    await cluster.apply(
      node('node-1', { ip: NODE_IP }),
      pod('shop/web-0', { ip: '10.244.1.5', node: 'node-1', labels: { app: 'web' } }),
      pod('shop/web-1', { ip: '10.244.1.6', node: 'node-1', labels: { app: 'web' } }),
      service('shop/web', {
        type: 'NodePort',
        selector: { app: 'web' },
        ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30720 }],
      }),
      service('bank/api', { selector: { app: 'none' }, ports: [{ port: 443 }] }),
    )
    await cluster.untilEndpoints('shop/web', 2)
  }, STANDS_WITHIN)
  afterAll(() => cluster?.close())

  const recvq = (user: 'admin' | 'reader' | 'nobody', ...args: readonly string[]) =>
    withConfig(cluster.kubeconfig(user), ...args)
  const withConfig = (kubeconfig: string, ...args: readonly string[]) =>
    run(
      cluster.inside([process.execPath, main, ...args, '--netns', 'self', '--kubeconfig', kubeconfig, '--lang', 'en']),
    )
  const changed = (name: string, change: (text: string) => string): string => {
    const path = join(cluster.folder, name)
    writeFileSync(path, change(readFileSync(cluster.kubeconfig('admin'), 'utf8')))
    return path
  }

  it.each(['admin', 'reader'] as const)('%s sees Services with their endpoints and pods', async (user) => {
    const { code, stdout, stderr } = await recvq(user, 'services', 'shop/web', '-o', 'json')
    expect([code, stderr]).toEqual([0, ''])
    const [table] = JSON.parse(stdout).tables
    expect(table.rows).toHaveLength(1)
    expect(table.rows[0]).toMatchObject({
      service: 'shop/web:http',
      namedBy: 'kubernetes',
      namedAt: { via: 'kubernetes api' },
      type: 'NodePort',
      port: 80,
      nodePort: 30720,
      endpointCount: 2,
      rules: null,
    })
    expect(table.rows[0].endpoints).toMatchObject([
      { address: '10.244.1.5', port: 8080, pod: 'web-0', node: 'node-1', ready: true },
      { address: '10.244.1.6', port: 8080, pod: 'web-1', node: 'node-1', ready: true },
    ])
    expect(table.rows[0].ageSeconds).toBeLessThan(600)
  })

  it('one namespace, and labels', async () => {
    const inBank = await recvq('admin', 'services', '-n', 'bank', '-o', 'json')
    expect(names(inBank.stdout)).toEqual(['bank/api'])
    const labelled = await recvq('admin', 'services', '-l', 'component=apiserver', '-o', 'json')
    expect(names(labelled.stdout)).toEqual(['default/kubernetes:https'])
  })

  it('whoever may not look is told so, kind by kind, and nothing is taken for empty', async () => {
    const { code, stderr } = await recvq('nobody', 'services')
    expect(stderr).toContain('Kubernetes did not tell its services: not permitted')
    expect(stderr).toContain('403')
    expect(code).toBe(3)
  })

  it('a token that is not known: once for all kinds', async () => {
    const bad = changed('bad-token', (text) => text.replace(/token: \w+/, 'token: wrong-token'))
    const { stderr } = await withConfig(bad, 'services')
    expect(stderr.match(/Kubernetes did not tell/g)).toHaveLength(1)
    expect(stderr).toContain('401')
    expect(stderr).not.toContain('wrong-token')
  })

  it('a certificate that nobody signed is not trusted', async () => {
    const untrusted = changed('untrusted', (text) => text.replace(/ +certificate-authority:.*\n/, ''))
    const { stderr } = await withConfig(untrusted, 'services')
    expect(stderr).toMatch(/not permitted.*TLS/)
  })

  describe('and its kube-proxy', () => {
    beforeAll(async () => {
      await cluster.startKubeProxy()
    }, STANDS_WITHIN)

    it('rules, the listener that holds the NodePort, and Kubernetes make one row', async () => {
      const { stdout } = await recvq('reader', 'services', '30720', '-o', 'json')
      const [table] = JSON.parse(stdout).tables
      expect(table.rows).toHaveLength(1)
      expect(table.rows[0]).toMatchObject({
        service: 'shop/web:http',
        namedBy: 'rules',
        type: 'NodePort',
        rules: { backends: ['iptables'], chainNotSeen: false },
        listeners: [{ program: 'kube-proxy', length: 0, over: false }],
        endpointCount: 2,
        kubernetesCount: 2,
        rulesNotSeen: 0,
        share: 0.5,
      })
      expect(table.rows[0].endpoints).toMatchObject([
        { pod: 'web-0', share: 0.5, inRules: true, inKubernetes: true, ready: true, restarts: 0 },
        { pod: 'web-1', share: 0.5, inRules: true, inKubernetes: true, ready: true, restarts: 0 },
      ])
    })

    it('sockets are named after it', async () => {
      const { stdout } = await recvq('reader', 'sockets', '--listening', '--port', '30720', '-o', 'json')
      const [table] = JSON.parse(stdout).tables
      expect(table.listeners).toMatchObject([{ port: 30720, program: 'kube-proxy', service: 'shop/web:http' }])
    })

    it('a diagnosis knows the cluster', async () => {
      const { code, stdout } = await recvq('reader', 'diagnose', '-o', 'json', '--interval', '0')
      expect([0, 1, 3]).toContain(code)
      expect(JSON.parse(stdout).clusters).toMatchObject([{ nodes: 1, services: 3, pods: 2 }])
    })
  })
})

const names = (json: string): readonly string[] =>
  JSON.parse(json).tables.flatMap(({ rows }: { rows: { service: string }[] }) => rows.map((row) => row.service))
