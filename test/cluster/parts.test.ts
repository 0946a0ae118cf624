import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../scripts/kube-parts', import.meta.url))

let cache = ''

/** A machine on which these programs are found, with an empty cache. */
function kubeParts(programs: readonly string[], args: readonly string[] = [], LANG = 'C') {
  const bin = join(cache, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const program of ['dirname', 'mkdir', 'uname', 'flock', 'rm', ...programs]) {
    const path = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim()
    if (!existsSync(join(bin, program))) symlinkSync(path, join(bin, program))
  }
  const env = { PATH: bin, XDG_CACHE_HOME: cache, LANG }
  const { status, stdout, stderr } = spawnSync('/bin/sh', [SCRIPT, ...args], { env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'recvq-parts-'))
})
afterEach(() => rmSync(cache, { recursive: true }))

describe('scripts/kube-parts', () => {
  it('asked whether they are there, makes nothing and says nothing', () => {
    expect(kubeParts([], ['--if-present'])).toEqual({ status: 1, stdout: '', stderr: '' })
  })

  it('says in the language of the terminal what it lacks', () => {
    expect(kubeParts([])).toEqual({
      status: 1,
      stdout: '',
      stderr: "recvq: apt-get is missing: the parts of Kubernetes come from Debian's packages\n",
    })
    expect(kubeParts([], [], 'zh_CN.UTF-8').stderr).toBe('recvq: 缺少 apt-get：Kubernetes 组件取自 Debian 软件包\n')
  })

  it('prints nothing but the folder where all of them are', () => {
    const bin = join(cache, 'recvq/kube/1.20.2/bin')
    mkdirSync(bin, { recursive: true })
    for (const part of [
      'kube-apiserver',
      'kube-controller-manager',
      'kubectl',
      'kube-proxy',
      'kube-proxy-both-families',
    ])
      symlinkSync('/bin/sh', join(bin, part))
    expect(kubeParts([], ['--if-present']).status).toBe(1)
    for (const part of ['etcd', 'containerd', 'containerd-shim-runc-v2', 'ctr', 'runc'])
      symlinkSync('/bin/sh', join(bin, part))
    expect(kubeParts([])).toEqual({ status: 0, stdout: `${join(cache, 'recvq/kube/1.20.2')}\n`, stderr: '' })
  })
})
