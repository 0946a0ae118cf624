import { expect, it } from 'vitest'
import { group, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { viewOf } from '../../test/rules/test-rule.ts'
import { judge } from '../../test/text/judge.ts'
import { judge as judgeRule } from '../diagnose/judge.ts'
import type { KnownCluster } from '../facts/known-cluster.ts'
import type { ClusterNode } from '../model/cluster.ts'
import type { ConnectionGroup } from '../model/socket.ts'
import rule from './stale-bgp-peer.ts'

const GONE = ['10.3.45.28', '10.3.33.41', '10.3.55.58', '10.3.37.233']
const NODES = ['10.3.32.171', '10.3.32.238', '10.3.33.109', '10.3.33.110']

const clusterNode = (address: string): ClusterNode => ({
  name: `node-${address}`,
  status: 'Ready',
  roles: null,
  ageSeconds: null,
  version: null,
  addresses: [address],
  kernel: null,
  os: null,
  runtime: null,
  labels: null,
  line: 20,
})

function cluster(nodes: readonly string[], isWhole = true): KnownCluster {
  const all = { nodes: nodes.map(clusterNode), services: [], endpoints: [], pods: [], events: [] }
  const origin = { file: 'case.md', line: 20, command: 'kubectl get nodes' }
  return {
    all,
    listings: [{ cluster: all, origin, coverage: isWhole ? [{ of: 'keys', keys: ['nodes'] }] : [], cuts: [] }],
  }
}

const dialled = (peers: readonly string[], port = 179, process: string | null = 'bird', state = 'SYN_SENT' as const) =>
  peers.map((peer) => group(port, { state, role: 'client', peer, process }))
const sessions = (peers: readonly string[]) =>
  peers.map((peer) => group(179, { state: 'ESTABLISHED', role: 'client', peer, process: 'bird' }))

function verdictOn(groups: readonly ConnectionGroup[], known: KnownCluster | null, coverage?: []) {
  const view = viewOf(snapshot(netns({ connections: ok(groups, coverage) })))
  return judgeRule(rule, { ...view, cluster: known, memo: new Map() })
}

it('finds the peers that the whole list of nodes does not have', () => {
  const { drafts, outcome } = verdictOn(dialled([...GONE, '10.3.32.238']), cluster(NODES))
  expect(outcome).toBe('found')
  expect(drafts).toHaveLength(1)
  expect(drafts[0]).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
  expect(drafts[0]?.subject).toMatchObject({ port: 179, process: 'bird' })
  expect(drafts[0]?.summary.en).toBe(
    `bird dials 4 BGP peers that are not among the 4 nodes of the cluster: ${GONE.join(', ')}`,
  )
  expect(drafts[0]?.evidence.map((one) => one.value)).toEqual([4, 4, 1])
  expect(drafts[0]?.remedies[0]?.action).not.toContain('10.3.32.238')
})

it('tells other numbers, and names nobody who is not named', () => {
  const { drafts } = verdictOn(dialled(GONE.slice(0, 3), 179, null), cluster([...NODES, '10.9.0.1']))
  expect(drafts[0]?.summary.en).toContain('A program that is not named dials 3 BGP peers')
  expect(drafts[0]?.summary.zh).toContain('5 个节点')
})

it('one stranger may be a router: possible at most, likely beside a mesh of nodes', () => {
  expect(verdictOn(dialled(GONE.slice(0, 1)), cluster(NODES)).drafts[0]).toMatchObject({
    severity: 'info',
    confidence: 'possible',
  })
  const mesh = [...dialled(GONE.slice(0, 1)), ...sessions(NODES)]
  expect(verdictOn(mesh, cluster(NODES)).drafts[0]).toMatchObject({ severity: 'warning', confidence: 'likely' })
  const withRouters = [...dialled(GONE.slice(0, 1)), ...sessions(['10.9.0.1', '10.9.0.2', '10.9.0.3'])]
  expect(verdictOn(withRouters, cluster(NODES)).drafts[0]).toMatchObject({ confidence: 'possible' })
})

it.each([
  ['silent peers that are nodes', dialled(NODES)],
  ['strangers at another port', dialled(GONE, 3999, 'protokube')],
  ['sessions that stand', sessions(GONE)],
  ['strangers that dial us', GONE.map((peer) => group(179, { state: 'SYN_RECV', peer }))],
])('is clear: %s', (_, groups) => {
  expect(verdictOn(groups, cluster(NODES)).outcome).toBe('clear')
})

it.each([
  ['no list of nodes', dialled(GONE), null],
  ['a list of nodes that was cut', dialled(GONE), cluster(NODES, false)],
])('is skipped: %s', (_, groups, known) => {
  const { outcome, why } = verdictOn(groups, known)
  expect(outcome).toBe('skipped')
  expect(why?.en).toContain('kubectl get nodes -o wide')
})

it('is skipped where not all of SYN_SENT was seen and what was seen is no BGP', () => {
  expect(verdictOn(dialled(GONE, 3999), cluster(NODES), []).outcome).toBe('skipped')
})

it('is the root of the attempts that nobody answers, and of no others', async () => {
  const rows = (port: number, program: string) =>
    GONE.map(
      (peer, i) =>
        `SYN-SENT   0      1      10.3.32.171:${port}${i}      ${peer}:${port}      users:(("${program}",pid=24,fd=${i}))`,
    )
  const { findings } = await judge(`\`\`\`
root@ip-10-3-32-171:~# ss -natp | grep "SYN-SENT"
${[...rows(179, 'bird'), ...rows(3999, 'protokube')].join('\n')}
root@ip-10-3-32-171:~#
admin@bastion:~$ kubectl get nodes
NAME   STATUS   ROLES   AGE   VERSION
${NODES.map((address) => `ip-${address.replaceAll('.', '-')}.eu.internal   Ready   node   27d   v1.8.1`).join('\n')}
admin@bastion:~$
\`\`\`
`)
  expect(findings.map((one) => [one.rule, one.subject.process, one.causes.length])).toEqual([
    ['stale-bgp-peer', 'bird', 0],
    ['syn-sent-stuck', 'bird', 1],
    ['syn-sent-stuck', 'protokube', 0],
  ])
})
