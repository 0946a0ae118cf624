import type { PodRef } from '../model/pod-ref.ts'
import type { NetnsRef } from './host.ts'
import { HostError } from './host-error.ts'
import { type FoundNetns, findNetns, netnsOf, tableInode } from './netns.ts'
import type { Proc } from './proc.ts'

/** A namespace that can be asked: what the Host tells of it, and how to get at it. */
export interface LiveNetns {
  readonly ref: NetnsRef
  /** Processes inside, at the time of looking. */
  readonly pids: readonly number[]
  /** The namespace that this program runs in: no need to enter. */
  readonly own: boolean
}

export type PodOf = (cgroup: string) => PodRef | null

/** A pod's first process is its sandbox; a few more are asked in case it has just ended. */
const PIDS_ASKED = 4

/**
 * The namespaces of this machine, the host's first, then the rest by key.
 * Shape:  `which`: `all`, `self` (the caller's), `host` (that of process 1), or a key, a pod's uid or the name of a mount
 * Errors: HostError `absent` when none is called that
 */
export function listNetns(proc: Proc, which: string, podOf: PodOf): readonly LiveNetns[] {
  const self = netnsOf(proc, 'self')
  const found = which === 'self' ? [selfOnly(proc, self)] : findNetns(proc)
  const isHost = hostTest(proc)
  const used = new Set<string>()
  const all = found.map((one) => {
    const own = one.inode !== null ? one.inode === self : one.pids.includes(process.pid)
    const described = describe(proc, one, isHost(one), podOf)
    const key = used.has(described.key) ? plainKey(proc, one) : described.key
    used.add(key)
    return { ref: { ...described, key }, pids: one.pids, own }
  })
  const rank = ({ ref }: LiveNetns) => (ref.kind === 'host' ? 0 : 1)
  all.sort((a, b) => rank(a) - rank(b) || a.ref.key.localeCompare(b.ref.key))
  const chosen = which === 'all' || which === 'self' ? all : all.filter((one) => isCalled(one.ref, which))
  if (chosen.length > 0) return chosen
  const known = all.map((one) => one.ref.key).join(', ')
  throw new HostError('find netns', which, null, { code: 'absent', why: `no such namespace; there are: ${known}` })
}

function isCalled(ref: NetnsRef, name: string): boolean {
  if (ref.key === name) return true
  if (ref.pod !== null && (ref.pod.uid === name || ref.pod.name === name)) return true
  return ref.kind !== 'host' && (ref.path?.endsWith(`/netns/${name}`) ?? false)
}

function selfOnly(proc: Proc, inode: number | null): FoundNetns {
  const pid = Number(proc.link('self'))
  return { inode, pids: [pid], mount: null }
}

/** The namespace of process 1. Where its link may not be read, /proc/1/net/tcp tells whether another one is the same. */
function hostTest(proc: Proc): (one: FoundNetns) => boolean {
  const inode = netnsOf(proc, 1)
  if (inode !== null) return (one) => one.inode === inode
  const table = tableInode(proc, 1)
  return (one) => table !== null && one.pids.length > 0 && tableInode(proc, one.pids[0] ?? 0) === table
}

function plainKey(proc: Proc, one: FoundNetns): string {
  return one.inode !== null ? `net:${one.inode}` : `net~${tableInode(proc, one.pids[0] ?? 0) ?? '?'}`
}

function describe(proc: Proc, one: FoundNetns, host: boolean, podOf: PodOf): NetnsRef {
  const pid = one.pids[0] ?? null
  const path = one.mount ?? (pid === null ? null : `${proc.root}/${pid}/ns/net`)
  const base = { inode: one.inode, path, pid }
  if (host) return { ...base, key: 'host', kind: 'host', pod: null }
  const pod = podOfAny(proc, one.pids, podOf)
  if (pod) return { ...base, key: `pod ${pod.uid ?? pod.containerId?.slice(0, 12)}`, kind: 'pod', pod }
  const name = one.mount?.includes('/netns/') ? one.mount.slice(one.mount.lastIndexOf('/') + 1) : null
  if (name !== null) return { ...base, key: `named ${name}`, kind: 'named', pod: null }
  return { ...base, key: plainKey(proc, one), kind: 'other', pod: null }
}

function podOfAny(proc: Proc, pids: readonly number[], podOf: PodOf): PodRef | null {
  for (const pid of pids.slice(0, PIDS_ASKED)) {
    try {
      const pod = podOf(proc.read(`${pid}/cgroup`))
      if (pod) return pod
    } catch {
      // The process has ended: the next one may tell.
    }
  }
  return null
}
