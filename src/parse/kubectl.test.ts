import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { damaged, fixtureLines, fixtureText, linesOf } from '../../test/fixture-lines.ts'
import type { Cluster } from '../model/cluster.ts'
import { parseAge } from './kube-age.ts'
import { parseEndpointList } from './kube-endpoints.ts'
import { parseKubectlDescribe } from './kubectl-describe.ts'
import { parseKubectlGet } from './kubectl-get.ts'
import { parseKubeObjects } from './kubectl-yaml.ts'

const fixture = (name: string) => fixtureLines(`kubectl/${name}`)
const get = (text: string) => parseKubectlGet(linesOf(text))
const places = (cluster: Cluster) =>
  cluster.endpoints.map(
    (set) => `${set.service}: ${set.endpoints.map((to) => `${to.address}:${to.port}`).join(' ')} +${set.more}`,
  )

describe('the pasted output of 2017 and 2018', () => {
  test('51 nodes: 3 masters, 48 workers', () => {
    const { value, notUnderstood } = parseKubectlGet(fixture('seed-get-nodes.txt'))
    expect(notUnderstood).toEqual([])
    expect(value.nodes).toHaveLength(51)
    expect(value.nodes.filter((node) => node.roles?.includes('master'))).toHaveLength(3)
    expect(value.nodes.filter((node) => node.roles?.includes('node'))).toHaveLength(48)
    expect(value.nodes.every((node) => node.status === 'Ready' && node.version === 'v1.8.1')).toBe(true)
  })

  test('two Services of 40 endpoints each, three shown', () => {
    const shown = ['neo-prod-ccapi-inner-lb', 'neo-prod-ccapi-inner-lb2'].map((name) => {
      const { value, notUnderstood } = parseKubectlDescribe(fixture(`seed-describe-svc-${name}.txt`))
      expect(notUnderstood).toEqual([])
      return value
    })
    expect(shown.map((one) => one.services[0])).toMatchObject([
      {
        namespace: 'backend',
        type: 'NodePort',
        clusterIps: ['100.71.52.243'],
        ports: [{ name: 'http', port: 80, nodePort: 30720, protocol: 'tcp' }],
      },
      { namespace: 'backend', type: 'NodePort', clusterIps: ['100.68.156.255'], ports: [{ nodePort: 30328 }] },
    ])
    const [one, two] = shown.map((cluster) => cluster.endpoints[0])
    expect(one).toMatchObject({
      more: 37,
      endpoints: [{ address: '100.96.179.196', port: 8080, portName: 'http' }, {}, {}],
    })
    expect(two?.endpoints).toEqual(one?.endpoints)
  })

  test('the six pods behind 31425, from four commands', () => {
    const service = parseKubectlDescribe(fixture('seed-describe-svc-llspay-prod-rpc-lb.txt')).value
    expect(service.services).toMatchObject([{ type: 'LoadBalancer', ports: [{ nodePort: 31425, port: 50066 }] }])
    expect(service.services[0]?.externalIps?.[0]).toContain('elb.amazonaws.com.cn')
    const short = parseKubectlGet(fixture('seed-get-ep.txt'), { namespace: 'backend' }).value
    expect(short.endpoints).toMatchObject([{ namespace: 'backend', more: 3, endpoints: [{}, {}, {}] }])
    const whole = parseKubectlDescribe(fixture('seed-describe-ep.txt')).value.endpoints[0]
    expect(whole).toMatchObject({ more: 0, namespace: 'backend' })
    expect(whole?.endpoints.every((to) => to.port === 50066 && to.ready === true)).toBe(true)
    const { value, notUnderstood } = parseKubectlGet(fixture('seed-get-pods-wide-grep.txt'), { namespace: 'backend' })
    expect(notUnderstood).toEqual([])
    expect(value.pods.map((pod) => pod.ip)).toEqual(whole?.endpoints.map((to) => to.address))
    expect(value.pods[3]).toMatchObject({
      namespace: 'backend',
      name: 'llspay-prod-rpc-v054-gokfv',
      ready: { ready: 1, total: 1 },
      restarts: 1,
      ageSeconds: 19 * 86_400,
      node: 'ip-172-1-46-244.cn-north-1.compute.internal',
    })
  })
})

