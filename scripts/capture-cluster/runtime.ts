import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { end } from '../../src/lab/namespace.ts'
import { pathOfPart } from '../../test/cluster/parts.ts'
import { openCri, type PodIdentity } from './cri.ts'
import type { Row } from './expect.ts'
import { packImage } from './image.ts'

const SOCKET = '/run/containerd/containerd.sock'
const TASKS = '/run/containerd/io.containerd.runtime.v2.task/k8s.io'
const CGROUPS = '/sys/fs/cgroup'
const PAUSE = 'registry.example/pause:3.2'
const WEB = 'registry.example/shop/web:1.4'
const POD: PodIdentity = { namespace: 'shop', name: 'web-6c9b7d5f4-4xk2p', uid: '0b1c2d3e-1111-4222-8333-444455556666' }
const ARGS = ['/usr/bin/busybox', 'sleep', '1000000']

/** containerd with a Pod of two containers, one of which has ended, and a container made by hand. */
export interface Runtime {
  /** Folder of `ctr`, for PATH. */
  readonly bin: string
  /** Ids by what they are. */
  readonly ids: Readonly<Record<'sandbox' | 'web' | 'ended', string>>
  /** Pids from the runtime's own files, names and Pods as they were asked for. */
  readonly rows: { readonly containers: readonly Row[]; readonly tasks: readonly Row[]; readonly web: readonly Row[] }
  close(): Promise<void>
}

/** Needs /run and process ids of its own: containerd's default places are used. */
export async function openRuntime(folder: string): Promise<Runtime> {
  mkdirSync(folder, { recursive: true })
  const bin = pathOfPart('ctr').replace(/\/ctr$/, '')
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
  const config = `version = 2
root = "${folder}/root"
state = "/run/containerd"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "${PAUSE}"
`
  writeFileSync(join(folder, 'config.toml'), config)
  const containerd = spawn('setpriv', ['--pdeathsig', 'KILL', 'containerd', '-c', join(folder, 'config.toml')], {
    env,
    stdio: 'ignore',
  })
  const ctr = (...args: readonly string[]) =>
    execFileSync(pathOfPart('ctr'), ['-n', 'k8s.io', ...args], { env, encoding: 'utf8' })
  for (let i = 0; i < 200 && !existsSync(SOCKET); i++) await sleep(100)
  await sleep(1000)
  for (const name of [PAUSE, WEB]) {
    const at = join(folder, name.replaceAll('/', '-'))
    mkdirSync(at)
    ctr('images', 'import', packImage(at, name))
  }
  const cri = openCri(SOCKET)
  const sandbox = await cri.runPodSandbox(POD)
  const web = await cri.runContainer(sandbox, POD, { name: 'web', image: WEB, args: ARGS, attempt: 3 })
  const ended = await cri.runContainer(sandbox, POD, {
    name: 'migrate',
    image: WEB,
    args: ['/usr/bin/busybox', 'true'],
  })
  cri.close()
  ctr('run', '-d', WEB, 'by-hand', ...ARGS)
  ctr('tasks', 'pause', 'by-hand')
  await sleep(2000)
  const pidOf = (id: string) => Number(readFileSync(join(TASKS, id, 'init.pid'), 'utf8'))
  const pod = { namespace: POD.namespace, name: POD.name, uid: POD.uid }
  const close = async () => {
    ctr('tasks', 'resume', 'by-hand')
    for (const id of ['by-hand', web, sandbox]) ctr('tasks', 'kill', '-s', 'SIGKILL', id)
    // those of the Pod containerd clears away by itself
    await sleep(2000)
    ctr('tasks', 'rm', 'by-hand')
    await end(containerd)
    for (const controller of readdirSync(CGROUPS)) removeEmpty(join(CGROUPS, controller, 'k8s.io'))
  }
  return {
    bin,
    ids: { sandbox, web, ended },
    rows: {
      containers: [
        { name: sandbox, image: PAUSE, pid: null },
        { name: web, image: WEB, pid: null },
        { name: ended, image: WEB, pid: null },
        { name: 'by-hand', image: WEB, pid: null },
      ],
      tasks: [
        { name: sandbox, pid: pidOf(sandbox), state: 'running' },
        { name: web, pid: pidOf(web), state: 'running' },
        { name: 'by-hand', pid: pidOf('by-hand'), state: 'paused' },
      ],
      web: [{ name: web, image: WEB, container: 'web', pod, pid: pidOf(web), state: 'running' }],
    },
    close,
  }
}

/** The group that the runtime made above those of its containers, unless somebody else's are in it. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // not there, or in use
  }
}
