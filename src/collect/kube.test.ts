import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Answering,
  aService,
  aSlice,
  configText,
  type KubeStub,
  list,
  send,
  startStub,
  status,
} from '../../test/kube-stub.ts'
import { collectKube, type KubeOptions } from './kube.ts'

let stub: KubeStub | null = null
afterEach(async () => {
  await stub?.close()
  stub = null
})

const EMPTY: Answering = (_, __, answer) => send(answer, 200, list([]))

async function read(answering: Answering, options: (stub: KubeStub) => Partial<KubeOptions> = () => ({})) {
  stub = await startStub(answering)
  const own = options(stub)
  const got = await collectKube({ file: stub.kubeconfig(), env: {}, ...own })
  const kinds = (key: 'nodes' | 'services' | 'pods' | 'endpoints') =>
    got.seen.listings.flatMap(({ cluster }) => cluster[key].map((one) => ('name' in one ? one.name : one.service)))
  const whole = got.seen.listings.flatMap(({ coverage }) =>
    coverage.flatMap((set) => (set.of === 'keys' ? set.keys : [])),
  )
  return { ...got, kinds, whole, gaps: got.gaps.map(({ kind, gap }) => `${kind}: ${gap.reason}: ${gap.detail}`) }
}

const serving =
  (services: Answering): Answering =>
  (path, query, answer, request) =>
    path === '/api/v1/services' ? services(path, query, answer, request) : EMPTY(path, query, answer, request)

describe('lists', () => {
  it('come page by page, and are whole together', async () => {
    const got = await read(
      serving((_, query, answer) => {
        const at = Number(query.get('continue') ?? 0)
        send(answer, 200, list([aService(`s${at}`)], at < 2 ? String(at + 1) : null))
      }),
    )
    expect(got.kinds('services')).toEqual(['s0', 's1', 's2'])
    expect(got.whole.toSorted()).toEqual(['endpoints', 'nodes', 'pods', 'services'])
    expect(got.gaps).toEqual([])
    const pages = stub?.asked.filter(({ path }) => path === '/api/v1/services')
    expect(pages?.map(({ query }) => query.get('limit'))).toEqual(['500', '500', '500'])
  })

  it('ages are by the clock of the server', async () => {
    const got = await read(
      serving((_, __, answer) => send(answer, 200, list([aService('web')]), { date: 'Fri, 02 Jan 2026 00:00:00 GMT' })),
    )
    expect(got.seen.listings.flatMap(({ cluster }) => cluster.services)[0]?.ageSeconds).toBe(86_400)
  })

  it('that expire between two pages are begun once more, without what was taken before', async () => {
    let gone = 0
    const got = await read(
      serving((_, query, answer) => {
        if (!query.has('continue')) send(answer, 200, list([aService(`try${gone}`)], 'next'))
        else if (gone++ === 0) send(answer, 410, status(410, 'The provided continue parameter is too old'))
        else send(answer, 200, list([aService('last')]))
      }),
    )
    expect(got.kinds('services')).toEqual(['try1', 'last'])
    expect(got.gaps).toEqual([])
  })

  it('that expire again are a gap; what came proves presence, not absence', async () => {
    const got = await read(
      serving((_, query, answer) =>
        query.has('continue')
          ? send(answer, 410, status(410, 'too old'))
          : send(answer, 200, list([aService('web')], 'next')),
      ),
    )
    expect(got.gaps).toEqual([expect.stringMatching(/^services: unsupported: .*410 too old/)])
    expect(got.kinds('services')).toEqual(['web'])
    expect(got.whole).not.toContain('services')
  })

  it('a page without end is read item by item', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => ({
      ...aService(`s${n}`),
      filler: `"}],[{\\"${'x'.repeat(500)}`,
    }))
    const got = await read(serving((_, __, answer) => send(answer, 200, list(many))))
    expect(got.kinds('services')).toHaveLength(20_000)
    expect(got.kinds('services').at(-1)).toBe('s19999')
  })

  it.each([
    ['an answer that is cut short', '{"items":[{"metadata":{"name":"a"'],
    ['an answer that is no list', '<html>sign in</html>'],
  ])('%s is a gap', async (_, body) => {
    const got = await read(serving((__, ___, answer) => send(answer, 200, body)))
    expect(got.gaps).toEqual([expect.stringMatching(/^services: malformed/)])
    expect(got.gaps.join()).not.toContain('sign in')
  })
})

