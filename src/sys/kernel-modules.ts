import { existsSync, readFileSync } from 'node:fs'
import type { Proc } from './proc.ts'

/**
 * May the kernel be asked for something that `module` does, without loading it? A question to a netlink protocol or a setsockopt
 * loads the module that answers, and conntrack or a NAT table that was not there before changes how packets go.
 * Shape: true: it is loaded or built in, or nothing can be loaded; false: it is not there; null: cannot be told
 */
export function mayAsk(proc: Proc, module: string): boolean | null {
  if (!canLoad(proc)) return true
  const name = module.replaceAll('-', '_')
  if (existsSync(`/sys/module/${name}`)) return true
  const loaded = tryRead(() => proc.read('modules'))
  if (loaded === null) return null
  if (loaded.startsWith(`${name} `) || loaded.includes(`\n${name} `)) return true
  const builtIn = builtInModules(proc)
  return builtIn === null ? null : builtIn.has(name)
}

/** A kernel without modules has no kernel.modprobe; an empty one, or modules_disabled, keeps it from loading any. */
function canLoad(proc: Proc): boolean {
  const helper = tryRead(() => proc.read('sys/kernel/modprobe'))
  if (helper === null || helper.trim() === '') return false
  return tryRead(() => proc.read('sys/kernel/modules_disabled'))?.trim() !== '1'
}

/** What the kernel's package says is built in; null where that list is out of sight (a container without the host's files). */
function builtInModules(proc: Proc): ReadonlySet<string> | null {
  const release = tryRead(() => proc.read('sys/kernel/osrelease'))?.trim()
  for (const root of [`${proc.root}/1/root`, '']) {
    for (const folder of ['/lib/modules', '/usr/lib/modules', '/run/booted-system/kernel-modules/lib/modules']) {
      const text = tryRead(() => readFileSync(`${root}${folder}/${release}/modules.builtin`, 'utf8'))
      if (text !== null) return new Set(text.split('\n').map(moduleName))
    }
  }
  return null
}

/** `kernel/net/netfilter/nf_tables.ko` → `nf_tables`. */
const moduleName = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.ko(?:\.\w+)?$/, '')
    .replaceAll('-', '_')

function tryRead(read: () => string): string | null {
  try {
    return read()
  } catch {
    return null
  }
}