describe.each(['1.20', '1.27', '1.33'])('kubectl %s describe', (version) => {
  const read = (what: string) => {
    const reading = parseKubectlDescribe(fixture(`describe-${what}-${version}.txt`))
    expect(reading.notUnderstood).toEqual([])
    return reading.value
  }

  test('services', () => {
    const { services, endpoints } = read('svc')
    expect(services).toMatchObject([
      {
        name: 'cart',
        clusterIps: ['10.96.0.10'],
        ports: [
          { name: 'http', port: 80, targetPort: '8080', nodePort: 30080 },
          { name: 'metrics', port: 9090, targetPort: 'prom', nodePort: 30091 },
        ],
      },
      {
        name: 'web',
        type: 'LoadBalancer',
        clusterIps: ['10.96.0.20', 'fd96::14'],
        externalIps: ['198.51.100.8', '198.51.100.7'],
        externalTrafficPolicy: 'Local',
        sessionAffinity: 'ClientIP',
        ports: [{ name: null, nodePort: 30090 }],
      },
      { name: 'db', clusterIps: [], ports: [{ nodePort: null }] },
    ])
    expect(
      endpoints
        .filter((set) => set.service === 'cart')
        .map((set) => [set.endpoints[0]?.portName, set.endpoints.length, set.more]),
    ).toEqual([
      ['http', 3, 1],
      ['metrics', 3, 1],
    ])
  })

  test('endpoints: ready and not ready, on every port', () => {
    const [cart, web, db] = read('ep').endpoints
    expect(cart?.endpoints).toHaveLength(10)
    expect(cart?.endpoints.filter((to) => to.ready === false)).toMatchObject([
      { address: '10.44.1.13', port: 8080, portName: 'http' },
      { address: '10.44.1.13', port: 9102, portName: 'metrics' },
    ])
    expect(web?.endpoints).toMatchObject([{ address: '10.44.0.21', port: 80, portName: null }])
    expect(db?.endpoints).toEqual([])
  })

  test('pods', () => {
    const { pods, events } = read('pods')
    expect(pods).toMatchObject([
      {
        namespace: 'shop',
        name: 'cart-6d5f-aaaaa',
        node: 'node-a',
        ip: '10.44.0.11',
        status: 'Running',
        ready: { ready: 1, total: 2 },
        restarts: 4,
        labels: { app: 'cart', tier: 'back' },
        containerIds: ['aaa111', 'bbb222'],
      },
    ])
    expect(events).toMatchObject([{ reason: 'Unhealthy', type: 'Warning', object: 'pod/cart-6d5f-aaaaa', count: 5 }])
    expect(events[0]?.message).toBe('Readiness probe failed: dial tcp 10.44.0.11:8080: connect: connection refused')
  })

  test('nodes, and the pods on them', () => {
    const { nodes, pods } = read('nodes')
    expect(nodes).toMatchObject([
      {
        name: 'node-a',
        status: 'Ready',
        roles: ['control-plane'],
        addresses: ['10.20.0.5'],
        kernel: '6.1.0-28-amd64',
        version: 'v1.31.4',
      },
      {
        name: 'node-b',
        status: 'NotReady,SchedulingDisabled',
        addresses: ['10.20.0.6', '198.51.100.60'],
        runtime: 'cri-o://1.31.1',
      },
    ])
    expect(pods.filter((pod) => pod.node === 'node-a').map((pod) => `${pod.namespace}/${pod.name}`)).toEqual([
      'shop/cart-6d5f-aaaaa',
      'kube-system/kube-proxy-z9x8c',
    ])
  })
})