describe('endpoints', () => {
  const only =
    (...served: readonly string[]): Answering =>
    (path, query, answer, request) => {
      if (!path.includes('endpoint')) return EMPTY(path, query, answer, request)
      if (!served.includes(path)) return send(answer, 404, status(404, 'not found'))
      const endpoints = {
        metadata: { name: 'web', namespace: 'shop' },
        subsets: [{ addresses: [{ ip: '10.244.0.3' }], ports: [{ port: 8080 }] }],
      }
      send(
        answer,
        200,
        list([
          path.startsWith('/apis') ? aSlice('web', path.includes('beta') ? '10.244.0.2' : '10.244.0.1') : endpoints,
        ]),
      )
    }
  const V1 = '/apis/discovery.k8s.io/v1/endpointslices'
  const BETA = '/apis/discovery.k8s.io/v1beta1/endpointslices'
  const OLD = '/api/v1/endpoints'

  it.each([
    ['v1', [V1, BETA, OLD], '10.244.0.1'],
    ['v1beta1 where v1 is not served', [BETA, OLD], '10.244.0.2'],
    ['Endpoints where there are no slices', [OLD], '10.244.0.3'],
  ])('by %s', async (_, served, address) => {
    const got = await read(only(...served))
    expect(got.seen.listings.flatMap(({ cluster }) => cluster.endpoints.flatMap((set) => set.endpoints))).toMatchObject(
      [{ address, port: 8080 }],
    )
    expect(got.gaps).toEqual([])
  })

  it('that nobody serves are a gap', async () => {
    expect((await read(only())).gaps).toEqual([expect.stringMatching(/^endpoints: absent/)])
  })
})

describe('refusals', () => {
  it('403 for one kind leaves the others', async () => {
    const got = await read((path, query, answer, request) =>
      path === '/api/v1/nodes'
        ? send(answer, 403, status(403, 'nodes is forbidden'))
        : EMPTY(path, query, answer, request),
    )
    expect(got.gaps).toEqual([expect.stringMatching(/^nodes: denied: .*403 nodes is forbidden/)])
    expect(got.whole).toContain('services')
  })

  it('401 is tried again once, and told once', async () => {
    const got = await read((_, __, answer) => send(answer, 401, status(401, 'Unauthorized')))
    expect(got.gaps).toEqual([expect.stringMatching(/^nodes, services, endpoints, pods: denied/)])
    expect(stub?.asked.filter(({ path }) => path === '/api/v1/nodes')).toHaveLength(2)
  })

  it('a redirect is not followed: the token is for this server alone', async () => {
    const got = await read((path, _, answer) => send(answer, 302, '', { location: `http://127.0.0.1:1${path}` }))
    expect(got.gaps.join()).toContain('a redirect, which is not followed')
    expect(stub?.asked.every(({ path }) => path.includes('/v1') || path.includes('discovery'))).toBe(true)
  })

  it('"later" is waited for', async () => {
    let busy = 0
    const got = await read(
      serving((_, __, answer) =>
        busy++ === 0
          ? send(answer, 429, status(429, 'busy'), { 'retry-after': '0' })
          : send(answer, 200, list([aService('web')])),
      ),
    )
    expect(got.kinds('services')).toEqual(['web'])
  })

  it('only what is needed is asked for, and nothing is changed', async () => {
    await read((_, __, answer, request) => send(answer, request.method === 'GET' ? 200 : 500, list([])))
    expect(stub?.asked.map(({ path }) => path).toSorted()).toEqual([
      '/api/v1/nodes',
      '/api/v1/pods',
      '/api/v1/services',
      '/apis/discovery.k8s.io/v1/endpointslices',
    ])
  })
})

describe('a server that does not answer', () => {
  it('is not waited for long', async () => {
    const from = performance.now()
    const got = await read(
      () => {},
      () => ({ connectMs: 100, timeoutMs: 5000 }),
    )
    expect(performance.now() - from).toBeLessThan(2000)
    expect(got.gaps).toEqual([expect.stringMatching(/^nodes, services, endpoints, pods: timeout/)])
  })

  it('one that answers slowly is given its time, and no more', async () => {
    const got = await read(
      serving((_, query, answer) => {
        if (query.has('continue')) return
        send(answer, 200, list([aService('web')], 'next'))
      }),
      () => ({ connectMs: 50, timeoutMs: 400 }),
    )
    expect(got.gaps).toEqual([expect.stringMatching(/^services: timeout/)])
    expect(got.kinds('services')).toEqual(['web'])
    expect(got.whole).toContain('pods')
  })

  it('nobody there', async () => {
    const gone = await startStub(EMPTY)
    const text = configText('{}', `{server: "${gone.url}"}`)
    await gone.close()
    stub = await startStub(EMPTY)
    const file = join(stub.folder, 'gone')
    writeFileSync(file, text)
    const { gaps, seen } = await collectKube({ file, env: {} })
    expect(gaps).toMatchObject([{ kind: 'nodes, services, endpoints, pods', gap: { reason: 'absent' } }])
    expect(seen.listings).toEqual([])
  })

  it('no kubeconfig at all', async () => {
    const { gaps } = await collectKube({ env: { HOME: '/nowhere' } })
    expect(gaps).toMatchObject([{ kind: '*', gap: { reason: 'absent' } }])
  })
})

it('the proxy that a kubeconfig names is asked, and no other', async () => {
  const got = await read(
    serving((_, __, answer) => send(answer, 200, list([aService('web')]))),
    (own) => ({ file: own.kubeconfig('{}', `{server: "http://api.invalid", proxy-url: "${own.url}"}`) }),
  )
  expect(got.gaps).toEqual([])
  expect(got.kinds('services')).toEqual(['web'])
})
