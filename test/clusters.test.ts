import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CollectedText, collectTranscript } from '../src/collect/transcript.ts'
import { diagnose } from '../src/diagnose.ts'
import { sharedEndpoints } from '../src/facts/cluster.ts'
import { connectIntervals } from '../src/facts/conntrack-intervals.ts'
import { flowsPastTheRules } from '../src/facts/flow-nat.ts'
import { joinClusters, type KnownCluster, wholeNodeList } from '../src/facts/known-cluster.ts'
import { nodeForwardings } from '../src/facts/node-forwardings.ts'
import type { Finding } from '../src/model/finding.ts'
import type { Part } from '../src/model/part.ts'
import type { Report } from '../src/model/report.ts'
import { renderText } from '../src/report/text.ts'

/** From a text to Services, endpoints, flows and nodes: the numbers that a correct reading has, on fixtures and on the originals. */

const FIXTURES = join(import.meta.dirname, 'fixtures/transcripts')
const SEEDS = join(import.meta.dirname, '../../shared/seeds')
const withSeeds = existsSync(SEEDS)

const named = (file: string, seed: string): readonly (readonly [string, string])[] => [
  [`fixture ${file}`, join(FIXTURES, file)],
  ...(withSeeds ? [[`original ${seed}`, join(SEEDS, seed)] as const] : []),
]

const judged = (read: CollectedText): Report => diagnose({ ...read, version: '0' })
const only = (read: CollectedText): KnownCluster => {
  const [cluster, ...others] = joinClusters(read.clusters)
  if (!cluster || others.length > 0) throw new Error(`${others.length + (cluster ? 1 : 0)} clusters`)
  return cluster
}
const data = <T>(part: Part<T> | undefined): T => {
  if (!part?.ok) throw new Error(part ? `${part.reason}: ${part.detail}` : 'no such part')
  return part.data
}
const labelsOf = (findings: readonly Finding[], rule: string): readonly string[] =>
  findings.filter((one) => one.rule === rule).flatMap((one) => one.evidence.map(({ label }) => label.en))

describe.each(named('forwarding.md', 'nodeport-overflow.md'))('forwarding of ip-172-1-57-200: %s', (_, path) => {
  let read: CollectedText
  beforeAll(async () => {
    read = await collectTranscript(path)
  })
  const host = () => read.series[0]?.snapshots.flatMap((one) => one.netns).find((one) => one.flows.ok && one.nat.ok)

  it('30720: forty endpoints of 2.5 %, of which two were seen', () => {
    const nat = data(host()?.nat)
    const [one] = nodeForwardings(nat).filter(({ nodePort }) => nodePort === 30720)
    expect(one).toMatchObject({
      service: 'backend/neo-prod-ccapi-inner-lb:http',
      chain: 'KUBE-SVC-RK4J2BHJ4QTMGP2E',
      endpointCount: 40,
      addresses: [{ address: '100.71.52.243', port: 80, kind: 'cluster' }],
    })
    const seen = one?.endpoints.flatMap(({ address, port }) => (address === null ? [] : [`${address}:${port}`]))
    expect(seen).toEqual(['100.96.179.196:8080', '100.97.100.231:8080'])
    expect(one?.endpoints).toHaveLength(40)
    for (const { share } of one?.endpoints ?? []) expect(share).toBeCloseTo(0.025, 4)
  })

  it('31425: a rule behind a grep shows where it leads; the chain was not seen, which is not absent', () => {
    const [one] = nodeForwardings(data(host()?.nat)).filter(({ nodePort }) => nodePort === 31425)
    expect(one).toMatchObject({
      service: 'backend/llspay-prod-rpc-lb:grpc',
      chain: 'KUBE-SVC-J5WKZTVXLKWSTUZM',
      chainNotSeen: true,
      refused: null,
      endpointCount: null,
    })
    const part = host()?.nat
    expect(part?.ok && part.coverage).toEqual([])
    expect(part?.ok && part.cuts).toContain('grep 31425')
  })

  it('conntrack: twelve entries, two clients each 20 s, every one of them translated', () => {
    const [listing] = data(host()?.flows).listings
    expect(listing?.flows).toHaveLength(12)
    const intervals = connectIntervals(listing?.flows ?? [])
    expect(intervals.map(({ source, seconds, connections, steady }) => [source, seconds, connections, steady])).toEqual(
      [
        ['172.1.41.234', 20, 6, true],
        ['172.1.41.207', 20, 6, true],
      ],
    )
    expect(flowsPastTheRules(listing?.flows ?? [], new Set([31425]))).toEqual([])
  })

  it('one cluster: three Services, two of which share their endpoints, and the six pods of 31425', () => {
    const { all } = only(read)
    expect(all.services.map(({ namespace, name }) => `${namespace}/${name}`).toSorted()).toEqual([
      'backend/llspay-prod-rpc-lb',
      'backend/neo-prod-ccapi-inner-lb',
      'backend/neo-prod-ccapi-inner-lb2',
    ])
    const shared = sharedEndpoints(all).map(({ sets, whole }) => [sets.map((one) => one.service).toSorted(), whole])
    expect(shared).toEqual([[['neo-prod-ccapi-inner-lb', 'neo-prod-ccapi-inner-lb2'], false]])
    const set = all.endpoints.find((one) => one.service === 'llspay-prod-rpc-lb')
    expect([set?.endpoints.length, set?.more]).toEqual([6, 0])
    expect(
      all.pods.map(({ ip, node, restarts, ageSeconds }) => [ip, node?.split('.')[0], restarts, ageSeconds]),
    ).toEqual([
      ['100.97.108.84', 'ip-172-1-53-68', 0, 27 * 86_400],
      ['100.97.116.23', 'ip-172-1-39-126', 0, 19 * 86_400],
      ['100.97.123.135', 'ip-172-1-44-36', 1, 19 * 86_400],
      ['100.97.74.176', 'ip-172-1-46-244', 1, 19 * 86_400],
      ['100.97.89.202', 'ip-172-1-50-19', 1, 27 * 86_400],
      ['100.97.91.90', 'ip-172-1-59-67', 0, 27 * 86_400],
    ])
    expect(all.pods.every(({ namespace }) => namespace === 'backend')).toBe(true)
  })

  it('a host that only ran kubectl is no node', () => {
    expect(read.series.map((one) => one.node)).toEqual(['ip-172-1-57-200'])
  })

  it("names the Services of kube-proxy's listeners, and says how often the clients come", () => {
    const labels = labelsOf(judged(read).findings, 'listener-never-accepts')
    expect(labels).toContainEqual(expect.stringContaining('[::]:30720 backend/neo-prod-ccapi-inner-lb:http'))
    expect(labels).toContainEqual(expect.stringContaining('[::]:31425 backend/llspay-prod-rpc-lb:grpc'))
    expect(labels).toContainEqual(
      expect.stringContaining('[::]:31425: 172.1.41.207, 172.1.41.234: each connects every 20 s'),
    )
  })

  it('says what it looked at', () => {
    const report = judged(read)
    const page = { width: 200, color: false, all: false, verbose: false } as const
    expect(renderText(report, { ...page, lang: 'en' })).toMatch(
      /forwarding rules: 2 NodePorts, 2 Service ports, 40 endpoints, 51 rules, iptables[\s\S]*connection tracking: 12 entries listed[\s\S]*Cluster +in what is shown: 3 Services, 86 endpoints, 6 pods/,
    )
    expect(renderText(report, { ...page, lang: 'zh' })).toMatch(
      /转发规则：2 个 NodePort[\s\S]*连接跟踪：列出 12 条[\s\S]*集群 +所见部分：3 个 Service、86 个 endpoint、6 个 Pod/,
    )
  })
})

