import { describe, expect, it } from 'vitest'
import { counters, netns, podNetns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { ask, viewOf } from '../../test/rules/test-rule.ts'
import { compareCounters, deltas, isRecent, percent, periodOf, secondsBetween, totals } from './counters.ts'

const of = (values: Readonly<Record<string, number>>, takenAt: string | null = null, bootId: string | null = null) =>
  snapshot(netns({ counters: counters(values) }), { takenAt, node: { bootId } })

describe('totals', () => {
  it('gives 0 for what netstat -s leaves out, and null for what grep left out', () => {
    const read = (absentIsZero: boolean) =>
      ask(
        totals(['TcpOutSegs'], ['TcpExtListenDrops']),
        snapshot(netns({ counters: counters({ TcpOutSegs: 5 }, { absentIsZero }) })),
      )
    expect(read(true)).toMatchObject({ ok: true, value: { TcpOutSegs: { value: 5 }, TcpExtListenDrops: { value: 0 } } })
    expect(read(false)).toMatchObject({ ok: true, value: { TcpExtListenDrops: null } })
  })

  it('names what is lacking', () => {
    const got = ask(totals(['TcpOutSegs']), snapshot(netns({ counters: counters({}, { absentIsZero: false }) })))
    expect(got).toMatchObject({ ok: false })
    expect(got.ok ? '' : got.why.en).toContain('TcpOutSegs')
  })

  it('keeps the line it was read from', () => {
    const got = ask(totals(['TcpOutSegs']), of({ TcpPassiveOpens: 1, TcpOutSegs: 5 }))
    expect(got.ok && got.value.TcpOutSegs.origin).toMatchObject({ line: 41 })
  })
})

describe('deltas', () => {
  const twice = (a: ReturnType<typeof of>, b: ReturnType<typeof of>) => ask(deltas, { readings: [a, b] })

  it('subtracts, per second where both are dated, and proves the boot where both name it', () => {
    const got = twice(
      of({ TcpOutSegs: 5 }, '2026-01-01T00:00:00Z', 'b'),
      of({ TcpOutSegs: 25 }, '2026-01-01T00:00:04Z', 'b'),
    )
    if (!got.ok) throw new Error(got.why.en)
    expect(got.value.of('TcpOutSegs')).toMatchObject({ value: 20 })
    expect(got.value).toMatchObject({ seconds: 4, sameBoot: true })
  })

  it('assumes the boot where nobody names it, and knows no time without dates', () => {
    expect(twice(of({ TcpOutSegs: 5 }), of({ TcpOutSegs: 6 }))).toMatchObject({
      ok: true,
      value: { seconds: null, sameBoot: false },
    })
  })

  it('refuses one reading, a counter that fell, one that vanished, and differences of differences', () => {
    expect(ask(deltas, of({ TcpOutSegs: 5 }))).toMatchObject({ ok: false })
    const fell = twice(of({ TcpOutSegs: 5 }), of({ TcpOutSegs: 4 }))
    expect(fell.ok ? '' : fell.why.en).toContain('TcpOutSegs fell')
    expect(twice(of({ TcpOutSegs: 5, TcpPassiveOpens: 1 }), of({ TcpOutSegs: 5 }))).toMatchObject({ ok: false })
    const plain = snapshot(netns({ counters: counters({ TcpOutSegs: 5 }, { kind: 'delta' }) }))
    expect(twice(plain, plain)).toMatchObject({ ok: false })
    expect(twice(of({}), snapshot(netns()))).toMatchObject({ ok: false })
    expect(twice(snapshot(netns()), of({}))).toMatchObject({ ok: false })
  })

  it('lets gauges fall', () => {
    expect(twice(of({ TcpCurrEstab: 50, TcpOutSegs: 1 }), of({ TcpCurrEstab: 2, TcpOutSegs: 1 }))).toMatchObject({
      ok: true,
    })
  })
})

it('tells what counters are summed up over', () => {
  const period = (kind: 'host' | 'pod' | 'unplaced', counted: 'total' | 'delta' = 'total') =>
    periodOf(viewOf(snapshot((kind === 'pod' ? podNetns : netns)({ kind, counters: counters({}, { kind: counted }) }))))
      .en
  expect(period('host')).toBe('since boot')
  expect(period('pod')).toContain('network namespace was made')
  expect(period('unplaced')).toContain('or since')
  expect(period('host', 'delta')).toContain('nstat')
})

it('compares only what both hold', () => {
  const [a, b] = [
    { A: 1, B: 2, C: 3 },
    { A: 2, B: 1, D: 9 },
  ].map((values) => ({
    values,
    origins: {},
    absentIsZero: false,
    kind: 'total' as const,
  }))
  expect(a && b && compareCounters(a, b)).toEqual({ grew: ['A'], fell: ['B'] })
})

it('knows how far apart two times are', () => {
  expect(secondsBetween('2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z')).toBe(60)
  expect(secondsBetween('2026-01-01T00:01:00Z', '2026-01-01T00:00:00Z')).toBeNull()
  expect(secondsBetween(null, '2026-01-01T00:00:00Z')).toBeNull()
  expect(secondsBetween('yesterday', 'today')).toBeNull()
  expect([isRecent(null), isRecent(3), isRecent(86400)]).toEqual([true, true, false])
})

it.each([
  [9574616, 9687019, '98.8 %'],
  [68456, 12247395, '0.56 %'],
  [1, 1000000, '< 0.01 %'],
  [0, 5, '0 %'],
  [5, 5, '100 %'],
  [99999, 100000, '99.99 %'],
  [1, 0, '—'],
])('%d of %d is %s', (part, whole, said) => expect(percent(part, whole)).toBe(said))
