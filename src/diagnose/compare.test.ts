import { describe, expect, test } from 'vitest'
import { census, counters, group, listener, netns, ok, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { diagnose } from '../diagnose.ts'
import type { Diff } from '../model/diff.ts'
import type { Netns, Series, Snapshot } from '../model/snapshot.ts'
import { compareReadings, type JudgeOne, neighbours } from './compare.ts'
import { prepare } from './readings.ts'

const judge: JudgeOne = ({ node: { series }, index }) =>
  diagnose({
    series: [{ node: series.node, snapshots: series.snapshots.slice(index, index + 1), order: [] }],
    version: 'test',
  })

const series = (node: string, snapshots: readonly Snapshot[], order: Series['order'] = []): Series => ({
  node,
  snapshots,
  order,
})

/** The first pair of neighbours of one node's readings, in the order of time. */
function diffOf(one: Series): Diff {
  const [node] = prepare([one], []).nodes
  const [pair] = node ? neighbours(node) : []
  if (!node || !pair) throw new Error('two readings have a pair')
  return compareReadings({ node, index: pair[0] }, { node, index: pair[1] }, judge)
}

const reading = (spec: Partial<Netns>, takenAt: string | null = null) => snapshot(netns(spec), { takenAt })
const CLOCK = [{ before: 0, after: 1, by: 'clock', because: '' }] as const

describe('two readings of one node', () => {
  const full = { listeners: ok([listener(80, { length: 129 })]), counters: counters({ TcpExtListenOverflows: 30 }) }
  const calm = { listeners: ok([listener(80)]), counters: counters({ TcpExtListenOverflows: 10 }) }

  test('counters as rates where both are dated; what was found later is new', () => {
    const diff = diffOf(
      series('n1', [reading(calm, '2026-01-01T00:00:00Z'), reading(full, '2026-01-01T00:00:10Z')], CLOCK),
    )
    expect(diff.relation).toBe('time')
    expect(diff.netns[0]?.counters).toEqual([{ name: 'TcpExtListenOverflows', before: 10, after: 30, perSecond: 2 }])
    expect(diff.findings.opened.map(({ rule }) => rule)).toContain('accept-queue-full')
    expect(diff.findings.closed).toEqual([])
  })

  test('what was found earlier and could be judged later is gone', () => {
    const diff = diffOf(
      series('n1', [reading({ listeners: full.listeners }), reading({ listeners: calm.listeners })], CLOCK),
    )
    expect(diff.findings.closed.map(({ rule }) => rule)).toContain('accept-queue-full')
  })

  test('what the later reading does not show at all is not gone', () => {
    const diff = diffOf(
      series('n1', [reading({ listeners: full.listeners }), reading({ counters: calm.counters })], CLOCK),
    )
    expect(diff.findings.closed.map(({ rule }) => rule)).not.toContain('accept-queue-full')
    expect(diff.findings.unjudged.map(({ rule }) => rule)).toContain('accept-queue-full')
  })

  test('the earlier comes first, whichever stands first in the input', () => {
    const diff = diffOf(series('n1', [reading(full), reading(calm)]))
    expect(diff.order?.by).toBe('inferred')
    expect(diff.netns[0]?.counters?.[0]).toMatchObject({ before: 10, after: 30, perSecond: null })
  })

  test('no order, no growth: counters are left alone', () => {
    const states = (ESTABLISHED: number) => reading({ census: census({ ESTABLISHED }) })
    const diff = diffOf(series('n1', [states(5), states(9)]))
    expect(diff.relation).toBe('unordered')
    expect(diff.netns[0]?.counters).toBeNull()
    expect(diff.netns[0]?.census).toEqual([{ name: 'ESTABLISHED', before: 5, after: 9 }])
  })

  test('another boot is said, and nothing subtracted', () => {
    const booted = (id: string, value: number) =>
      snapshot(netns({ counters: counters({ TcpExtListenOverflows: value }) }), { node: { bootId: id } })
    const diff = diffOf(series('n1', [booted('a', 50), booted('b', 3)], CLOCK))
    expect(diff.notes[0]?.en).toContain('restarted')
    expect(diff.netns[0]?.counters).toBeNull()
  })

  test('settings that changed; one that only one side read did not', () => {
    const diff = diffOf(
      series('n1', [
        reading({ sysctls: sysctls({ 'net.core.somaxconn': 128, 'net.ipv4.tcp_mem': '1 2 3' }) }),
        reading({ sysctls: sysctls({ 'net.core.somaxconn': 4096, 'net.ipv4.tcp_mem': '1\t2\t3', 'fs.file-max': 9 }) }),
      ]),
    )
    expect(diff.netns[0]?.settings).toEqual([{ name: 'net.core.somaxconn', before: '128', after: '4096' }])
  })

  test('the very same stuck connections, told by their cookies', () => {
    const stuck = (fingerprint: string) =>
      reading({
        listeners: ok([listener(80, { length: 20 })]),
        connections: ok([group(80, { count: 20, fingerprint, oldestCookie: fingerprint })]),
      })
    const same = diffOf(series('n1', [stuck('ab'), stuck('ab')], CLOCK))
    expect(same.netns[0]?.stuck?.same).toEqual([{ name: '[::]:80', count: 20 }])
    const others = diffOf(series('n1', [stuck('ab'), stuck('cd')], CLOCK))
    expect(others.netns[0]?.stuck?.same).toEqual([])
  })
})

test('two nodes: what they are is compared, what they count is not', () => {
  const recycle = (value: number, overflows: number) =>
    reading({
      sysctls: sysctls({ 'net.ipv4.tcp_tw_recycle': value }),
      counters: counters({ TcpExtListenOverflows: overflows }),
    })
  const [a, b] = prepare([series('n1', [recycle(0, 5)]), series('n2', [recycle(1, 9)])], []).nodes
  if (!a || !b) throw new Error('two nodes')
  const diff = compareReadings({ node: a, index: 0 }, { node: b, index: 0 }, judge)
  expect(diff.relation).toBe('nodes')
  expect(diff.netns[0]?.settings).toEqual([{ name: 'net.ipv4.tcp_tw_recycle', before: '0', after: '1' }])
  expect(diff.netns[0]?.counters).toBeNull()
})

test('neighbours in time only: of three readings in order two pairs', () => {
  const one = series(
    'n1',
    [reading({}), reading({}), reading({})],
    [
      { before: 2, after: 0, by: 'clock', because: '' },
      { before: 0, after: 1, by: 'clock', because: '' },
      { before: 2, after: 1, by: 'clock', because: '' },
    ],
  )
  const [node] = prepare([one], []).nodes
  expect(node && neighbours(node)).toEqual([
    [2, 0],
    [0, 1],
  ])
})
