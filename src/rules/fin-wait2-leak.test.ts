import { expect } from 'vitest'
import { census, type GroupSpec, group, netns, ok, proc, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { ConnectionGroup } from '../model/socket.ts'
import rule from './fin-wait2-leak.ts'

const half = (count: number, more: GroupSpec = {}) =>
  group(8080, { state: 'FIN_WAIT2', process: 'relay', pid: 9, count, ...more })
const at = (second: number) => ({ takenAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString() })
const of = (groups: readonly ConnectionGroup[], more = {}) => snapshot(netns({ connections: ok(groups) }), more)

testRule(rule, {
  found: {
    'the same sockets a minute and more later': {
      readings: [
        of([half(40, { oldestCookie: 'a1' })], at(0)),
        of([half(55, { oldestCookie: 'a1' }), half(7, { process: null, holding: 'kernel' })], {
          ...at(90),
          processes: [{ ...proc('relay', 9), fds: { open: 80, limit: 1024 } }],
        }),
      ],
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(drafts[0]?.summary.en).toContain('relay keeps 55 half-closed connections (FIN_WAIT2) at its port 8080')
        expect(drafts[0]?.evidence.map((one) => one.value)).toEqual([55, 40, 7, 80])
      },
    },
    'a few are enough after a minute': {
      readings: [of([half(6, { oldestCookie: 'a1' })], at(0)), of([half(6, { oldestCookie: 'a1' })], at(90))],
      expect: ([draft]) => expect(draft?.confidence).toBe('certain'),
    },
    'twenty that are the very same three seconds later': {
      readings: [
        of([half(30, { oldestCookie: 'a1', fingerprint: 'ff' })], at(0)),
        of([half(30, { oldestCookie: 'a1', fingerprint: 'ff' })], at(3)),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' })
        expect(draft?.evidence.map((one) => one.value)).toEqual([30, 30, 30])
      },
    },
    'one reading is possible at most': {
      readings: [of([half(300)])],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' })
        expect(draft?.summary.en).toContain('whether they stay is not shown')
      },
    },
    'a client that shut its side': {
      readings: [of([half(25, { role: 'client', process: null, holding: 'process' })])],
      expect: ([draft]) => expect(draft?.summary.en).toContain('A program that is not named holds 25'),
    },
  },
  clear: {
    'thousands that nobody holds end by themselves': of([half(4000, { process: null, holding: 'kernel' })]),
    'the same in old ss': of([half(4000, { process: null, holding: 'unowned' })]),
    'their mirror image': of([group(8080, { process: 'relay', count: 300 })]),
    'a few at one reading': of([half(12)]),
    'a lingering close: others three seconds later': {
      readings: [
        of([half(60, { oldestCookie: 'a1', fingerprint: 'ff' })], at(0)),
        of([half(60, { oldestCookie: 'b2', fingerprint: 'fe' })], at(3)),
      ],
    },
    'a census without any': snapshot(netns({ census: census({ ESTABLISHED: 3 }) })),
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    'counted, not listed': snapshot(netns({ census: census({ FIN_WAIT2: 900 }) })),
    'owners not shown (netstat -n)': of([half(90, { process: null, holding: 'unknown' })]),
  },
})