// kubectl 1.20 asks for the v1beta1 form, which the stub does not have.
test.each(['1.27', '1.33'])('kubectl %s describe endpointslices', (version) => {
  const { value, notUnderstood } = parseKubectlDescribe(fixture(`describe-endpointslices-${version}.txt`))
  expect(notUnderstood).toEqual([])
  const [cart] = value.endpoints
  expect(cart?.service).toBe('cart')
  expect(cart?.endpoints).toHaveLength(10)
  expect(cart?.endpoints[2]).toEqual({
    address: '10.44.1.13',
    port: 8080,
    portName: 'http',
    ready: false,
    pod: 'cart-6d5f-ccccc',
    node: 'node-b',
  })
})

describe('-o yaml and -o json', () => {
  const yaml = (kind: string) => {
    const reading = parseKubeObjects(fixture(`${kind}.yaml`))
    expect(reading.notUnderstood).toEqual([])
    return reading.value
  }

  test('services and endpoints; JSON tells the same', () => {
    const { services } = yaml('services')
    expect(services.map((one) => [one.name, one.type, one.clusterIps, one.externalIps])).toEqual([
      ['cart', 'NodePort', ['10.96.0.10'], []],
      ['web', 'LoadBalancer', ['10.96.0.20', 'fd96::14'], ['198.51.100.8', '198.51.100.7']],
      ['db', 'ClusterIP', [], []],
    ])
    const { endpoints } = yaml('endpoints')
    expect(endpoints[0]?.endpoints.find((to) => to.ready === false)).toMatchObject({
      pod: 'cart-6d5f-ccccc',
      node: 'node-b',
      port: 8080,
    })
    const json = parseKubeObjects(fixture('svc-ep.json')).value
    expect(json.services.map((one) => ({ ...one, line: 0 }))).toEqual(services.map((one) => ({ ...one, line: 0 })))
    expect(places(json)).toEqual(places({ ...json, endpoints }))
  })

  test('slices, pods, nodes, events, with the line they stand on', () => {
    expect(yaml('endpointslices').endpoints.map((set) => [set.service, set.endpoints.length])).toEqual([
      ['cart', 10],
      ['web', 1],
    ])
    const { pods } = yaml('pods')
    expect(pods.map((pod) => [pod.name, pod.hostNetwork, pod.restarts])).toEqual([
      ['cart-6d5f-aaaaa', false, 4],
      ['kube-proxy-z9x8c', true, 0],
    ])
    for (const pod of pods)
      expect(
        fixture('pods.yaml')
          .slice(pod.line - 1, pod.line + 15)
          .map((line) => line.text),
      ).toContain(`    name: ${pod.name}`)
    expect(yaml('nodes').nodes[1]).toMatchObject({ status: 'NotReady,SchedulingDisabled', roles: [] })
    expect(yaml('events').events).toMatchObject([{ object: 'pod/cart-6d5f-aaaaa', count: 5 }])
  })

  test('elided rows, other kinds, broken and hostile documents', () => {
    const cut = fixtureText('kubectl/services.yaml')
      .split('\n')
      .filter((line) => !line.includes('ipFamil'))
      .join('\n')
    expect(parseKubeObjects(linesOf(cut.replace('    uid: s1', '...')))).toMatchObject({
      elided: [11],
      value: { services: [{ name: 'cart' }, {}, {}] },
    })
    // The list items that lost their key are told.
    expect(parseKubeObjects(linesOf(cut)).notUnderstood).not.toEqual([])
    expect(parseKubeObjects(linesOf('kind: Deployment\nmetadata:\n  name: x'))).toMatchObject({ notUnderstood: [1] })
    expect(parseKubeObjects(linesOf('kind: Service\nmetadata: [')).notUnderstood.length).toBeGreaterThan(0)
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'
        .split('')
        .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ]
    expect(parseKubeObjects(linesOf(bomb.join('\n'))).notUnderstood.length).toBeGreaterThan(0)
  })
})

