import { expect, it } from 'vitest'
import { flow, flows } from '../../test/rules/forwarding-builder.ts'
import { iptablesText, ipv4Rules, natPart, type ServicePortSpec } from '../../test/rules/kube-node.ts'
import { absent, group, listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import type { Flow } from '../model/flow.ts'
import type { Snapshot } from '../model/snapshot.ts'
import rule from './nodeport-listener-bypassed.ts'

const NODE = '10.0.0.5'
const WEB: ServicePortSpec = {
  name: 'shop/web:http',
  nodePort: 30080,
  clusterIp: '10.96.0.10',
  endpoints: ['10.244.1.7:8080', '10.244.2.9:8080'],
}
const SAVED = iptablesText([WEB])

interface Change {
  readonly nat?: ReturnType<typeof natPart> | typeof absent
  readonly peer?: string
  readonly address?: string
  readonly length?: number
  readonly owner?: string
  readonly process?: string
  readonly flows?: readonly Flow[]
}

/** kube-proxy holds 30080 and three connections that their clients gave up wait there. */
function node(change: Change = {}): Snapshot {
  const { nat = natPart({ 4: SAVED }), peer = '10.0.0.77', address = NODE, length = 3, owner = 'kube-proxy' } = change
  const process = change.process ?? null
  return snapshot(
    netns({
      listeners: ok([listener(30080, { length, owner })]),
      connections: ok([group(30080, { count: 3, peer, address, ...(process ? { process } : {}) })]),
      nat,
      flows: change.flows ? flows({ flows: change.flows }) : absent,
    }),
  )
}

const leaked = (to: string) => flow({ from: '10.0.0.77', to, port: 30080, state: 'ESTABLISHED', unreplied: false })
const served = flow({ to: NODE, port: 30080, endpoint: { address: '10.244.1.7', port: 8080 }, state: 'TIME_WAIT' })

testRule(rule, {
  found: {
    'rules stand, and connections wait at the listener': {
      readings: [node()],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', when: 'past', confidence: 'likely' })
        expect(draft?.subject).toMatchObject({
          kind: 'process',
          key: 'kube-proxy',
          port: 30080,
          service: 'shop/web:http',
        })
        expect(draft?.summary.en).toBe(
          'Rules send NodePort 30080 on to pods, yet 3 connections wait at the listener itself, having come past the rules',
        )
        expect(draft?.evidence.find((one) => one.label.en.includes('shop/web:http'))).toMatchObject({ value: 2 })
      },
    },
    'conntrack shows that nothing was translated': {
      readings: [node({ flows: [leaked(NODE), leaked(NODE), served] })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'now' })
        expect(draft?.summary.en).toContain('conntrack shows 2 such entries, untranslated')
      },
    },
    'IPv6 clients, and conntrack follows IPv4 alone: what became of others says nothing of them': {
      readings: [node({ peer: 'fd00::9', address: 'fd00::5', flows: [served, leaked(NODE)] })],
      expect: ([draft]) => {
        expect(draft?.summary.en).toMatch(/having come past the rules$/)
        expect(draft?.evidence.map(({ label }) => label.en).join('\n')).not.toContain('conntrack entries')
      },
    },
    'IPv6 clients, and rules for IPv4 alone': {
      readings: [node({ nat: natPart({ 4: SAVED, 6: iptablesText([], [], 6) }), peer: 'fd00::9', address: 'fd00::5' })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'now' })
        expect(draft?.summary.en).toContain('3 of them over IPv6, for which there are none')
        expect(draft?.remedies[0]?.action).toContain('kubectl -n shop patch service web')
      },
    },
    'only translated entries: it is over': {
      readings: [node({ flows: [served] })],
      expect: ([draft]) => {
        expect(draft?.when).toBe('past')
        expect(draft?.summary.en).toContain('the 1 that conntrack shows now were all translated')
      },
    },
    'what merely crosses the node on its way to another is not counted': {
      readings: [node({ flows: [leaked('10.0.0.6')] })],
      expect: ([draft]) => expect(draft?.when).toBe('past'),
    },
  },
  clear: {
    'an empty queue': node({ length: 0 }),
    'no rule for this port': node({ nat: ipv4Rules([{ ...WEB, nodePort: 30081 }]) }),
    'a Service without endpoints has no rule to come past': node({ nat: ipv4Rules([{ ...WEB, endpoints: [] }]) }),
    'a UDP NodePort of the same number': node({ nat: ipv4Rules([{ ...WEB, protocol: 'udp' }]) }),
    'a program that accepts': node({ owner: 'nginx', process: 'nginx' }),
    'the rules lead back to the listener: a host-network pod': node({
      nat: ipv4Rules([{ ...WEB, endpoints: [`${NODE}:30080`] }]),
    }),
  },
  skipped: {
    'no rules were read': node({ nat: absent }),
    'only some rules were read, of other ports': node({
      nat: natPart({ 4: iptablesText([{ ...WEB, nodePort: 30081 }]) }, { coverage: [] }),
    }),
  },
})

it('tells that it goes on where the queue grew', () => {
  const draft = onlyDraft(rule, { readings: [node({ length: 3 }), node({ length: 5 })] })
  expect(draft).toMatchObject({ when: 'now', severity: 'warning' })
  expect(draft.evidence.at(-1)).toMatchObject({ value: 3 })
})
