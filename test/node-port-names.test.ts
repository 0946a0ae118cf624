import { describe, expect, it } from 'vitest'
import { judge } from './text/judge.ts'

/** The Service behind a NodePort that kube-proxy holds open, named by whatever output names it. */

const PROMPT = 'root@node-1:~# '
const block = (command: string, ...rows: readonly string[]) =>
  ['```', PROMPT + command, ...rows, PROMPT, '```', ''].join('\n')
const listeners = (program = 'kube-proxy') =>
  block(
    'ss -nltp',
    'State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port',
    `LISTEN     129    128                      :::30080                   :::*      users:(("${program}",pid=1448,fd=21))`,
  )
const rule = (name: string, port = 30080) =>
  `-A KUBE-NODEPORTS -p tcp -m comment --comment "${name}" -m tcp --dport ${port} -j KUBE-SVC-RK4J2BHJ4QTMGP2E`

async function names(...texts: readonly string[]): Promise<readonly string[]> {
  const { findings } = await judge(...texts)
  const labels = findings.flatMap((one) => one.evidence.map(({ label }) => label.en))
  return [...new Set(labels.filter((label) => /^\[::\]:30080(?: \S+)?$/.test(label)))]
}

describe('a name comes from', () => {
  it.each([
    ['a rule behind a grep', block('iptables -t nat -S | grep 30080', rule('shop/web:http'))],
    [
      'a listed rule whose heading the grep took away',
      block(
        'iptables -t nat -nL | grep 30080',
        'KUBE-SVC-RK4J2BHJ4QTMGP2E  tcp  --  0.0.0.0/0            0.0.0.0/0            /* shop/web:http */ tcp dpt:30080',
      ),
    ],
    [
      'kubectl',
      block(
        'kubectl -n shop describe svc web',
        'Name:              web',
        'Namespace:         shop',
        'Selector:          app=web',
        'Type:              NodePort',
        'IP:                10.96.20.30',
        'Port:              http  80/TCP',
        'NodePort:          http  30080/TCP',
        'Session Affinity:  None',
      ),
    ],
    ['a table by hand', '| 端口 | Service | Recv-Q |\n| --- | --- | --- |\n| 30080 | shop/web:http | 129 |\n'],
  ])('%s', async (_, text) => {
    expect(await names(`${listeners()}\n${text}`)).toEqual(['[::]:30080 shop/web:http'])
  })

  it('another reading of the same node', async () => {
    const earlier = `## 2018-03-01\n\n${block('iptables -t nat -S', rule('shop/web:http'))}`
    expect(await names(`${earlier}\n## 2018-03-06\n\n${listeners()}`)).toEqual(['[::]:30080 shop/web:http'])
  })
})

it('the table of kubectl, which knows no port names, does not contradict the rules', async () => {
  const table = block(
    'kubectl get svc -A',
    'NAMESPACE   NAME   TYPE       CLUSTER-IP     EXTERNAL-IP   PORT(S)        AGE',
    'shop        web    NodePort   10.96.20.30    <none>        80:30080/TCP   3d',
  )
  const rules = block('iptables -t nat -S', rule('shop/web:http'))
  expect(await names(listeners() + table)).toEqual(['[::]:30080 shop/web'])
  expect(await names(listeners() + rules + table)).toEqual(['[::]:30080 shop/web:http'])
  expect(await names(listeners() + table.replace('web ', 'pay ') + rules)).toEqual(['[::]:30080'])
})

describe('no name', () => {
  it.each([
    ['for another port', listeners() + block('iptables -t nat -S', rule('shop/web:http', 30081))],
    ['where two rules say different things', listeners() + block('iptables -t nat -S', rule('shop/a'), rule('shop/b'))],
    ['for a program that is not kube-proxy', listeners('nginx') + block('iptables -t nat -S', rule('shop/web:http'))],
  ])('%s', async (_, text) => {
    expect(await names(text)).toEqual(['[::]:30080'])
  })
})
