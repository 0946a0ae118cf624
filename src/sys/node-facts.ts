import type { NodeFacts, Sourced } from '../model/snapshot.ts'
import type { Proc } from './proc.ts'

/** What kind of machine this is, as far as procfs and /etc/os-release tell. Each fact null where it cannot be read. */
export function readNodeFacts(proc: Proc): NodeFacts {
  const sourced = (path: string, find: (text: string) => string | undefined): Sourced<string> | null => {
    const text = tryRead(proc, path)
    const value = text === null ? undefined : find(text)
    return value ? { value, origin: { via: path.startsWith('/') ? path : `${proc.root}/${path}` } } : null
  }
  const uptime = Number(tryRead(proc, 'uptime')?.split(' ')[0] ?? Number.NaN)
  const cpus = tryRead(proc, 'stat')?.match(/^cpu\d+ /gm)?.length
  const elsewhere = proc.root !== '/proc'
  return {
    name:
      (elsewhere ? tryRead(proc, '1/root/etc/hostname') : null)?.trim() ||
      tryRead(proc, 'sys/kernel/hostname')?.trim() ||
      null,
    kernel: sourced('sys/kernel/osrelease', (text) => text.trim()),
    os: sourced(
      elsewhere ? '1/root/etc/os-release' : '/etc/os-release',
      (text) => /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1],
    ),
    bootId: tryRead(proc, 'sys/kernel/random/boot_id')?.trim() || null,
    cores: cpus ?? null,
    uptimeSeconds: Number.isFinite(uptime) ? uptime : null,
  }
}

/** Seconds since the epoch at which the machine was started; null where it is not told. */
export function readBootTime(proc: Proc): number | null {
  const seconds = /^btime (\d+)$/m.exec(tryRead(proc, 'stat') ?? '')?.[1]
  return seconds === undefined ? null : Number(seconds)
}

function tryRead(proc: Proc, path: string): string | null {
  try {
    return proc.read(path)
  } catch {
    return null
  }
}
