import { expect } from 'vitest'
import { link, network } from '../../test/rules/forwarding-builder.ts'
import { absent, at, netns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './softnet-drops.ts'

type Row = readonly [processed: number, dropped: number, squeezed: number]
const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]

const of = (rows: readonly Row[], more: Parameters<typeof snapshot>[1] = {}) =>
  snapshot(
    netns({
      network: network({
        links: [link('eth0')],
        softnet: rows.map(([processed, dropped, timeSqueezed], cpu) => ({
          cpu,
          processed,
          dropped,
          timeSqueezed,
          origin: at(10 + cpu, 'cat /proc/net/softnet_stat'),
        })),
      }),
      sysctls: sysctls({ 'net.core.netdev_max_backlog': 2000, 'net.core.netdev_budget': 300 }),
    }),
    more,
  )

testRule(rule, {
  found: {
    'one CPU drops now': {
      readings: [
        of(
          [
            [1000, 0, 0],
            [5000, 7, 2],
          ],
          FIRST,
        ),
        of(
          [
            [2000, 0, 0],
            [13_900, 107, 9],
          ],
          SECOND,
        ),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('dropped 100 received packets')
        expect(draft?.summary.en).toContain('(1 % of all; CPU 1)')
        expect(draft?.unknowns[0]?.en).toContain('One CPU alone')
        expect(draft?.evidence.map((one) => one.value)).toEqual([107, 100, 9900, 100, 9, 2000, 300])
        expect(draft?.remedies[1]?.action).toContain('netdev_max_backlog=8000')
      },
    },
    felt: {
      readings: [of([[0, 0, 0]], FIRST), of([[20_000, 40, 0]], SECOND)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', when: 'now' }),
    },
    'a handful in a burst': {
      readings: [of([[0, 0, 0]], FIRST), of([[500, 9, 0]], SECOND)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'now' }),
    },
    'long ago': {
      readings: [of([[500_000, 1000, 0]])],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'past' }),
    },
    'late all the time, without loss': {
      readings: [of([[0, 0, 10]], FIRST), of([[50_000, 0, 40]], SECOND)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', when: 'now' })
        expect(draft?.summary.en).toContain('none was dropped')
      },
    },
  },
  clear: {
    'squeezed now and then': { readings: [of([[0, 0, 10]], FIRST), of([[50_000, 0, 39]], SECOND)] },
    'a few, long ago': of([[500_000_000, 999, 70_000]]),
    'they stand still': { readings: [of([[100, 999, 0]], FIRST), of([[900, 999, 0]], SECOND)] },
    'the counter began anew': { readings: [of([[4_294_967_290, 500, 0]], FIRST), of([[20, 900, 0]], SECOND)] },
    'drops of the card’s own ring': snapshot(
      netns({
        network: network({
          links: [
            link('eth0', {
              rx: { packets: 100_000, bytes: null, errors: 0, dropped: 9000, overruns: 9000, carrier: null },
            }),
          ],
          softnet: [{ cpu: 0, processed: 91_000, dropped: 0, timeSqueezed: 0, origin: at(1) }],
        }),
      }),
    ),
  },
  skipped: {
    'not read': snapshot(netns({ network: network({ links: [link('eth0')] }) })),
    'no network at all': snapshot(netns({ network: absent })),
    'cut by a head': snapshot(
      netns({
        network: {
          ok: true,
          data: { ...emptyNetwork(), softnet: [{ cpu: 0, processed: 9, dropped: 0, timeSqueezed: 0, origin: at(1) }] },
          via: 'test',
          coverage: [],
          cuts: ['head -1'],
          warnings: [],
        },
      }),
    ),
  },
})

function emptyNetwork() {
  const part = network({})
  if (!part.ok) throw new Error('the builder makes networks')
  return part.data
}
