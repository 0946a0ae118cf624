import { expect } from 'vitest'
import { late, shop } from '../../test/rules/late-node.ts'
import { absent, listener, netns, ok, owner, proc, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './process-stopped.ts'

const stopped = (state: string, spec = {}) => [shop({ state, ...spec })]
/** A listener that two workers share. */
const shared = (...states: string[]) =>
  snapshot(netns({ listeners: ok([listener(80, { owners: [owner('shop', 1), owner('shop', 2)], length: 5 })]) }), {
    processes: states.map((state, index) => proc('shop', index + 1, state)),
  })

testRule(rule, {
  found: {
    'stopped at both readings': {
      readings: [late(0, { processes: stopped('T') }), late(3, { processes: stopped('T') })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain' })
        expect(draft?.summary.en).toContain('129 connections wait')
        expect(draft?.remedies[0]?.action).toBe('kill -CONT 4711')
        expect(draft?.evidence[0]).toMatchObject({ value: 'T' })
      },
    },
    'once, nobody waits yet': {
      readings: [late(0, { queue: { length: 0 }, processes: stopped('T') })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' }),
    },
    'a debugger sits on it': {
      readings: [
        late(0, { processes: stopped('t', { tracer: 99 }) }),
        late(3, { processes: stopped('t', { tracer: 99 }) }),
      ],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('likely')
        expect(draft?.summary.en).toContain('held by a tracer (pid 99)')
        expect(draft?.remedies[0]?.action).toContain('kill 99')
      },
    },
    'a glimpse under strace': {
      readings: [
        late(0, { processes: stopped('S', { tracer: null }) }),
        late(3, { processes: stopped('t', { tracer: 99 }) }),
      ],
      expect: ([draft]) => expect(draft?.confidence).toBe('possible'),
    },
    'a paused container': {
      readings: [late(0, { processes: stopped('D', { wchan: '__refrigerator' }) })],
      expect: ([draft]) => expect(draft?.summary.en).toContain('frozen by its cgroup'),
    },
    'all workers': { readings: [shared('T', 'T')] },
  },
  clear: {
    'it sleeps, as servers do': { readings: [late(0, { processes: stopped('S') })] },
    'it waits for a disk': { readings: [late(0, { processes: stopped('D', { wchan: 'io_schedule' }) })] },
    'one of two workers goes on': { readings: [shared('T', 'S')] },
    'one of two workers was not seen': { readings: [shared('T')] },
    'another program is stopped': {
      readings: [late(0, { processes: [...stopped('S'), proc('vim', 7, 'T')] })],
    },
    'one of the same name': { readings: [late(0, { processes: [proc('shop', 12, 'T')] })] },
  },
  skipped: {
    'no states of processes': { readings: [late(0)] },
    'no listeners': { readings: [snapshot(netns({ listeners: absent }), { processes: stopped('T') })] },
  },
})
