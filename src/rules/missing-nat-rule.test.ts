import { expect } from 'vitest'
import { iptablesText, ipv4Rules, kubeCluster, natPart, type ServicePortSpec } from '../../test/rules/kube-node.ts'
import { netns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { type Case, testRule } from '../../test/rules/test-rule.ts'
import rule from './missing-nat-rule.ts'

const service = (n: number, more: Partial<ServicePortSpec> = {}): ServicePortSpec => ({
  name: `shop/s${n}`,
  clusterIp: `10.96.0.${n}`,
  endpoints: [`10.244.1.${n}:8080`],
  ...more,
})
const row = (n: number, { type = 'ClusterIP', ip = `10.96.0.${n}`, ports = '80/TCP', age = '3d' } = {}) =>
  `shop        s${n}     ${type}    ${ip}    <none>        ${ports}   ${age}`
const HEAD = 'NAMESPACE   NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE'

function node(
  rules: readonly ServicePortSpec[],
  rows: readonly string[],
  { empty = [], nat }: { empty?: readonly number[]; nat?: ReturnType<typeof natPart> } = {},
): Case {
  const numbers = rows.map((one) => Number(/ s(\d+) /.exec(one)?.[1]))
  const list = numbers.map((n) => `shop        s${n}     ${empty.includes(n) ? '<none>' : `10.244.1.${n}:8080`}   3d`)
  return {
    readings: [snapshot(netns({ nat: nat ?? ipv4Rules(rules) }))],
    cluster: kubeCluster([
      { text: [HEAD, ...rows].join('\n'), whole: ['services'] },
      { text: ['NAMESPACE   NAME   ENDPOINTS   AGE', ...list].join('\n'), whole: ['endpoints'], line: 200 },
    ]),
  }
}
const [A, B, C] = [service(1), service(2), service(3)]

testRule(rule, {
  found: {
    'a Service that rules do not know': {
      ...node([A, B], [row(1), row(2), row(3)]),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toBe(
          'Service shop/s3 has endpoints (1) and no rule on this node for 10.96.0.3:80: nobody reaches it from here',
        )
        expect(draft?.evidence.at(-1)).toMatchObject({ value: 2, limit: 3 })
      },
    },
    'a NodePort whose rule is missing': {
      ...node([A, B, C], [row(1), row(2), row(3, { type: 'NodePort ', ports: '80:30080/TCP' })]),
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('has no rule for its NodePort 30080')
        expect(draft?.subject.port).toBe(30080)
      },
    },
    'how old it is was not told': {
      ...node([A, B], [row(1), row(2), row(3, { age: '<unknown>' })]),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'what refuses Services was not read': {
      ...node([], [row(1), row(2), row(3)], {
        nat: ipv4Rules([A, B], [], { coverage: [{ of: 'keys', keys: ['iptables 4 nat'] }] }),
      }),
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('possible')
        expect(draft?.unknowns[0]?.en).toContain('internalTrafficPolicy Local')
      },
    },
    'many at once: kube-proxy fell behind': {
      ...node(
        [1, 2, 3, 4, 5].map((n) => service(n)),
        [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => row(n)),
      ),
      expect: ([draft], { drafts }) => {
        expect(drafts).toHaveLength(1)
        expect(draft?.summary.en).toContain('4 Services with endpoints have no rule on this node')
      },
    },
  },
  clear: {
    'every Service has its rule': node([A, B], [row(1), row(2)]),
    'one without endpoints is refused, not translated': node(
      [A, B, service(3, { endpoints: [] })],
      [row(1), row(2), row(3)],
    ),
    'one without endpoints and without any rule': node([A, B], [row(1), row(2), row(3)], { empty: [3] }),
    'a headless Service': node([A, B], [row(1), row(2), row(3, { ip: 'None' })]),
    'an ExternalName': node([A, B], [row(1), row(2), row(3, { type: 'ExternalName', ip: '<none>', ports: '<none>' })]),
    'a Service made a moment ago': node([A, B], [row(1), row(2), row(3, { age: '40s' })]),
  },
  skipped: {
    'something else forwards: no Service has a rule': node([], [row(1), row(2), row(3)]),
    'something else forwards most of them': node([A], [row(1), row(2), row(3)]),
    'the rules are not whole': node([], [row(1), row(2), row(3)], {
      nat: ipv4Rules([A, B], [], { coverage: [] }),
    }),
    'rules with places left out': node([], [row(1), row(2), row(3)], {
      nat: ipv4Rules([A, B], [], { elided: [610] }),
    }),
    'IPv6 addresses, and rules of IPv4 alone': node([], [row(1, { ip: 'fd00::1' }), row(2)], {
      nat: natPart({ 4: iptablesText([A]) }, { coverage: [{ of: 'keys', keys: ['iptables 4 filter'] }] }),
    }),
    'no Kubernetes': snapshot(netns({ nat: ipv4Rules([A]) })),
  },
})
