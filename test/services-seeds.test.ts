import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { servicesOf } from '../src/cli/services.ts'
import { queryOf, socketsOf } from '../src/cli/sockets.ts'
import { collectTranscript } from '../src/collect/transcript.ts'
import type { ServiceRow, ServiceTable } from '../src/model/service-table.ts'

/** What `recvq services` and `recvq sockets` make of investigations of real nodes, which lie beside the repository. */
const SEEDS = join(import.meta.dirname, '../../shared/seeds')
const described = existsSync(SEEDS) ? describe : describe.skip
const why = existsSync(SEEDS)
  ? ''
  : ` (skipped: ${SEEDS} is not here; src/facts/service-table.test.ts has the same shapes)`

described(`nodeport-overflow.md${why}`, () => {
  let tables: readonly ServiceTable[]
  beforeAll(async () => {
    tables = servicesOf(await collectTranscript(join(SEEDS, 'nodeport-overflow.md')))
  })
  const row = (table: number, nodePort: number): ServiceRow => {
    const found = tables[table]?.rows.find((one) => one.nodePort === nodePort)
    if (!found) throw new Error(`no ${nodePort}`)
    return found
  }

  it('two readings with listeners, a table each', () => {
    expect(tables.map(({ node, rows }) => [node, rows.length])).toEqual([
      ['ip-172-1-57-200', 32],
      ['ip-172-1-57-200', 57],
    ])
  })

  it('32 ports, 29 of whose names a person wrote', () => {
    const rows = tables[0]?.rows ?? []
    const typed = rows.filter(({ namedBy }) => namedBy === 'typed by hand')
    expect(typed).toHaveLength(29)
    expect(typed.every(({ namedAt }) => namedAt !== null && 'line' in namedAt)).toBe(true)
    expect(rows.filter((one) => one.namedBy !== 'typed by hand').map((one) => one.nodePort)).toEqual([
      31425, 30720, 30328,
    ])
    expect(rows.reduce((sum, one) => sum + (one.listeners[0]?.length ?? 0), 0)).toBe(3218)
    expect(rows.filter((one) => one.listeners[0]?.over)).toHaveLength(21)
    expect(row(0, 32634)).toMatchObject({ service: 'backend/ielts:http', listeners: [{ length: 129, limit: 128 }] })
  })

  it('by namespace', () => {
    expect(tables[0]?.totals.map(({ namespace, ports, over }) => `${namespace} ${ports}/${over}`)).toEqual([
      'backend 19/13',
      'frontend 6/2',
      'algorithm 4/4',
      'platform 3/2',
    ])
  })

  it('30720: 40 endpoints at 2.5 %, the rules of 38 not seen; another Service has the same', () => {
    for (const table of [0, 1]) {
      const one = row(table, 30720)
      expect(one).toMatchObject({
        service: 'backend/neo-prod-ccapi-inner-lb:http',
        type: 'NodePort',
        endpointCount: 40,
        kubernetesCount: 40,
        countIsAtLeast: false,
        rulesNotSeen: 38,
        shares: [{ service: 'backend/neo-prod-ccapi-inner-lb2:http', whole: false }],
      })
      expect(one.share).toBeCloseTo(0.025, 5)
      expect(one.endpoints.map(({ address, inRules }) => [address, inRules])).toEqual([
        ['100.96.179.196', true],
        ['100.97.100.231', true],
        ['100.97.101.244', false],
      ])
    }
  })

  it('31425: six pods with node, restarts and age; two clients every 20 s', () => {
    const one = row(1, 31425)
    expect(one).toMatchObject({ type: 'LoadBalancer', endpointCount: 6, rules: { chainNotSeen: true } })
    expect(
      one.endpoints.map(({ pod, node, restarts, ageSeconds }) => [
        pod,
        node?.split('.')[0],
        restarts,
        (ageSeconds ?? 0) / 86_400,
      ]),
    ).toEqual([
      ['llspay-prod-rpc-v054-gokfv', 'ip-172-1-46-244', 1, 19],
      ['llspay-prod-rpc-v054-6zisw', 'ip-172-1-50-19', 1, 27],
      ['llspay-prod-rpc-v054-d9ugi', 'ip-172-1-59-67', 0, 27],
      ['llspay-prod-rpc-v054-l8m9g', 'ip-172-1-53-68', 0, 27],
      ['llspay-prod-rpc-v054-dv9dt', 'ip-172-1-39-126', 0, 19],
      ['llspay-prod-rpc-v054-6ppa3', 'ip-172-1-44-36', 1, 19],
    ])
    expect(one.flows).toMatchObject({ entries: 12, translated: 12, past: 0 })
    expect(one.flows?.intervals.map(({ source, seconds }) => [source, seconds])).toEqual([
      ['172.1.41.207', 20],
      ['172.1.41.234', 20],
    ])
  })
})

described(`sockets of dev0-cluster.md${why}`, () => {
  it('ten silent peers, none of them a node', async () => {
    const query = queryOf({ state: 'syn-sent', by: 'process,peer', listening: false, unaccepted: false })
    const tables = socketsOf(await collectTranscript(join(SEEDS, 'dev0-cluster.md')), query)
    const peers = tables.map(({ node, connections }) => [
      node,
      (connections ?? []).map((one) => `${one.key.process} ${one.peerName?.en}`),
    ])
    const stranger = (program: string, times: number) => Array(times).fill(`${program} no node of the cluster`)
    expect(peers).toEqual([
      ['ip-10-3-32-171', stranger('bird', 6)],
      ['ip-10-3-33-109', stranger('protokube', 4)],
    ])
  })
})
