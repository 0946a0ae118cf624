import { describe, expect, it } from 'vitest'
import { diagnose } from '../../src/diagnose.ts'
import type { Report } from '../../src/model/report.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { earlierReading, laterReading } from './nodeport-node.ts'
import { census, counters, netns, snapshot, sysctls } from './snapshot-builder.ts'

/**
 * Three undated readings of one node as its document has them, the older listing below the newer counters. What the rules
 * say is worked out from the numbers: each test changes some and sees the sentences follow.
 */

const COUNTERS = {
  TcpActiveOpens: 6465567,
  TcpPassiveOpens: 1032824,
  TcpAttemptFails: 136,
  TcpOutSegs: 105664162,
  TcpRetransSegs: 9687019,
  TcpExtListenOverflows: 30833253,
  TcpExtListenDrops: 30833253,
  TcpExtTCPTimeouts: 11487582,
  TcpExtTCPSynRetrans: 9574616,
}

interface Change {
  readonly values?: Partial<typeof COUNTERS>
  readonly lengths?: ReadonlyMap<number, number>
  readonly recycle?: number
}

function report({ values, lengths, recycle = 0 }: Change = {}): Report {
  const settings = sysctls({
    'net.ipv4.tcp_synack_retries': 5,
    'net.ipv4.tcp_tw_recycle': recycle,
    'net.core.somaxconn': 128,
  })
  const change = (reading: Snapshot, parts: object): Snapshot => ({
    ...reading,
    netns: reading.netns.map((one) => ({ ...one, ...parts })),
  })
  const newer = change(laterReading(), { counters: counters({ ...COUNTERS, ...values }) })
  const older = change(earlierReading(lengths ? { lengths } : {}), { sysctls: settings })
  const newest = snapshot(netns({ census: census({ CLOSE_WAIT: 3083, TIME_WAIT: 9, ESTABLISHED: 19 }, 270) }))
  const hint = { before: 1, after: 2, by: 'hint', because: 'N days later' } as const
  return diagnose({
    series: [{ node: 'ip-172-1-57-200', snapshots: [newer, older, newest], order: [hint] }],
    version: '0',
  })
}

const of = ({ findings }: Report, rule: string, key?: string) =>
  findings.filter((one) => one.rule === rule && (key === undefined || one.subject.key === key))
const outcomes = (one: Report, rule: string) =>
  one.outcomes.filter((outcome) => outcome.rule === rule).map(({ outcome }) => outcome)

describe('the node whose NodePorts overflow', () => {
  it('puts the older listing before the newer counters, and leaves the third reading open against them', () => {
    const { order } = report()
    expect(order.map(({ before, after, by }) => ({ before, after, by }))).toEqual([
      { before: 1, after: 2, by: 'hint' },
      { before: 1, after: 0, by: 'inferred' },
    ])
    expect(order[1]?.because).toContain('32078 92 → 93')
    expect(order[1]?.because).toContain('29 unchanged')
  })

  it('says nothing about order when the queues disagree', () => {
    expect(report({ lengths: new Map([[31889, 77]]) }).order).toHaveLength(1)
  })

  it('tells overflows as a warning of the past, and follows the number', () => {
    expect(of(report(), 'listen-overflows', 'TcpExtListenOverflows')).toMatchObject([
      { severity: 'warning', when: 'past', confidence: 'certain' },
    ])
    const [other] = of(
      report({ values: { TcpExtListenOverflows: 41000000, TcpExtListenDrops: 41000000 } }),
      'listen-overflows',
    )
    expect(other?.summary.en).toContain('41 000 000')
  })

  it('works the lost handshakes out with the retries of the older reading, and follows the numbers', () => {
    const [lost] = of(report(), 'listen-overflows', 'lost-handshakes')
    expect(lost?.summary.en).toContain('1 912 966')
    expect(lost?.confidence).toBe('likely')
    expect(lost?.evidence.some((one) => one.label.en === 'net.ipv4.tcp_synack_retries')).toBe(true)
    const values = { TcpExtTCPTimeouts: 12000000, TcpExtTCPSynRetrans: 10000000 }
    expect(of(report({ values }), 'listen-overflows', 'lost-handshakes')[0]?.summary.en).toContain('2 000 000')
  })

  it('does not call the network lossy, until it is', () => {
    expect(outcomes(report(), 'retransmissions-high')[0]).toBe('clear')
    const lossy = of(report({ values: { TcpRetransSegs: 19574616 } }), 'retransmissions-high')
    expect(lossy[0]?.summary.en).toContain('9.5 % of all segments')
  })

  it('leaves no drop unexplained, until there is one', () => {
    expect(outcomes(report(), 'listen-drops-unexplained')[0]).toBe('clear')
    const unexplained = of(report({ values: { TcpExtListenDrops: 30833253 + 68456 } }), 'listen-drops-unexplained')
    expect(unexplained[0]?.summary.en).toContain('68 456')
  })

  it('takes none of the 3000 CLOSE_WAIT for a leak of a program, and tcp_tw_recycle for what it is set to', () => {
    const one = report()
    expect(of(one, 'close-wait-leak')).toEqual([])
    expect(of(one, 'syn-sent-stuck')).toEqual([])
    expect(of(one, 'tw-recycle-nat')).toEqual([])
    expect(of(report({ recycle: 1 }), 'tw-recycle-nat')).toHaveLength(1)
  })
})
