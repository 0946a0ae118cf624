import { describe, expect, it } from 'vitest'
import { servicesIn } from '../../test/text/services.ts'
import { selectServices } from '../facts/select-services.ts'
import { renderServices } from './services.ts'
import { widthOf } from './wrap.ts'

const TEXT = `root@n1:~# iptables-save -t nat
*nat
:KUBE-NODEPORTS - [0:0]
-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j KUBE-SVC-AAAAAAAAAAAAAAAA
-A KUBE-SVC-AAAAAAAAAAAAAAAA -m comment --comment "shop/web:http" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-AAAAAAAAAAAAAAA1
-A KUBE-SVC-AAAAAAAAAAAAAAAA -m comment --comment "shop/web:http" -j KUBE-SEP-AAAAAAAAAAAAAAA2
-A KUBE-SEP-AAAAAAAAAAAAAAA1 -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.1.7:8080
COMMIT
root@n1:~# ss -nltp
State  Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN 129    128    *:30080            *:*               users:(("kube-proxy",pid=9,fd=12))
LISTEN 7      128    *:30081            *:*               users:(("kube-proxy",pid=9,fd=13))
LISTEN 0      128    *:30082            *:*               users:(("kube-proxy",pid=9,fd=14))
root@n1:~#
| NodePort | Service | Recv-Q |
| --- | --- | --- |
| 30081 | bank/api:https | 7 |

admin@bastion:~$ kubectl get pods -n shop -o wide
NAME    READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
web-1   1/1     Running   3          27d   10.244.1.7   ip-10-0-0-1.eu-central-1.compute.internal     <none>           <none>
admin@bastion:~$
`

const render = async (width: number, lang: 'en' | 'zh', wanted: string | null = null) =>
  renderServices(
    {
      apiVersion: 'recvq/v1',
      kind: 'Services',
      tables: selectServices(await servicesIn(TEXT), { wanted, namespace: null }),
    },
    { lang, width, color: false, all: false, verbose: false, detail: wanted !== null },
  ).split('\n')

describe('the table', () => {
  it('has a row for each NodePort, the longest queue first; a name typed by hand is marked, and told below', async () => {
    expect((await render(120, 'en')).slice(1, 8)).toEqual([
      'Service           NodePort     Recv-Q  Rules     Endpoints',
      'shop/web:http        30080  ! 129/128  iptables  2 at 50 % each',
      'bank/api:https *     30081      7/128',
      '(not named)          30082      0/128',
      '3 Service ports, 2 with a queue, 1 over the limit, 136 connections waiting',
      'By namespace: bank 1 (0 over the limit), shop 1 (1 over the limit)',
      '* typed by hand: only a table that a person wrote names it',
    ])
  })

  it('in Chinese, in columns', async () => {
    const [, head = '', first = ''] = await render(120, 'zh')
    expect(head).toBe('Service           NodePort     Recv-Q  规则      Endpoint')
    expect(first).toBe('shop/web:http        30080  ! 129/128  iptables  2 个，各占 50 %')
  })

  it('gives up its spare columns where the room is short, and says so', async () => {
    const lines = await render(56, 'en')
    expect(lines.every((line) => widthOf(line) <= 56)).toBe(true)
    expect(lines.join('\n')).toContain('no room for: Rules')
  })
})

describe('one Service', () => {
  it('in full: who holds its port, what its rules do, where it leads', async () => {
    const text = (await render(140, 'en', '30080')).join('\n')
    expect(text).toContain('shop/web:http · NodePort 30080')
    expect(text).toContain('*:30080 · kube-proxy · 129 / 128 connections · over its limit · 1.md:11')
    expect(text).toContain('2 at 50 % each · rules of 1 not seen')
    expect(text).toMatch(/10\.244\.1\.7:8080 +50 % +web-1 +ip-10-0-0-1\.eu-central-1\.compute\.internal +yes +3 +27d/)
    expect(text).toContain('… and 1 whose addresses were not seen')
  })

  it('what does not fit beside an endpoint stands below it', async () => {
    const lines = await render(70, 'zh', 'web')
    expect(lines.every((line) => widthOf(line) <= 70)).toBe(true)
    expect(lines.join('\n')).toContain('节点 ip-10-0-0-1.eu-central-1.compute.internal')
  })

  it('is found by its port, its name, or a part of it', async () => {
    for (const wanted of ['30081', 'bank/api:https', 'bank/api', 'api', 'ban'])
      expect((await render(100, 'en', wanted)).join('\n')).toContain('bank/api:https')
    expect(selectServices(await servicesIn(TEXT), { wanted: '9', namespace: null })).toEqual([])
    expect(selectServices(await servicesIn(TEXT), { wanted: null, namespace: 'nowhere' })).toEqual([])
  })
})

it('nothing from the input reaches the terminal raw', async () => {
  const [table] = await servicesIn(TEXT)
  if (!table) throw new Error('nothing was read')
  const rows = table.rows.map((row) => ({ ...row, service: 'shop/\u001b[31mred' }))
  const list = { apiVersion: 'recvq/v1', kind: 'Services', tables: [{ ...table, rows }] } as const
  const page = { lang: 'en', width: 100, color: false, all: false, verbose: false, detail: false } as const
  expect(renderServices(list, page)).not.toContain('\u001b')
  expect(renderServices(list, page)).toContain('\\x1b[31mred')
})
