import { expect } from 'vitest'
import { counters, netns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './icmp-redirects.ts'

const ALL = 'net.ipv4.conf.all.send_redirects'
const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:10Z' }]

const of = (values: Readonly<Record<string, number>>, more: Parameters<typeof snapshot>[1] = {}) =>
  snapshot(
    netns({ counters: counters(values), sysctls: sysctls({ [ALL]: 1, 'net.ipv4.conf.eth0.send_redirects': 0 }) }),
    more,
  )

testRule(rule, {
  found: {
    'many since boot': {
      readings: [of({ IcmpMsgOutType3: 100, IcmpMsgOutType5: 978_210 })],
      expect: ([draft, ...more]) => {
        expect(draft).toMatchObject({ severity: 'info', when: 'past', confidence: 'certain' })
        expect(draft?.summary.en).toContain('978 210 ICMP redirects since boot')
        expect(draft?.evidence.map((one) => one.value)).toEqual([978_210, 1])
        expect(draft?.remedies[1]?.action).toContain('net.ipv4.conf.eth0.send_redirects=0')
        expect(more).toEqual([])
      },
    },
    'now, under the name that nstat has for them': {
      readings: [of({ IcmpOutRedirects: 7 }, FIRST), of({ IcmpOutRedirects: 47 }, SECOND)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', when: 'now' })
        expect(draft?.summary.en).toContain('40 ICMP redirects sent between the two readings (47 in all)')
      },
    },
    'told by others': {
      readings: [of({ IcmpMsgInType5: 5000 })],
      expect: ([draft]) => {
        expect(draft?.subject.key).toBe('IcmpMsgInType5')
        expect(draft?.remedies[1]?.action).toContain('accept_redirects=0')
      },
    },
  },
  clear: {
    'the setting alone': of({ IcmpMsgOutType8: 4 }),
    'one sender that does not listen': {
      readings: [of({ IcmpMsgOutType5: 900 }, FIRST), of({ IcmpMsgOutType5: 909 }, SECOND)],
    },
    'other ICMP messages, however many': of({ IcmpMsgOutType3: 978_210, IcmpMsgInType11: 50_000 }),
    'a few after the boot': of({ IcmpMsgOutType5: 999 }),
  },
  skipped: {
    'no counters': snapshot(netns()),
    'a grep left them out': snapshot(
      netns({ counters: counters({ TcpExtListenDrops: 5 }, { absentIsZero: false, coverage: [] }) }),
    ),
    'only one direction was shown': snapshot(
      netns({ counters: counters({ IcmpMsgOutType5: 5 }, { absentIsZero: false, coverage: [] }) }),
    ),
  },
})
