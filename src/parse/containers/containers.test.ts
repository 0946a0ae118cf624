import { describe, expect, it } from 'vitest'
import { readWith, transcript } from '../../../test/text/read.ts'
import type { Container } from '../../model/snapshot.ts'
import type { Format } from '../format.ts'
import { containerInspect } from './container-inspect.ts'
import { containerTable } from './container-table.ts'
import { ctrTable } from './ctr-table.ts'

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

const OTHER = '0be8bd0a7d2d4a1c9a5bb7ffb9d2e4c66c3a6c1b0b8f5d1ce9d3f0a4f2b18e77'

describe('ctr', () => {
  it('reads containers: ids and images, no state, no pid', () => {
    const text = `CONTAINER                                                           IMAGE                            RUNTIME
${ID}    registry.example/pause:3.2       io.containerd.runc.v2
by-hand                                                             -                                io.containerd.runtime.v1.linux    `
    expect(containersIn(ctrTable, text)).toMatchObject([
      { id: ID, image: 'registry.example/pause:3.2', state: null, pid: null, pod: null },
      { id: 'by-hand', image: null },
    ])
  })

  it('reads tasks: the pid on the host of those that run', () => {
    const text = `TASK                                                                PID       STATUS
${ID}    8121      RUNNING
${OTHER}    9001      STOPPED
frozen                                                              77        PAUSED
made                                                                0         CREATED`
    expect(containersIn(ctrTable, text).map(({ id, pid, state }) => [id, pid, state])).toEqual([
      [ID, 8121, 'running'],
      [OTHER, null, 'exited'],
      ['frozen', 77, 'paused'],
      ['made', null, 'created'],
    ])
  })

  it('reads rows behind a grep, which have lost their head', () => {
    expect(containersIn(ctrTable, `${ID}    8121      RUNNING    `)).toMatchObject([{ id: ID, pid: 8121 }])
    expect(containersIn(ctrTable, `${ID}    registry.example/web:1    io.containerd.runc.v2    `)).toMatchObject([
      { id: ID, image: 'registry.example/web:1', pid: null },
    ])
    expect([`${ID} 8121 listening`, `${ID}  a  b`, 'web 8121 RUNNING'].map((row) => ctrTable.opens(row))).toEqual([
      false,
      false,
      false,
    ])
  })

  it('a row that breaks off is lost; other tables of three words are none of its own', () => {
    const text = `TASK    PID    STATUS\n${ID}    81`
    expect(readWith(ctrTable, text)).toMatchObject({ lost: 1, content: [{ containers: [] }] })
    expect(ctrTable.opens('PID    INFO')).toBe(false)
    expect(ctrTable.opens('CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES')).toBe(false)
  })

  it('info names the Pod of a container and of a sandbox', () => {
    const info = (id: string, labels: object) =>
      JSON.stringify(
        { ID: id, Labels: labels, Image: 'registry.example/web:1', Runtime: { Name: 'io.containerd.runc.v2' } },
        null,
        4,
      )
    const pod = {
      'io.kubernetes.pod.name': 'web-0',
      'io.kubernetes.pod.namespace': 'shop',
      'io.kubernetes.pod.uid': 'u',
    }
    const text = `${info(ID, { ...pod, 'io.kubernetes.container.name': 'web' })}\n${info(OTHER, pod)}`
    expect(containersIn(containerInspect, text)).toMatchObject([
      {
        id: ID,
        name: 'web',
        image: 'registry.example/web:1',
        state: null,
        pid: null,
        pod: { name: 'web-0', namespace: 'shop' },
      },
      { id: OTHER, name: null, pod: { uid: 'u' } },
    ])
  })

  it('in a transcript the three make one container; what only lists names or images is passed over', async () => {
    const read = await transcript(`\`\`\`
[root@n1 ~]# ctr -n k8s.io containers ls
CONTAINER                                                           IMAGE                     RUNTIME
${ID}    registry.example/web:1    io.containerd.runc.v2
[root@n1 ~]# ctr --namespace k8s.io t ls
TASK                                                                PID     STATUS
${ID}    8121    RUNNING
[root@n1 ~]# ctr -n=k8s.io c ls -q
${ID}
[root@n1 ~]# ctr -n k8s.io images ls
REF                       TYPE                                                 DIGEST  SIZE    PLATFORMS   LABELS
registry.example/web:1    application/vnd.oci.image.manifest.v1+json           sha256  2.9 MiB linux/amd64 -
\`\`\``)
    expect(read.blocks.map(({ format }) => format)).toEqual(['ctr-table', 'ctr-table'])
  })
})
