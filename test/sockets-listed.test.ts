import { describe, expect, it } from 'vitest'
import { queryOf, socketsOf } from '../src/cli/sockets.ts'
import { inputOf } from './text/services.ts'

const TEXT = `root@n1:~# ss -tanp
State      Recv-Q Send-Q Local Address:Port     Peer Address:Port
LISTEN     129    128    *:30080                *:*                 users:(("kube-proxy",pid=9,fd=12))
LISTEN     0      128    *:22                   *:*                 users:(("sshd",pid=5,fd=3))
CLOSE-WAIT 1      0      10.0.0.1:30080         10.0.0.7:40000
CLOSE-WAIT 101    0      10.0.0.1:30080         10.0.0.7:40001
CLOSE-WAIT 1      0      10.0.0.1:30080         10.0.9.9:40002
ESTAB      0      0      10.0.0.1:22            10.0.0.7:50000      users:(("sshd",pid=77,fd=3))
ESTAB      0      5      10.0.0.1:41000         10.0.0.8:443        users:(("app",pid=78,fd=4))
CLOSE-WAIT 1      0      10.0.0.1:41001         10.0.0.8:443        users:(("app",pid=78,fd=5))
`
const NODES = `admin@bastion:~$ kubectl get nodes -o wide
NAME   STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME
n1     Ready    <none>   5d    v1.27.1   10.0.0.1      <none>        Debian     6.1.0            containerd://1.7.2
n8     Ready    <none>   5d    v1.27.1   10.0.0.8      <none>        Debian     6.1.0            containerd://1.7.2
admin@bastion:~$
`

type Options = Partial<Parameters<typeof queryOf>[0]>

async function sockets(options: Options = {}, text = TEXT) {
  const query = queryOf({ listening: false, unaccepted: false, ...options })
  const [table] = socketsOf(await inputOf([text]), query)
  return { listeners: table?.listeners?.map((one) => one.port), connections: table?.connections, gaps: table?.gaps }
}
const counts = async (options: Options, text?: string) =>
  (await sockets(options, text)).connections?.map((one) => [one.count, ...Object.values(one.key)])

describe('grouping', () => {
  it('by state, process and port', async () => {
    expect(await counts({})).toEqual([
      [3, 'CLOSE_WAIT', null, { side: 'local', number: 30080 }],
      [1, 'CLOSE_WAIT', 'app', { side: 'peer', number: 443 }],
      [1, 'ESTABLISHED', 'app', { side: 'peer', number: 443 }],
      [1, 'ESTABLISHED', 'sshd', { side: 'local', number: 22 }],
    ])
  })

  it('by peer, with whose address it is', async () => {
    const { connections } = await sockets({ by: 'peer' }, TEXT + NODES)
    expect(connections?.map((one) => [one.key.peer, one.count, one.peerName?.en])).toEqual([
      ['10.0.0.7', 3, 'no node of the cluster'],
      ['10.0.0.8', 2, 'node n8'],
      ['10.0.9.9', 1, 'no node of the cluster'],
    ])
  })

  it('adds up unread bytes without the FINs, and who was never accepted', async () => {
    const { connections } = await sockets({ by: 'state' })
    expect(connections?.[0]).toMatchObject({ key: { state: 'CLOSE_WAIT' }, count: 4, unread: 100, unaccepted: 3 })
  })

  it('what is not told of one is not told of all', async () => {
    const { connections } = await sockets(
      { by: 'state' },
      TEXT.replaceAll(/ +users:.*/g, '').replace('ss -tanp', 'ss -tan'),
    )
    expect(connections?.map((one) => [one.key.state, one.unaccepted])).toEqual([
      ['CLOSE_WAIT', null],
      ['ESTABLISHED', null],
    ])
  })
})

describe('filters', () => {
  it.each<[string, Options, number]>([
    ['a state as ss spells it', { state: 'close-wait' }, 4],
    ['two states', { state: 'estab,CLOSE_WAIT' }, 6],
    ['a port at this end', { port: '30080' }, 3],
    ['a port at the other end', { port: '443' }, 2],
    ['a program', { process: 'app' }, 2],
    ['a pid', { process: '77' }, 1],
    ['a peer', { peer: '10.0.0.7' }, 3],
    ['a range of peers', { peer: '10.0.0.0/24' }, 5],
    ['who was never accepted', { unaccepted: true }, 3],
    ['nobody', { port: '9' }, 0],
  ])('%s', async (_, options, count) => {
    const { connections } = await sockets(options)
    expect(connections?.reduce((sum, one) => sum + one.count, 0)).toBe(count)
  })

  it('a peer by the name of its node', async () => {
    expect(await counts({ peer: 'n8', by: 'state' }, TEXT + NODES)).toHaveLength(2)
  })

  it('a client that leaves its end open was not left unaccepted', async () => {
    expect(await counts({ unaccepted: true, by: 'port' })).toEqual([[3, { side: 'local', number: 30080 }]])
  })

  it('listeners alone, and those with a queue', async () => {
    expect(await sockets({ listening: true })).toMatchObject({ listeners: [30080, 22], connections: null })
    expect(await sockets({ unaccepted: true })).toMatchObject({ listeners: [30080] })
  })

  it.each<[Options, RegExp]>([
    [{ state: 'closing-down' }, /no state of TCP/],
    [{ port: '0' }, /--port 0/],
    [{ port: '65536' }, /--port/],
    [{ by: 'state,colour' }, /--by colour/],
  ])('%j is refused', (options, message) => {
    expect(() => queryOf({ listening: false, unaccepted: false, ...options })).toThrow(message)
  })
})

it('what a grep took away is said', async () => {
  const { gaps } = await sockets({}, TEXT.replace('ss -tanp', 'ss -tanp | grep -v sshd'))
  expect(gaps).toContainEqual(expect.objectContaining({ part: 'connections', reason: 'partial' }))
})
