import type { Origin } from '../model/part.ts'
import type { Netns, Snapshot } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import { isKernelAtLeast } from './kernel-release.ts'
import { got, missing, type Need, need, type View } from './need.ts'

/** One sysctl as the kernel prints it, and where it was read. */
export interface Sysctl {
  readonly key: string
  readonly value: string
  /** null where the value is no single whole number. */
  readonly number: number | null
  readonly origin: Origin
  /** Read at an earlier place of the same input than this reading: it may have been changed since. */
  readonly carried: boolean
  /** Key of the namespace it was read in. */
  readonly netns: string
}

export const SOMAXCONN = 'net.core.somaxconn'

/** One sysctl of the view's own namespace. */
export function sysctl(key: string): Need<Sysctl> {
  return need(`sysctl ${key}`, ({ snapshot, netns }) => {
    const read = readSysctl(snapshot, netns, key)
    return read ? got(read) : missing(notCaptured(key))
  })
}

/** One sysctl of the view's own namespace; null: not captured. For needs that are made of several things. */
export const readHere = ({ snapshot, netns }: View, key: string): Sysctl | null => readSysctl(snapshot, netns, key)

/** The same sysctl in the node's own namespace. */
export function hostSysctl(key: string): Need<Sysctl> {
  return need(`host sysctl ${key}`, ({ snapshot }) => {
    const host = snapshot.netns.find((one) => one.kind === 'host')
    const read = host ? readSysctl(snapshot, host, key) : null
    return read ? got(read) : missing(notCapturedOnHost(key))
  })
}

/** What somaxconn of a namespace is held against. */
export interface SomaxconnBase {
  readonly value: number
  /** `host`: the node's own namespace has it. `kernel`: this kernel starts every namespace with it. */
  readonly by: 'host' | 'kernel'
  readonly origin: Origin
}

/**
 * The larger of what the host has and what this kernel starts a namespace with: 128 up to Linux 5.3, 4096 since.
 * Gaps: incomplete where the host's own value was not read.
 */
export const somaxconnBase: Need<SomaxconnBase> = need('somaxconn-base', (view) => {
  const host = view.netns.kind === 'host' ? null : hostSysctl(SOMAXCONN).get(view)
  const bases: SomaxconnBase[] = []
  if (host?.ok && host.value.number !== null)
    bases.push({ value: host.value.number, by: 'host', origin: host.value.origin })
  const isNew = isKernelAtLeast(view, 5, 4)
  const { kernel } = view.snapshot.node
  if (isNew !== null && kernel) bases.push({ value: isNew ? 4096 : 128, by: 'kernel', origin: kernel.origin })
  const [base] = bases.sort((a, b) => b.value - a.value)
  const unseen = host === null || host.ok ? null : host.why
  return base ? got(base, unseen) : missing(unseen ?? NO_KERNEL)
})

/**
 * The values of one sysctl in every namespace of this reading, and of the same namespace at those before it; the latter are
 * marked as carried, since they may have been changed by now.
 */
export function everySysctl(view: View, key: string): readonly Sysctl[] {
  const here = view.snapshot.netns.map((netns) => readSysctl(view.snapshot, netns, key))
  const earlier: (Sysctl | null)[] = []
  for (let back = view.before; back !== null; back = back.before) {
    const read = readSysctl(back.snapshot, back.netns, key)
    earlier.push(read && { ...read, carried: true })
  }
  return [...here, ...earlier].filter((one) => one !== null)
}

function readSysctl(snapshot: Snapshot, netns: Netns, key: string): Sysctl | null {
  if (!netns.sysctls.ok) return null
  const { via, data } = netns.sysctls
  const value = data.values[key]?.trim()
  if (value === undefined) return null
  const origin = data.origins[key] ?? { via }
  const number = /^\d+$/.test(value) ? Number(value) : null
  return { key, value, number, origin, carried: isCarried(snapshot, via, origin), netns: netns.key }
}

function isCarried(snapshot: Snapshot, via: string, origin: Origin): boolean {
  if (via.includes('carried')) return true
  return 'line' in origin && snapshot.lines !== null && origin.line < snapshot.lines[0]
}

const NO_KERNEL: Text = {
  en: 'which kernel this is was not captured (uname -r)',
  zh: '没有采集到内核版本（uname -r）',
}
const notCaptured = (key: string): Text => ({
  en: `${key} of this namespace was not captured`,
  zh: `没有采集到这个网络命名空间的 ${key}`,
})
const notCapturedOnHost = (key: string): Text => ({
  en: `${key} of the host was not captured`,
  zh: `没有采集到宿主机的 ${key}`,
})
