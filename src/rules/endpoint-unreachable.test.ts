import { expect } from 'vitest'
import { flow, flows, nat, network, probe, route, serviceRules } from '../../test/rules/forwarding-builder.ts'
import { at, netns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Flow } from '../model/flow.ts'
import type { Neighbour } from '../model/network.ts'
import type { Netns } from '../model/snapshot.ts'
import rule from './endpoint-unreachable.ts'

const POD = { address: '10.244.1.7', port: 8080 }
const RULES = nat({ rules: serviceRules(31425, POD.address, POD.port) })

const waiting = (count: number, endpoint = POD, more: Partial<Parameters<typeof flow>[0]> = {}): readonly Flow[] =>
  Array.from({ length: count }, (_, index) =>
    flow({ to: '192.168.0.10', port: 31425, from: '192.168.0.99', fromPort: 40_000 + index, endpoint, ...more }),
  )
const answered = (endpoint = POD) =>
  flow({
    to: '192.168.0.10',
    port: 31425,
    fromPort: 50_000,
    endpoint,
    state: 'ESTABLISHED',
    unreplied: false,
    assured: true,
  })

const neighbour = (address: string, state: string): Neighbour => ({
  address,
  link: 'eth0',
  mac: null,
  state,
  origin: at(620, 'ip neigh'),
})

const of = (space: Partial<Netns>, takenAt: string | null = null) => snapshot(netns(space), { takenAt })
const [FIRST, SECOND] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:03Z']

testRule(rule, {
  found: {
    'many wait, none is answered': {
      readings: [of({ nat: RULES, flows: flows({ flows: waiting(12) }) })],
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]).toMatchObject({ severity: 'critical', confidence: 'likely', when: 'now' })
        expect(drafts[0]?.subject).toMatchObject({ kind: 'service', service: 'shop/web:http', port: 31425 })
        expect(drafts[0]?.summary.en).toBe(
          'shop/web:http: 1 of 1 endpoints do not answer: 10.244.1.7:8080; 12 connections sent there wait',
        )
        expect(drafts[0]?.unknowns.map((one) => one.en).join()).toContain('tcp port 8080')
      },
    },
    'the same attempts three seconds later': {
      readings: [
        of({ nat: RULES, flows: flows({ flows: waiting(4) }) }, FIRST),
        of({ nat: RULES, flows: flows({ flows: waiting(4) }) }, SECOND),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'likely' })
        expect(draft?.evidence.map((one) => one.value)).toEqual([4, 4])
      },
    },
    'three at one reading are possible at most': {
      readings: [of({ nat: RULES, flows: flows({ flows: waiting(3) }) })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'the neighbour does not answer': {
      readings: [
        of({
          nat: RULES,
          flows: flows({ flows: waiting(3) }),
          network: network({
            routes: [route('default', { via: '10.0.0.1' }), route('10.244.0.0/16')],
            neighbours: [neighbour(POD.address, 'FAILED')],
          }),
        }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain' })
        expect(draft?.summary.en).toContain('10.244.1.7 does not answer on the link')
      },
    },
    'the gateway there does not answer': {
      readings: [
        of({
          nat: RULES,
          flows: flows({ flows: waiting(3) }),
          network: network({
            routes: [route('10.244.1.0/24', { via: '10.0.0.12' })],
            neighbours: [neighbour('10.0.0.12', 'INCOMPLETE')],
          }),
        }),
      ],
      expect: ([draft]) => expect(draft?.summary.en).toContain(': 10.0.0.12 does not answer'),
    },
    'a blackhole route takes what rules send there': {
      readings: [
        of({
          nat: RULES,
          network: network({ routes: [route('10.244.1.0/26', { type: 'blackhole', link: null }), route('default')] }),
        }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' })
        expect(draft?.summary.en).toContain('the route there is "blackhole 10.244.1.0/26"')
      },
    },
    'no route at all': {
      readings: [
        of({
          nat: RULES,
          flows: flows({ flows: waiting(3) }),
          network: network({ routes: [route('10.0.0.0/24')], rules: [] }),
        }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'certain' }),
    },
    'a probe of the endpoint timed out as well': {
      readings: [
        of({
          nat: RULES,
          flows: flows({ flows: waiting(3) }),
          network: network({ probes: [probe(POD.address, POD.port, 'timed-out')] }),
        }),
      ],
      expect: ([draft]) => expect(draft?.evidence.map((one) => one.value)).toContain('timed-out'),
    },
    'no rules seen: named by what was called': {
      readings: [of({ flows: flows({ flows: waiting(9) }) })],
      expect: ([draft]) => {
        expect(draft?.subject).toMatchObject({ key: '192.168.0.10:31425', port: 31425 })
        expect(draft?.summary.en).toContain('192.168.0.10:31425: 1 of its endpoints')
      },
    },
  },
  clear: {
    'the endpoint answers others': of({ nat: RULES, flows: flows({ flows: [...waiting(9), answered()] }) }),
    'two attempts under way': of({ nat: RULES, flows: flows({ flows: waiting(2) }) }),
    'attempts that nothing translates': of({
      flows: flows({ flows: waiting(9, { address: '192.168.0.10', port: 31425 }) }),
    }),
    'UDP without reply': of({ flows: flows({ flows: waiting(9, POD, { protocol: 'udp', state: null }) }) }),
    'a blackhole route, and a more exact one to the pod': of({
      nat: RULES,
      flows: flows({ flows: [answered()] }),
      network: network({
        routes: [route('10.244.1.0/26', { type: 'blackhole' }), route('10.244.1.7', { link: 'cali1' })],
      }),
    }),
    'a neighbour that failed and is no endpoint': of({
      nat: RULES,
      flows: flows({ flows: [answered()] }),
      network: network({ routes: [route('10.244.0.0/16')], neighbours: [neighbour('10.244.1.99', 'FAILED')] }),
    }),
    'no route in the main table, but policy rules': of({
      nat: RULES,
      flows: flows({ flows: [answered()] }),
      network: network({
        routes: [route('10.0.0.0/24')],
        rules: ['1', '2', '3', '4'].map((match, priority) => ({
          priority,
          match,
          action: 'lookup 100',
          origin: at(630),
        })),
      }),
    }),
  },
  skipped: {
    nothing: of({}),
    'two attempts, the rest cut away': of({ flows: flows({ flows: waiting(2), coverage: [] }) }),
    'rules and routes, no entries, nothing in the way': of({
      nat: RULES,
      network: network({ routes: [route('default')] }),
    }),
  },
})
