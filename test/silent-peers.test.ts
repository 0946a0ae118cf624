import { describe, expect, it } from 'vitest'
import { judge } from './text/judge.ts'

/** Six BGP peers that do not answer, and what different lists of nodes prove about them. */

const PEERS = ['10.3.45.28', '10.3.33.41', '10.3.55.58', '10.3.37.233', '10.3.39.203', '10.3.63.228']
const OTHERS = ['10.3.32.171', '10.3.32.238', '10.3.33.109']

const sockets = `\`\`\`
root@ip-10-3-32-171:~# ss -natp | grep "SYN-SENT"
${PEERS.map((peer, index) => `SYN-SENT   0      1      10.3.32.171:${40000 + index}      ${peer}:179      users:(("bird",pid=2437,fd=${index}))`).join('\n')}
root@ip-10-3-32-171:~#
\`\`\`
`
const nodeRow = (address: string) => `ip-${address.replaceAll('.', '-')}.eu.internal   Ready   node   27d   v1.8.1`
const HEAD = 'NAME   STATUS   ROLES   AGE   VERSION'
const nodes = (addresses: readonly string[], command = 'kubectl get nodes') => `\`\`\`
admin@bastion:~$ ${command}
${HEAD}
${addresses.map(nodeRow).join('\n')}
admin@bastion:~$
\`\`\`
`

async function said(...texts: readonly string[]): Promise<readonly string[]> {
  const { findings } = await judge(...texts)
  const labels = findings.flatMap((one) => one.evidence.map(({ label }) => label.en))
  return labels.filter((label) => label.includes('kubectl lists'))
}

describe('a whole list of nodes', () => {
  it('leaves out every peer', async () => {
    expect(await said(sockets, nodes(OTHERS))).toEqual([
      'none of the 6 silent peers is among the 3 nodes of the cluster that kubectl lists',
    ])
  })

  it('leaves out some', async () => {
    expect(await said(sockets, nodes([...OTHERS, ...PEERS.slice(2)]))).toEqual([
      '2 of the 6 silent peers are not among the 7 nodes of the cluster that kubectl lists: 10.3.45.28, 10.3.33.41',
    ])
  })

  it('names them all: they are members', async () => {
    expect(await said(sockets, nodes([...OTHERS, ...PEERS]))).toEqual([
      'all 6 silent peers are among the 9 nodes of the cluster that kubectl lists: members, but not reached',
    ])
  })

  it('with addresses of its own is as good', async () => {
    const wide = `\`\`\`
$ kubectl get nodes -o wide
NAME     STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME
node-a   Ready    <none>   5d    v1.27.1   10.3.32.171   <none>        Debian     6.1.0            containerd://1.7.2
node-b   Ready    <none>   5d    v1.27.1   10.3.32.172   <none>        Debian     6.1.0            containerd://1.7.2
\`\`\`
`
    expect(await said(sockets, wide)).toEqual([
      'none of the 6 silent peers is among the 2 nodes of the cluster that kubectl lists',
    ])
  })
})

describe('nothing is said of absence', () => {
  it.each([
    ['somebody left rows out', nodes(OTHERS).replace('\nadmin@bastion:~$\n', '\n...\nadmin@bastion:~$\n')],
    ['a grep stands behind it', nodes(OTHERS, 'kubectl get nodes | grep 10-3-3')],
    ['only the first rows were printed', nodes(OTHERS, 'kubectl get nodes | head -4')],
    ['a selector narrows it', nodes(OTHERS, 'kubectl get nodes -l kubernetes.io/role=node')],
    ['nodes were asked for by name', nodes(OTHERS, 'kubectl get nodes a b c')],
    ['the command is not shown', nodes(OTHERS).replace('admin@bastion:~$ kubectl get nodes\n', '')],
    ['the names tell no addresses', nodes(OTHERS).replaceAll('ip-10-3-32-238', 'worker-2')],
    ['this machine is of another cluster', nodes(['10.9.0.1', '10.9.0.2'])],
  ])('%s', async (_, list) => {
    expect(await said(sockets, list)).toEqual([])
  })
})

it('two clusters: the one that lists this machine counts', async () => {
  expect(await said(nodes(['10.9.0.1', '10.9.0.2', ...PEERS]), sockets, nodes(OTHERS))).toEqual([
    'none of the 6 silent peers is among the 3 nodes of the cluster that kubectl lists',
  ])
})
