import { describe, expect, it } from 'vitest'
import { readWith, transcript } from '../../../test/text/read.ts'
import type { Container } from '../../model/snapshot.ts'
import type { Format } from '../format.ts'
import { containerInspect } from './container-inspect.ts'
import { containerTable } from './container-table.ts'

const containersIn = (format: Format, text: string): readonly Container[] =>
  readWith(format, text).content.flatMap((one) => (one.question === 'containers' ? one.containers : []))

const ID = '49b4135534dae77ce5151c6c7db4d528f05b69b0c6f8b9dd037ec4e7043c113e'

describe('docker ps, crictl ps', () => {
  it('reads docker; kubelet names its containers after their pods', () => {
    const text = `CONTAINER ID   IMAGE     COMMAND                  CREATED        STATUS                    PORTS     NAMES
49b4135534da   nginx     "nginx -g 'daemon of…"   2 months ago   Up 2 months                         k8s_nginx_web-0_default_0b1c2d3e-1111-2222-3333-444455556666_3
1111111111aa   redis:6   "redis-server"           3 days ago     Exited (0) 2 hours ago              cache`
    expect(containersIn(containerTable, text)).toMatchObject([
      {
        id: '49b4135534da',
        name: 'nginx',
        image: 'nginx',
        state: 'running',
        pid: null,
        pod: { namespace: 'default', name: 'web-0', uid: '0b1c2d3e-1111-2222-3333-444455556666' },
      },
      { id: '1111111111aa', name: 'cache', state: 'exited', pod: null },
    ])
  })

  it('reads crictl, with POD and NAMESPACE or without', () => {
    const text = `CONTAINER           IMAGE               CREATED             STATE               NAME                ATTEMPT             POD ID              POD
87d3992f84f74       7e7451bb70423       8 days ago          Running             nginx               2                   0be8bd0a7d2d4       web-0
87d3992f84f75       7e7451bb70423       8 days ago          Exited              nginx               1                   0be8bd0a7d2d4       web-0`
    expect(containersIn(containerTable, text)).toMatchObject([
      { id: '87d3992f84f74', name: 'nginx', state: 'running', restarts: 2, pod: { name: 'web-0', namespace: null } },
      { state: 'exited', restarts: 1 },
    ])
  })

  it('a row that breaks off is lost', () => {
    const head = 'CONTAINER ID   IMAGE     COMMAND   CREATED        STATUS        PORTS     NAMES'
    expect(readWith(containerTable, `${head}\n49b4135534da   nginx`).lost).toBe(1)
  })
})

const DOCKER = JSON.stringify(
  [
    {
      Id: ID,
      Name: '/k8s_nginx_web-0_default_0b1c2d3e-1111-2222-3333-444455556666_3',
      State: { Status: 'running', Pid: 8121 },
      Config: {
        Image: 'nginx',
        Labels: { 'io.kubernetes.pod.name': 'web-0', 'io.kubernetes.pod.namespace': 'default' },
      },
      RestartCount: 3,
    },
  ],
  null,
  4,
)

describe('inspect', () => {
  it('reads docker: the pid on the host, the pod', () => {
    expect(containersIn(containerInspect, DOCKER)).toMatchObject([
      {
        id: ID,
        pid: 8121,
        state: 'running',
        restarts: 3,
        image: 'nginx',
        pod: { name: 'web-0', namespace: 'default' },
      },
    ])
  })

  it('reads crictl', () => {
    const text = JSON.stringify(
      {
        status: {
          id: ID,
          metadata: { attempt: 2, name: 'nginx' },
          state: 'CONTAINER_RUNNING',
          image: { image: 'docker.io/library/nginx:1' },
          labels: { 'io.kubernetes.pod.name': 'web-0', 'io.kubernetes.pod.uid': 'u' },
        },
        info: { pid: 8121 },
      },
      null,
      2,
    )
    expect(containersIn(containerInspect, text)).toMatchObject([
      { id: ID, pid: 8121, state: 'running', name: 'nginx', restarts: 2, pod: { name: 'web-0', uid: 'u' } },
    ])
  })

  it.each(['[{"Id":"a"', '{"status":}', '[1, null, "x", {"Id": 7}]', '[]'])('nothing is invented: %s', (text) => {
    expect(containersIn(containerInspect, text)).toEqual([])
  })

  it('what it printed ties a pid to its pod, for who enters that namespace', async () => {
    const read = await transcript(`\`\`\`
[root@n1 ~]# docker inspect ${ID}
${DOCKER}
[root@n1 ~]# nsenter -t 8121 -n ss -lnt
State      Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN     0      128    *:80               *:*
\`\`\``)
    expect(read.blocks.map(({ netns, format }) => `${netns} ${format}`)).toEqual([
      'host container-inspect',
      'pod web-0 ss',
    ])
  })
})
