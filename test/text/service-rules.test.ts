import { expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { iptablesText, type ServicePortSpec } from '../rules/kube-node.ts'
import { judge } from './judge.ts'

/** Rules of a node held against what kubectl printed, from pasted text to the verdict. */

const service = (n: number, endpoints: readonly string[], nodePort?: number): ServicePortSpec => ({
  name: `shop/s${n}`,
  clusterIp: `10.96.0.${n}`,
  endpoints,
  ...(nodePort === undefined ? {} : { nodePort }),
})
const [A, B] = ['10.244.1.1:8080', '10.244.1.2:8080']

const onNode = (command: string, output: string) => `root@node-1:~# ${command}\n${output}\n`
const onBastion = (command: string, output: string) => `[ops@bastion]$ ${command}\n${output}\n`

const svc = (...rows: readonly string[]) =>
  ['NAMESPACE   NAME   TYPE       CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE', ...rows].join('\n')
const ep = (...rows: readonly string[]) => ['NAMESPACE   NAME   ENDPOINTS         AGE', ...rows].join('\n')
const PODS = `NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE   IP           NODE
shop        web-1   1/1     Running   0          3d    10.244.1.1   node-1`
const NODES = `NAME     STATUS   ROLES    AGE   VERSION
node-1   Ready    <none>   9d    v1.26.4`

const S1 = 'shop        s1     ClusterIP   10.96.0.1    <none>        80/TCP         3d'
const S2 = 'shop        s2     ClusterIP   10.96.0.2    <none>        80/TCP         3d'
const S3 = 'shop        s3     NodePort    10.96.0.3    <none>        80:30083/TCP   3d'
const E = (n: number, list: string) => `shop        s${n}     ${list}   3d`

const text = (rules: readonly ServicePortSpec[], services: string, endpoints: string, command = 'iptables-save') =>
  [
    onNode(command, iptablesText(rules)),
    onNode(
      'ss -nltp',
      'State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nLISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))',
    ),
    onBastion('kubectl get nodes', NODES),
    onBastion('kubectl get svc -A', services),
    onBastion('kubectl get endpoints -A', endpoints),
    onBastion('kubectl get pods -A -o wide', PODS),
    // a prompt behind the last output: it was not cut
    '[ops@bastion]$ ',
  ].join('\n')

const said = ({ findings }: Report) =>
  findings
    .filter(({ rule }) => /nat-rule|nodeport|share|conflict/.test(rule))
    .map(({ rule, summary }) => [rule, summary.en])

it('an address that is neither endpoint nor pod', async () => {
  const report = await judge(text([service(1, [A, B])], svc(S1), ep(E(1, A))))
  expect(said(report)).toEqual([
    [
      'stale-nat-rule',
      'Rules of this node send shop/s1 to 10.244.1.2:8080, which no pod has any more: 50 % of its new connections',
    ],
  ])
})

it('a Service that rules do not know', async () => {
  const report = await judge(text([service(1, [A])], svc(S1, S3), ep(E(1, A), E(3, A))))
  expect(said(report).map(([rule]) => rule)).toEqual(['missing-nat-rule', 'services-share-endpoints'])
})

it('rules and Kubernetes agree', async () => {
  const report = await judge(text([service(1, [A]), service(2, [B])], svc(S1, S2), ep(E(1, A), E(2, B))))
  expect(said(report)).toEqual([])
})

it('a grep proves nothing missing', async () => {
  const report = await judge(text([service(1, [A])], svc(S1, S3), ep(E(1, A), E(3, B)), 'iptables-save | grep s1'))
  expect(said(report)).toEqual([])
})

it('a Service without endpoints, by kubectl and by the rule that refuses it', async () => {
  const report = await judge(text([service(1, [A]), service(3, [], 30083)], svc(S1, S3), ep(E(1, A), E(3, '<none>'))))
  expect(said(report)).toEqual([
    ['nodeport-without-endpoints', 'NodePort 30083 (shop/s3) has no endpoint: a rule refuses every client'],
  ])
})
