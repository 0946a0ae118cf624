import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRuntime } from '../../src/collect/runtime.ts'
import { until } from '../../src/lab/command.ts'
import { end, findWay } from '../../src/lab/namespace.ts'
import { askRuntime } from '../../src/sys/cri.ts'
import { callGrpc, openGrpc } from '../../src/sys/grpc.ts'

/** The container runtime, asked by our own few lines of gRPC: a real containerd with a real sandbox in it. */
const { way, ...refusal } = await findWay()
const why =
  'why' in refusal ? refusal.why : existsSync('/usr/bin/containerd') ? '' : 'containerd and runc are not installed'
const folder = mkdtempSync(join(tmpdir(), 'recvq-cri-'))
const socket = join(folder, 'containerd.sock')
const IMAGE = 'recvq.test/pause:1'

const CONFIG = `version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${socket}"
[ttrpc]
  address = "${folder}/ttrpc.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGE}"
  disable_cgroup = true
  disable_apparmor = true
  restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"
`

/** An image of one program that sleeps, with the libraries it needs, as `docker save` writes it. */
function makeImage(): string {
  const files = join(folder, 'files')
  const put = (from: string, to: string) => {
    mkdirSync(dirname(join(files, to)), { recursive: true })
    copyFileSync(from, join(files, to))
  }
  put('/bin/sleep', '/pause')
  for (const [, library = ''] of execFileSync('ldd', ['/bin/sleep'], { encoding: 'utf8' }).matchAll(/(\/\S+) \(/g))
    put(library, library)
  execFileSync('tar', ['-C', files, '-cf', join(folder, 'layer.tar'), '.'])
  const layer = execFileSync('sha256sum', [join(folder, 'layer.tar')], { encoding: 'utf8' }).slice(0, 64)
  const config = {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Entrypoint: ['/pause', '3600'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: [IMAGE], Layers: ['layer.tar'] }]),
  )
  const image = join(folder, 'image.tar')
  execFileSync('tar', ['-C', folder, '-cf', image, 'manifest.json', 'config.json', 'layer.tar'])
  return image
}

/** protobuf, as much as is needed to ask: texts, messages and numbers below 128. */
const field = (number: number, value: string | Uint8Array | number): Buffer => {
  if (typeof value === 'number') return Buffer.from([number << 3, value])
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([(number << 3) | 2, (bytes.length & 0x7f) | 0x80, bytes.length >> 7]), bytes])
}

const UID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0'

/** A pod in the host's network, so that no CNI is needed. */
const SANDBOX = Buffer.concat([
  field(1, Buffer.concat([field(1, 'shop-0'), field(2, UID), field(3, 'backend')])),
  field(3, folder),
  field(8, field(2, field(1, field(1, 2)))),
])
const CONTAINER = Buffer.concat([field(1, Buffer.concat([field(1, 'web'), field(2, 3)])), field(2, field(1, IMAGE))])