describe('tables', () => {
  test('nodes, wide', () => {
    const { value } =
      get(`NAME     STATUS                     ROLES           AGE    VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE                         KERNEL-VERSION    CONTAINER-RUNTIME
node-a   Ready                      control-plane   323d   v1.31.4   10.20.0.5     <none>        Debian GNU/Linux 12 (bookworm)   6.1.0-28-amd64    containerd://1.7.22
node-b   NotReady,SchedulingDisabled   <none>       2y34d  v1.31.4   10.20.0.6     198.51.100.60 Ubuntu 22.04.5 LTS               5.15.0-119-generic   cri-o://1.31.1`)
    expect(value.nodes[0]).toMatchObject({
      name: 'node-a',
      roles: ['control-plane'],
      addresses: ['10.20.0.5'],
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.1.0-28-amd64',
    })
  })

  test('pods: wide, for all namespaces, with labels, squeezed, restarts with their time', () => {
    const wide = `NAMESPACE   NAME              READY   STATUS             RESTARTS       AGE    IP           NODE     NOMINATED NODE   READINESS GATES   LABELS
shop        cart-6d5f-aaaaa   1/2     CrashLoopBackOff   12 (3m4s ago)  5d3h   10.44.0.11   node-a   <none>           <none>            app=cart,tier=back
shop        job-1             0/1     Completed          0              27d    <none>       node-b   <none>           <none>            <none>`
    for (const text of [wide, wide.replace(/ +/g, ' ')]) {
      const { value, notUnderstood } = get(text)
      expect(notUnderstood).toEqual([])
      expect(value.pods).toMatchObject([
        {
          namespace: 'shop',
          status: 'CrashLoopBackOff',
          restarts: 12,
          ready: { ready: 1, total: 2 },
          ageSeconds: 442_800,
          ip: '10.44.0.11',
          labels: { app: 'cart', tier: 'back' },
        },
        { name: 'job-1', ip: null, node: 'node-b', labels: {} },
      ])
    }
  })

  test('services: now, and before 1.8 without TYPE; several tables in one output', () => {
    const { value, notUnderstood } =
      get(`NAME                 TYPE           CLUSTER-IP   EXTERNAL-IP    PORT(S)                      AGE
service/cart         NodePort       10.96.0.10   <none>         80:30080/TCP,9090:30091/TCP  5d
service/web          LoadBalancer   10.96.0.20   <pending>      80:30090/TCP                 5d
service/db           ClusterIP      None         <none>         5432/TCP                     5d

NAME                  ENDPOINTS                                                  AGE
endpoints/cart        10.44.0.11:8080,10.44.0.12:8080,10.44.1.14:8080 + 7 more...   5d

NAME      CLUSTER-IP   EXTERNAL-IP        PORT(S)        AGE
old       100.64.0.9   ab12cd34ef56a...   80:31000/TCP   1y
older     100.64.0.8   <nodes>            80:31001/TCP   1y`)
    expect(notUnderstood).toEqual([])
    expect(
      value.services.map((one) => [
        one.name,
        one.type,
        one.clusterIps,
        one.externalIps,
        one.ports.map((port) => port.nodePort),
      ]),
    ).toEqual([
      ['cart', 'NodePort', ['10.96.0.10'], [], [30080, 30091]],
      ['web', 'LoadBalancer', ['10.96.0.20'], [], [30090]],
      ['db', 'ClusterIP', [], [], [null]],
      ['old', null, ['100.64.0.9'], ['ab12cd34ef56a...'], [31000]],
      ['older', null, ['100.64.0.8'], [], [31001]],
    ])
    expect(places(value)).toEqual(['cart: 10.44.0.11:8080 10.44.0.12:8080 10.44.1.14:8080 +7'])
  })

  test('slices, events, custom columns, rows without heads', () => {
    const slices = get(`NAME         ADDRESSTYPE   PORTS       ENDPOINTS                            AGE
cart-x7k2p   IPv4          8080,9102   10.44.0.11,10.44.0.12 + 3 more...    5d
web-abcde    IPv6          <unset>     fd44::15                             5d`)
    expect(slices.value.endpoints.map((set) => [set.service, set.endpoints.length, set.more])).toEqual([
      ['cart', 4, 6],
      ['web', 1, 0],
    ])
    const events = get(`LAST SEEN   TYPE      REASON      OBJECT               MESSAGE
3m2s        Warning   Unhealthy   pod/cart-6d5f-aaaaa  Readiness probe failed: dial tcp 10.44.0.11:8080:  i/o timeout`)
    expect(events.value.events).toMatchObject([{ ageSeconds: 182, object: 'pod/cart-6d5f-aaaaa', reason: 'Unhealthy' }])
    const custom = parseKubectlGet(fixture('custom-columns.txt'))
    expect(custom).toMatchObject({
      notUnderstood: [],
      value: { pods: [{ namespace: 'shop', ip: '10.44.0.11', node: 'node-a' }, { ip: '10.20.0.5' }] },
    })
    const bare = get(`cart   NodePort   10.96.0.10   <none>   80:30080/TCP   5d
node-a   Ready   control-plane   323d   v1.31.4
cart   10.44.0.11:8080,10.44.0.12:8080   5d
shop   cart-6d5f-aaaaa   1/1   Running   0   5d`)
    expect(bare).toMatchObject({
      notUnderstood: [],
      value: {
        services: [{ name: 'cart' }],
        nodes: [{ name: 'node-a' }],
        endpoints: [{ service: 'cart' }],
        pods: [{ namespace: 'shop' }],
      },
    })
  })

  test('what is no such table is counted, elisions are told', () => {
    const read = get(`NAME   READY   STATUS    RESTARTS   AGE
web    1/1     Running   0          5d
...
Error from server (Forbidden): pods is forbidden`)
    expect(read).toMatchObject({ value: { pods: [{ name: 'web' }] }, elided: [3], notUnderstood: [4] })
    expect(
      get('NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    1/1     1            1           5d').notUnderstood,
    ).toEqual([2])
    expect(get('No resources found in shop namespace.').notUnderstood).toEqual([])
  })
})

