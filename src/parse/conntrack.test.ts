import fc from 'fast-check'
import { expect, test } from 'vitest'
import { damaged, fixtureLines, fixtureText, linesOf } from '../../test/fixture-lines.ts'
import { connectIntervals } from '../facts/conntrack-intervals.ts'
import { dnatTarget, flowsPastTheRules, isUntranslated } from '../facts/flow-nat.ts'
import type { Flow } from '../model/flow.ts'
import { parseConntrack, parseFlow } from './conntrack.ts'
import { parseConntrackCount, parseConntrackStats } from './conntrack-stats.ts'

const fixture = (name: string) => fixtureLines(`forwarding/${name}`)
const LISTINGS = ['conntrack-L.txt', 'conntrack-L-extended.txt', 'conntrack-L-id.txt', 'proc-net-nf_conntrack.txt']

/** What all ways tell alike: tools differ in marks, zones and use counts. */
const told = (flow: Flow) => ({ ...flow, mark: null, zone: null, line: 0 })

test('every way lists the same flows', () => {
  const [first, ...others] = LISTINGS.map((name) => parseConntrack(fixture(name)))
  expect(first?.value).toMatchObject({ shown: 7 })
  expect(first?.value.flows).toHaveLength(7)
  for (const other of others) {
    expect(other.notUnderstood).toEqual([])
    expect(other.value.flows.map(told)).toEqual(first?.value.flows.map(told))
  }
})

test('what NAT did shows in the reply', () => {
  const { flows } = parseConntrack(fixture('conntrack-L.txt')).value
  const to = (port: number) => flows.filter((flow) => flow.original.destinationPort === port)
  expect(to(30080).map(dnatTarget)).toEqual(Array(3).fill({ address: '10.20.0.5', port: 8080 }))
  expect(to(30081).map(isUntranslated)).toEqual([true])
  expect(flowsPastTheRules(flows, new Set([30080, 30081]))).toEqual(to(30081))
  expect(to(9999)).toMatchObject([
    { state: 'SYN_SENT', unreplied: true, assured: false, original: { packets: 1, bytes: 60 } },
  ])
  expect(to(53)).toMatchObject([{ protocol: 'udp', state: null }])
  expect(flows.find((flow) => flow.family === 6)?.original.source).toBe('fd20::5')
})

test('offloaded entries carry no timeout; the rest of a cut row is unknown', () => {
  const row = (text: string) => parseFlow(text, 1)
  const tuple = 'src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=80'
  const back = 'src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1000'
  expect(row(`ipv4     2 tcp      6 ${tuple} ${back} [OFFLOAD] mark=0 zone=0 use=3`)).toMatchObject({
    timeoutSeconds: null,
    state: null,
    offload: 'software',
  })
  expect(row(`tcp      6 ${tuple} ${back} [HW_OFFLOAD] mark=5 use=3`)).toMatchObject({ offload: 'hardware', mark: 5 })
  const cut = row(`tcp      6 66 TIME_WAIT ${tuple} src=10.0`)
  expect(cut).toMatchObject({ timeoutSeconds: 66, reply: null })
  expect(cut && isUntranslated(cut)).toBeNull()
  expect(
    row(
      'icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=7 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=7 mark=0 use=1',
    ),
  ).toMatchObject({
    protocol: 'icmp',
    original: { destinationPort: null },
  })
  for (const text of ['', 'tcp LISTEN 0 128', 'tcp 6 66 TIME_WAIT', 'src=1.2.3.4 dst=1.2.3.5', 'conntrack v1.4.7'])
    expect(row(text)).toBeNull()
})

test('the production node: two clients, each every 20 seconds, all translated', () => {
  const { value, notUnderstood } = parseConntrack(fixture('seed-ip_conntrack-31425.txt'))
  expect(notUnderstood).toEqual([])
  expect(value.flows).toHaveLength(12)
  expect(flowsPastTheRules(value.flows, new Set([31425]))).toEqual([])
  expect(connectIntervals(value.flows)).toMatchObject([
    {
      source: '172.1.41.234',
      destination: '172.1.57.200',
      port: 31425,
      seconds: 20,
      each: 1,
      connections: 6,
      steady: true,
    },
    {
      source: '172.1.41.207',
      destination: '172.1.57.200',
      port: 31425,
      seconds: 20,
      each: 1,
      connections: 6,
      steady: true,
    },
  ])
})

test('no rhythm where there is none', () => {
  const flows = (left: readonly number[], state = 'TIME_WAIT') =>
    left.map((seconds, index) =>
      parseFlow(
        `tcp 6 ${seconds} ${state} src=10.0.0.1 dst=10.0.0.2 sport=${1000 + index} dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=${1000 + index}`,
        index,
      ),
    ) as Flow[]
  expect(connectIntervals(flows([10, 40]))).toEqual([])
  expect(connectIntervals(flows([10, 40, 75]))).toEqual([])
  expect(connectIntervals(flows([10, 11, 12, 13, 14, 15]))).toEqual([])
  expect(connectIntervals(flows([5, 25, 45], 'ESTABLISHED'))).toEqual([])
  expect(connectIntervals(flows([5, 26, 45, 66]))).toMatchObject([{ seconds: 20, steady: false }])
  // Pairs opened at once.
  expect(connectIntervals(flows([5, 6, 35, 35, 65, 66, 95, 95]))).toMatchObject([
    { seconds: 30, each: 2, connections: 8, steady: true },
  ])
})

test('statistics of all processors are added up; the count is taken once', () => {
  const now = parseConntrackStats(
    linesOf(
      'cpu=0   \tfound=2 invalid=12 insert=0 insert_failed=3 drop=3 early_drop=0 error=1 search_restart=5 \ncpu=1 \tfound=1 invalid=1 insert_failed=4',
    ),
  )
  expect(now).toMatchObject({
    value: { entries: null, values: { found: 3, invalid: 13, insert_failed: 7, drop: 3 } },
    notUnderstood: [],
  })
  const proc = parseConntrackStats(fixture('proc-net-stat-nf_conntrack.txt'))
  expect(proc.value).toMatchObject({ entries: 7, values: { insert_failed: 0 } })
  expect(parseConntrackStats(linesOf('entries found\n0000000a 000000ff\n0000000a 00000001\nx')).value).toEqual({
    entries: 10,
    values: { found: 256 },
  })
  expect(parseConntrackCount(fixture('conntrack-C.txt'))).toBe(7)
  expect(parseConntrackCount(linesOf('conntrack: not found'))).toBeNull()
})

test('damaged texts: no line is lost, nothing is invented', () => {
  for (const name of [...LISTINGS, 'seed-ip_conntrack-31425.txt'])
    fc.assert(
      fc.property(damaged(fixtureText(`forwarding/${name}`)), (text) => {
        const lines = linesOf(text)
        const { value, notUnderstood, elided } = parseConntrack(lines)
        const silent = lines.filter((line) => line.text.trim() === '' || line.text.startsWith('conntrack v'))
        expect(value.flows.length + notUnderstood.length + elided.length).toBeGreaterThanOrEqual(
          lines.length - silent.length,
        )
        for (const flow of value.flows)
          expect(lines[flow.line - 1]?.text).toContain(String(flow.original.destinationPort ?? ''))
        for (const one of connectIntervals(value.flows)) expect(one.connections).toBeLessThanOrEqual(value.flows.length)
      }),
      { numRuns: 60 },
    )
})
