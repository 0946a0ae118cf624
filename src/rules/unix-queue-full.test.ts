import { expect } from 'vitest'
import { at, netns, ok, owner, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Network, UnixSocket } from '../model/network.ts'
import type { Coverage } from '../model/part.ts'
import rule from './unix-queue-full.ts'

const FPM = '/run/php/php8.2-fpm.sock'

function socket(length: number | null, max: number | null, spec: Partial<UnixSocket> = {}): UnixSocket {
  return {
    type: 'stream',
    state: 'listening',
    path: FPM,
    acceptQueue: length === null ? null : { length, max },
    recvQueueBytes: null,
    inode: 77,
    processes: [owner('php-fpm8.2', 900, 9)],
    origin: at(5, 'ss -xlp'),
    ...spec,
  }
}

const NOTHING: Network = {
  links: null,
  addresses: null,
  routes: null,
  rules: null,
  neighbours: null,
  qdiscs: null,
  bridges: null,
  fdb: null,
  nics: null,
  softnet: null,
  udp: null,
  unix: null,
  otherSockets: null,
  summary: null,
  probes: null,
}
const UNIX: Coverage = { of: 'keys', keys: ['unix'] }
const node = (unix: readonly UnixSocket[] | null, second = 0, whole: boolean | Coverage = true) =>
  snapshot(
    netns({
      network: ok(
        { ...NOTHING, unix },
        whole === true ? [UNIX] : whole === false ? [] : [whole],
        whole === false ? ['grep php'] : [],
      ),
    }),
    {
      takenAt: `2026-11-21T08:00:0${second}Z`,
    },
  )

testRule(rule, {
  found: {
    'PHP-FPM, one more than its limit': {
      readings: [node([socket(512, 511)])],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.subject).toEqual({ kind: 'listener', key: FPM, process: 'php-fpm8.2' })
        expect(draft?.evidence[0]).toMatchObject({ value: 512, limit: 511 })
        expect(draft?.remedies[1]?.action).toContain('pm.max_children')
        expect(draft?.unknowns).toHaveLength(2)
      },
    },
    'at both readings': {
      readings: [node([socket(129, 128)]), node([socket(129, 128)], 3)],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('full at the reading before, too')
        expect(draft?.unknowns).toHaveLength(1)
      },
    },
    'an abstract name, nobody named, a cut list': {
      readings: [node([socket(5, 4, { path: '@app', processes: null })], 0, false)],
      expect: ([draft]) => {
        expect(draft?.subject).toEqual({ kind: 'listener', key: '@app' })
        expect(draft?.remedies[1]?.action).toContain('net.core.somaxconn')
      },
    },
  },
  clear: {
    'as many as its limit: there is room for one': { readings: [node([socket(511, 511)])] },
    'a limit of 0, nobody waits': { readings: [node([socket(0, 0)])] },
    'bytes in a connected one': {
      readings: [node([socket(null, null, { state: 'connected', recvQueueBytes: 90_000 })])],
    },
    'only the listening ones were asked for': {
      readings: [node([socket(1, 511)], 0, { of: 'and', sets: [UNIX, { of: 'state', state: 'LISTEN' }] })],
    },
    'none listens': { readings: [node([])] },
  },
  skipped: {
    'no unix sockets listed': { readings: [node(null)] },
    'a list without queues': { readings: [node([socket(null, null)])] },
    'those in another state': {
      readings: [node([], 0, { of: 'and', sets: [UNIX, { of: 'state', state: 'ESTAB' }] })],
    },
    'a part of them': { readings: [node([socket(1, 511)], 0, false)] },
  },
})
