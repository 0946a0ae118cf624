import { expect } from 'vitest'
import { kernelLog } from '../../test/rules/forwarding-builder.ts'
import { at, machine, netns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { NeighbourTable } from '../model/machine.ts'
import rule from './neighbour-table-full.ts'

const LIMITS = { 'net.ipv4.neigh.default.gc_thresh2': 512, 'net.ipv4.neigh.default.gc_thresh3': 1024 }
const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]

const table = (entries: number, overflows: number | null = 0, more: Partial<NeighbourTable> = {}): NeighbourTable => ({
  table: 'arp_cache',
  entries,
  forcedCollections: 0,
  overflows,
  discards: 0,
  origin: at(80, 'cat /proc/net/stat/arp_cache'),
  ...more,
})
const of = (tables: readonly NeighbourTable[], more: Parameters<typeof snapshot>[1] = {}, limits = LIMITS) =>
  snapshot(netns({ sysctls: sysctls(limits) }), { machine: machine({ neighbourTables: tables }), ...more })

const TEXT = 'neighbour: arp_cache: neighbor table overflow!'
const log = (more: { uptime?: number; at?: number } = {}) =>
  snapshot(netns({ sysctls: sysctls(LIMITS) }), {
    machine: kernelLog('neighbour-overflow', [TEXT], { who: 'arp_cache', sinceBootSeconds: more.at ?? null }),
    node: { uptimeSeconds: more.uptime ?? null },
  })

testRule(rule, {
  found: {
    'entries are refused': {
      readings: [of([table(1024, 5)], FIRST), of([table(1023, 17)], SECOND)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('12 entries were refused between the two readings (1023 of 1024)')
        expect(draft?.evidence[0]).toMatchObject({ value: 1023, limit: 1024 })
        expect(draft?.remedies[0]?.action).toContain('net.ipv4.neigh.default.gc_thresh3 = 8192')
      },
    },
    'an old kernel that counts no refusals, at its limit': {
      readings: [of([table(1024, null)])],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' }),
    },
    'logged a moment ago': {
      readings: [log({ at: 500, uptime: 530 })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', when: 'now' })
        expect(draft?.unknowns[0]?.en).toContain('gc_thresh3')
      },
    },
    'logged last night': {
      readings: [log({ at: 500, uptime: 40_000 })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', when: 'past' }),
    },
    'refused at some time': {
      readings: [of([table(300, 17)])],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'past' }),
    },
    'of IPv6': {
      readings: [
        of([table(10), table(1024, 1, { table: 'ndisc_cache' })], FIRST),
        of([table(10), table(1024, 9, { table: 'ndisc_cache' })], SECOND),
      ],
      expect: ([draft]) => {
        expect(draft?.subject.key).toBe('ndisc_cache')
        expect(draft?.remedies[0]?.action).toContain('net.ipv6.neigh.default.gc_thresh3')
      },
    },
    'more entries than may be, none refused: permanent ones': {
      readings: [of([table(1500, 0)])],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
  },
  clear: {
    'nearly full': {
      readings: [of([table(1000)])],
      expect: (_, { remark }) => expect(remark?.en).toContain('room for 24 more hosts'),
    },
    'tidied up by force, none refused': {
      readings: [
        of([table(700, 0, { forcedCollections: 5 })], FIRST),
        of([table(700, 0, { forcedCollections: 90 })], SECOND),
      ],
    },
    'few entries, many packets thrown away for hosts that do not answer': of([table(20, 0, { discards: 9000 })]),
    'a larger limit': of([table(1500)], {}, { ...LIMITS, 'net.ipv4.neigh.default.gc_thresh3': 8192 }),
  },
  skipped: {
    'nothing captured': snapshot(netns()),
    'no limit was seen': snapshot(netns(), { machine: machine({ neighbourTables: [table(600)] }) }),
    'the log tells of another table': snapshot(netns(), {
      machine: kernelLog('conntrack-full', ['nf_conntrack: table full, dropping packet']),
    }),
  },
})
