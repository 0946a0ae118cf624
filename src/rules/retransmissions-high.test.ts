import { expect, it } from 'vitest'
import { counters, netns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { ask, testRule } from '../../test/rules/test-rule.ts'
import { retransmissions } from '../facts/retransmissions.ts'
import rule from './retransmissions-high.ts'

const of = (again: number, syn: number, sent: number, more: Readonly<Record<string, number>> = {}) =>
  snapshot(
    netns({ counters: counters({ TcpRetransSegs: again, TcpExtTCPSynRetrans: syn, TcpOutSegs: sent, ...more }) }),
  )
/** netstat -st of the node that sent 9.6 million SYN-ACKs again. */
const SYN_ACKS = of(9687019, 9574616, 105664162)

testRule(rule, {
  found: {
    'a lossy past': {
      readings: [of(60000, 1000, 1000000)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'past', confidence: 'certain' })
        expect(draft?.summary.en).toBe(
          '5.9 % of all segments were sent again since boot (59 000 of 1 000 000, handshakes not counted)',
        )
      },
    },
    'other numbers, another share': {
      readings: [of(41000, 1000, 1000000)],
      expect: ([draft]) => expect(draft?.summary.en).toContain('4 % of all segments'),
    },
    'losing now, after a good past': {
      readings: [of(1000, 0, 10000000), of(2500, 100, 10010000)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', when: 'now', confidence: 'likely' })
        expect(draft?.summary.en).toContain('14 %')
      },
    },
    'felt now': {
      readings: [of(1000, 0, 10000000), of(1500, 0, 10010000)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', when: 'now' }),
    },
    'needless ones are named as such': {
      readings: [of(60000, 0, 1000000, { TcpExtTCPDSACKRecv: 50000 })],
      expect: ([draft]) => expect(draft?.unknowns.at(-1)?.en).toContain('50 000 duplicates'),
    },
  },
  clear: {
    'SYN-ACKs alone are no lossy network': SYN_ACKS,
    'a handful on an idle machine': of(20, 0, 100),
    'one in a hundred': of(10000, 0, 1000000),
    'nothing sent': of(0, 0, 0),
    'a few between two readings of an idle machine': { readings: [of(1000, 0, 1000000), of(1010, 0, 1000100)] },
  },
  skipped: {
    'no counters': snapshot(netns()),
    'retransmitted handshakes cannot be taken off': snapshot(
      netns({ counters: counters({ TcpRetransSegs: 90000, TcpOutSegs: 100000 }, { absentIsZero: false }) }),
    ),
  },
})

it('keeps the numbers of a clear verdict as a fact', () => {
  expect(ask(retransmissions, SYN_ACKS)).toMatchObject({ ok: true, value: { total: { data: 112403 }, grown: null } })
})