describe.skipIf(way !== 'named' || why !== '')(`the container runtime (${why || 'root'})`, () => {
  let runtime: ChildProcess
  let sandbox = ''
  let containerId = ''

  beforeAll(async () => {
    writeFileSync(join(folder, 'config.toml'), CONFIG)
    runtime = spawn('containerd', ['-c', join(folder, 'config.toml')], { stdio: 'ignore' })
    await until('containerd', 20_000, () => existsSync(socket))
    execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'import', '--snapshotter', 'native', makeImage()], {
      stdio: 'ignore',
    })
    const made = await ask('RunPodSandbox', field(1, SANDBOX))
    sandbox = Buffer.from(made).toString('latin1').slice(2)
    const container = await ask(
      'CreateContainer',
      Buffer.concat([field(1, sandbox), field(2, CONTAINER), field(3, SANDBOX)]),
    )
    containerId = Buffer.from(container).toString('latin1').slice(2)
  }, 60_000)

  async function ask(method: string, message: Uint8Array): Promise<Uint8Array> {
    const session = await openGrpc(socket, 5000)
    try {
      return await callGrpc(session, `/runtime.v1.RuntimeService/${method}`, message, 20_000)
    } finally {
      session.destroy()
    }
  }

  afterAll(async () => {
    try {
      for (const act of sandbox === '' ? [] : ['Stop', 'Remove']) await ask(`${act}PodSandbox`, field(1, sandbox))
    } finally {
      await end(runtime)
      rmSync(folder, { recursive: true, force: true })
    }
  }, 60_000)

  it('names the pod of a cgroup path, by its uid and by its sandbox', async () => {
    const { podOf } = await readRuntime({ sockets: [socket], timeoutMs: 5000 })
    const pod = { uid: UID, namespace: 'backend', name: 'shop-0' }
    expect(podOf(`0::/kubepods/burstable/pod${UID}/${'ab'.repeat(32)}`)).toMatchObject(pod)
    expect(podOf(`0::/../cri-containerd-${sandbox}.scope`)).toEqual({ ...pod, containerId: sandbox })
    expect(podOf(`0::/kubepods/pod${UID.replace('0b', '0c')}/${'ab'.repeat(32)}`)).toMatchObject({ name: null })
  })

  it('lists containers with their pods', async () => {
    const { answers } = await readRuntime({ sockets: [socket], timeoutMs: 5000 })
    const web = {
      id: containerId,
      name: 'web',
      state: 'created',
      restarts: 3,
      pod: { namespace: 'backend', name: 'shop-0' },
    }
    expect(answers).toMatchObject([
      { ok: true, via: 'CRI', content: { containers: [{ ...web, image: expect.stringContaining('pause') }] } },
    ])
  })

  it('a socket without CRI behind it, and the next one', async () => {
    const other = join(folder, 'none.sock')
    const server = await listen(other, (connection) => connection.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await expect(askRuntime({ sockets: [other], timeoutMs: 2000 })).rejects.toMatchObject({ code: 'malformed' })
    const found = await askRuntime({ sockets: [other, socket], timeoutMs: 5000 })
    expect(found.socket).toBe(socket)
    server.close()
  })

  it('a containerd without its CRI plugin is unsupported, and says so', async () => {
    const bare = join(folder, 'bare')
    mkdirSync(bare)
    const config = readFileSync(join(folder, 'config.toml'), 'utf8').replaceAll(folder, bare)
    writeFileSync(join(bare, 'config.toml'), `disabled_plugins = ["io.containerd.grpc.v1.cri"]\n${config}`)
    const child = spawn('containerd', ['-c', join(bare, 'config.toml')], { stdio: 'ignore' })
    try {
      await until('containerd', 20_000, () => existsSync(join(bare, 'containerd.sock')))
      await expect(askRuntime({ sockets: [join(bare, 'containerd.sock')], timeoutMs: 5000 })).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringMatching(/runtime\.v1alpha2\.RuntimeService.*gRPC status 12/),
      })
    } finally {
      await end(child)
    }
  }, 30_000)
})

describe('a runtime that cannot be asked', () => {
  it('is none', async () => {
    const { answers, podOf } = await readRuntime({ sockets: ['/nowhere/x.sock'] })
    expect(answers).toMatchObject([{ ok: false, reason: 'absent', detail: expect.stringContaining('/nowhere/x.sock') }])
    expect(podOf(`0::/kubepods/pod${UID}`)).toMatchObject({ uid: UID, name: null })
  })

  it('is silent: a timeout, in time', async () => {
    const silent = join(tmpdir(), `recvq-silent-${process.pid}.sock`)
    const server = await listen(silent, () => {})
    const from = performance.now()
    await expect(askRuntime({ sockets: [silent], timeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout' })
    expect(performance.now() - from).toBeLessThan(2000)
    server.close()
  })

  it('is gone: its socket stands there still', async () => {
    const left = join(tmpdir(), `recvq-left-${process.pid}.sock`)
    writeFileSync(left, '')
    await expect(askRuntime({ sockets: [left], timeoutMs: 1000 })).rejects.toMatchObject({ code: 'absent' })
    rmSync(left)
  })
})

const listen = (path: string, on: Parameters<typeof createServer>[1]): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((connection) => {
      connection.on('error', () => {})
      on?.(connection)
    }).listen(path, () => resolve(server))
  })