describe.each(named('two-nodes.md', 'dev0-cluster.md'))('nodes of dev0: %s', (_, path) => {
  let read: CollectedText
  beforeAll(async () => {
    read = await collectTranscript(path)
  })

  it('51 nodes, 3 masters and 48 workers, seen whole', () => {
    const cluster = only(read)
    expect(cluster.all.nodes).toHaveLength(51)
    expect(wholeNodeList(cluster)?.origin).toMatchObject({ command: 'kubectl get nodes' })
    expect(judged(read).clusters).toEqual([
      expect.objectContaining({ nodes: 51, masters: 3, workers: 48, services: null, pods: null, whole: ['nodes'] }),
    ])
  })

  it('none of the silent peers is a node; the confidence is what it was', () => {
    const { findings } = judged(read)
    const stuck = findings.filter((one) => one.rule === 'syn-sent-stuck')
    expect(stuck).not.toEqual([])
    const labels = labelsOf(findings, 'syn-sent-stuck')
    expect(labels).toContain('none of the 6 silent peers is among the 51 nodes of the cluster that kubectl lists')
    const without = judged({ ...read, clusters: [] }).findings.filter((one) => one.rule === 'syn-sent-stuck')
    expect(stuck.map((one) => one.confidence)).toEqual(without.map((one) => one.confidence))
    expect(without.flatMap((one) => one.evidence.map(({ label }) => label.en)).join()).not.toContain('kubectl lists')
  })

  it('says so in the head', () => {
    const page = { width: 100, color: false, all: false, verbose: false } as const
    expect(renderText(judged(read), { ...page, lang: 'en' })).toContain('51 nodes (3 masters, 48 workers)')
    expect(renderText(judged(read), { ...page, lang: 'zh' })).toContain('51 个节点（3 个 master、48 个 worker）')
  })
})

if (withSeeds)
  it('two clusters in one run stay apart', async () => {
    const files = ['nodeport-overflow.md', 'dev0-cluster.md']
    const read = await Promise.all(files.map((file) => collectTranscript(join(SEEDS, file))))
    const clusters = joinClusters(read.flatMap((one) => one.clusters))
    expect(clusters.map(({ all }) => [all.nodes.length, all.services.length])).toEqual([
      [0, 3],
      [51, 0],
    ])
  })