test('ages and endpoint lists', () => {
  expect(['27d', '5h30m', '2y34d', '3m2s (x5 over 10m)', '<unknown>', '', '5'].map(parseAge)).toEqual([
    2_332_800,
    19_800,
    66_009_600,
    182,
    null,
    null,
    null,
  ])
  expect(parseEndpointList('<none>')).toEqual({ endpoints: [], more: 0 })
  expect(parseEndpointList('fd00::1:80,[fd00::2]:80').endpoints.map((to) => to.address)).toEqual(['fd00::1', 'fd00::2'])
})

test('damaged texts never throw, and lose no row silently', () => {
  const names = ['seed-get-nodes.txt', 'seed-get-pods-wide-grep.txt', 'custom-columns.txt']
  for (const name of names)
    fc.assert(
      fc.property(damaged(fixtureText(`kubectl/${name}`)), (text) => {
        const lines = linesOf(text)
        const { value, notUnderstood, elided } = parseKubectlGet(lines)
        const rows =
          value.nodes.length + value.pods.length + value.services.length + value.endpoints.length + value.events.length
        const silent = lines.filter(
          (line) => line.text.trim() === '' || /^(?:NAME|No resources)/.test(line.text),
        ).length
        expect(rows + notUnderstood.length + elided.length).toBeGreaterThanOrEqual(lines.length - silent)
      }),
      { numRuns: 50 },
    )
  for (const name of [
    'describe-svc-1.33.txt',
    'describe-nodes-1.27.txt',
    'describe-endpointslices-1.33.txt',
    'describe-pods-1.20.txt',
  ])
    fc.assert(
      fc.property(damaged(fixtureText(`kubectl/${name}`)), (text) => parseKubectlDescribe(linesOf(text)) !== null),
      { numRuns: 50 },
    )
  for (const name of ['services.yaml', 'svc-ep.json'])
    fc.assert(
      fc.property(damaged(fixtureText(`kubectl/${name}`)), (text) => parseKubeObjects(linesOf(text)) !== null),
      { numRuns: 50 },
    )
})
