import { expect } from 'vitest'
import { kernelLog } from '../../test/rules/forwarding-builder.ts'
import { counters, netns, podNetns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './rp-filter-drops.ts'

const ALL = 'net.ipv4.conf.all.rp_filter'
const ETH1 = 'net.ipv4.conf.eth1.rp_filter'

const of = (
  drops: number | null,
  values: Readonly<Record<string, number>> | null = { [ALL]: 1, [ETH1]: 0 },
  more: Parameters<typeof snapshot>[1] = {},
  received = 1_000_000,
) =>
  snapshot(
    netns({
      ...(drops === null ? {} : { counters: counters({ TcpExtIPReversePathFilter: drops, IpInReceives: received }) }),
      ...(values ? { sysctls: sysctls(values) } : {}),
    }),
    more,
  )

const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]
const MARTIAN = 'IPv4: martian source 10.0.0.5 from 10.9.0.3, on dev eth1'

testRule(rule, {
  found: {
    'it drops between the readings': {
      readings: [of(7, undefined, FIRST), of(19, undefined, SECOND)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('12 packets between the two readings (strict on eth1)')
        expect(draft?.evidence.map((one) => one.value)).toEqual([19, 12, 1_000_000, 1, 0])
      },
    },
    'without the setting it is likely': {
      readings: [of(7, null, FIRST), of(19, null, SECOND)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' })
        expect(draft?.unknowns.map((one) => one.en).join()).toContain('not captured')
      },
    },
    'loose and still counted': {
      readings: [of(7, { [ALL]: 2, [ETH1]: 1 }, FIRST), of(19, { [ALL]: 2, [ETH1]: 1 }, SECOND)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' }),
    },
    'a single stray packet in a quarter of an hour': {
      readings: [of(7, undefined, FIRST), of(8, undefined, { takenAt: '2026-01-01T00:15:00Z' })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'now' }),
    },
    'many since boot, none now': {
      readings: [of(5000, undefined, FIRST), of(5000, undefined, SECOND)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'past' })
        expect(draft?.summary.en).toContain('5000 packets since boot, 0.5 % of all received')
      },
    },
    'a few since boot': {
      readings: [of(12)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'past' }),
    },
    'only the log, where the filter is strict': {
      readings: [of(null, undefined, { machine: kernelLog('martian', [MARTIAN]) })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible', when: 'past' }),
    },
  },
  clear: {
    'strict, and nothing dropped': of(0),
    'the log speaks of martians, the counter does not': of(0, undefined, {
      machine: kernelLog('martian', [MARTIAN]),
    }),
    'a pod': snapshot(
      podNetns({ counters: counters({ TcpExtIPReversePathFilter: 0 }), sysctls: sysctls({ [ALL]: 1 }) }),
    ),
  },
  skipped: {
    'only the setting': of(null),
    nothing: snapshot(netns()),
    'martians where the filter is off': of(null, { [ALL]: 0, [ETH1]: 0 }, { machine: kernelLog('martian', [MARTIAN]) }),
    'another kind of martian': of(null, undefined, {
      machine: kernelLog('martian', ['martian destination 0.0.0.0 from 10.0.0.3, dev eth1']),
    }),
  },
})
