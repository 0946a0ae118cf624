import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { listSockets } from './descriptors.ts'
import { HostError } from './host-error.ts'
import { tryLibc } from './libc.ts'
import { findNetns } from './netns.ts'
import { listNetns } from './netns-refs.ts'
import { openProc } from './proc.ts'

/** A procfs of files and links: what a node with pods looks like. */
const root = mkdtempSync(join(tmpdir(), 'recvq-proc-'))
afterAll(() => rmSync(root, { recursive: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
function link(path: string, to: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  symlinkSync(to, join(root, path))
}
function process(pid: number, netns: number, cgroup: string): void {
  link(`${pid}/ns/net`, `net:[${netns}]`)
  put(`${pid}/cgroup`, `0::${cgroup}\n`)
  put(`${pid}/net/tcp`, '')
}

const UID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0'
process(1, 100, '/init.scope')
process(7, 100, `/kubepods/pod${UID}/of-a-hostNetwork-pod`)
process(20, 200, '/system.slice/strange')
process(21, 200, `/kubepods/pod${UID}/x`)
process(30, 300, `/kubepods/pod${UID}/second-sandbox`)
process(40, 400, '/user.slice')
process(50, 700, '/user.slice')
put('60/net/tcp', '')
put('net/ignored', '')
put(
  '1/mountinfo',
  [
    '22 1 0:20 / /proc rw - proc proc rw',
    '90 1 0:4 net:[400] /run/docker/netns/1a2b rw shared:1 - nsfs nsfs rw',
    '91 1 0:4 net:[500] /run/netns/cni-1234 rw shared:2 - nsfs nsfs rw',
    '92 1 0:4 net:[500] /var/run/netns/cni-1234 rw shared:2 - nsfs nsfs rw',
    '93 1 0:4 net:[600] /run/netns/with\\040blank rw - nsfs nsfs rw',
    '94 1 0:4 mnt:[800] /run/mnt rw - nsfs nsfs rw',
  ].join('\n'),
)
link('self', '50')
const proc = openProc(root)
const podOf = (cgroup: string) =>
  cgroup.includes('kubepods') ? { uid: UID, containerId: null, namespace: null, name: null } : null

describe('namespaces', () => {
  it('are found through processes and mounts, the hidden ones by their own /proc/PID/net/tcp', () => {
    const found = findNetns(proc).map(({ inode, pids, mount }) => [inode, pids, mount?.replace(root, '')])
    expect(found).toEqual([
      [100, [1, 7], undefined],
      [200, [20, 21], undefined],
      [300, [30], undefined],
      [400, [40], '/1/root/run/docker/netns/1a2b'],
      [700, [50], undefined],
      [500, [], '/1/root/run/netns/cni-1234'],
      [600, [], '/1/root/run/netns/with blank'],
      [null, [60], undefined],
    ])
  })

  it('are named: the host first, pods by uid, mounts by name, a second of the same key by its inode', () => {
    const keys = listNetns(proc, 'all', podOf).map(({ ref }) => `${ref.kind}: ${ref.key}`)
    expect(keys[0]).toBe('host: host')
    expect(keys.slice(1).map((key) => key.replace(/~\d+/, '~'))).toEqual([
      'named: named 1a2b',
      'named: named cni-1234',
      'named: named with blank',
      'pod: net:300',
      'other: net:700',
      'other: net~',
      `pod: pod ${UID}`,
    ])
  })

  it.each([
    ['host', ['host']],
    ['self', ['net:700']],
    [UID, ['net:300', `pod ${UID}`]],
    ['cni-1234', ['named cni-1234']],
    ['named cni-1234', ['named cni-1234']],
  ])('asked for: %s', (which, keys) => {
    expect(listNetns(proc, which, podOf).map(({ ref }) => ref.key)).toEqual(keys)
  })

  it('one that is not there is an error that tells which are', () => {
    expect(() => listNetns(proc, 'nope', podOf)).toThrow(/no such namespace; there are: host, .*cni-1234/)
  })
})

describe('descriptors of a process', () => {
  for (let fd = 0; fd < 3000; fd++)
    link(`80/fd/${fd}`, fd % 3 === 0 ? `socket:[${70_000 + fd}]` : fd % 3 === 1 ? '/dev/null' : 'socket:[x]')

  it.each([
    ['libc', tryLibc()],
    ['node', null],
  ])('%s counts them all and tells the sockets', (_, c) => {
    const sockets = new Map<number, number>()
    expect(listSockets(proc, c, 80, (fd, inode) => sockets.set(fd, inode))).toBe(3000)
    sockets.forEach((inode, fd) => {
      if (!Number.isNaN(inode)) expect(inode).toBe(70_000 + fd)
    })
    expect([...sockets.values()].filter((inode) => inode > 0)).toHaveLength(1000)
  })

  it.each([
    ['libc', tryLibc()],
    ['node', null],
  ])('%s: a process that is gone is absent', (_, c) => {
    expect(() => listSockets(proc, c, 81, () => {})).toThrow(
      expect.objectContaining({ op: 'list fds', code: 'absent' }),
    )
  })
})

describe('errors at the door', () => {
  it.each([
    ['setns', 'EPERM', 'denied', 'setns x: EPERM (needs CAP_SYS_ADMIN)'],
    ['open netns', 'EACCES', 'denied', 'open netns x: EACCES (needs CAP_SYS_PTRACE)'],
    ['read', 'EACCES', 'denied', 'read x: EACCES'],
    ['setns', 'ENOENT', 'absent', 'setns x: ENOENT'],
    ['recv', 'EAGAIN', 'timeout', 'recv x: EAGAIN'],
    ['socket', 'EPROTONOSUPPORT', 'unsupported', 'socket x: EPROTONOSUPPORT'],
    ['read', 'EIO', 'malformed', 'read x: EIO'],
  ])('%s %s is %s', (op, errno, code, message) => {
    expect(new HostError(op, 'x', errno)).toMatchObject({
      code,
      message,
      gap: { ok: false, reason: code, detail: message },
    })
  })

  it('a text longer than one read comes whole', () => {
    const long = 'x'.repeat(100_000)
    put('long', long)
    expect(proc.read('long')).toBe(long)
    expect(proc.read('60/net/tcp')).toBe('')
    expect(() => proc.read('none')).toThrow(expect.objectContaining({ code: 'absent' }))
  })
})
