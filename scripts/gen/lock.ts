import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Made } from '../gen.ts'

interface Entry {
  readonly version?: string
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** How packages of binaries end: `-linux-x64-musl`, `-darwin-arm64`. */
const PLATFORM =
  /-(?<os>aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(?<cpu>[a-z]+[0-9]*|s390x)(?<libc>-[a-z]+)?$/

/**
 * package-lock.json with an entry for each optional binary that a package names, those of other platforms too. Not every registry
 * carries them all; npm leaves out what it could not find, and then `npm ci` refuses its own lock.
 * Gaps: an entry made here has a version and a platform, and no checksum
 */
export function lock(root: string): Made {
  const path = 'package-lock.json'
  const whole = JSON.parse(readFileSync(join(root, path), 'utf8'))
  const there: Readonly<Record<string, Entry>> = whole.packages
  const missing = Object.entries(there)
    .filter(([owner]) => owner !== '')
    .flatMap(([, { dev, optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies)
        .filter(([name]) => !there[`node_modules/${name}`])
        .map(([name, version]) => [`node_modules/${name}`, binary(name, version, dev === true)] as const),
    )
    .filter(([, entry]) => entry !== null)
  if (missing.length === 0) return { path, text: readFileSync(join(root, path), 'utf8') }
  const packages = Object.fromEntries(
    [...Object.entries(there), ...missing].sort(([a], [b]) => a.localeCompare(b, 'en')),
  )
  return { path, text: `${JSON.stringify({ ...whole, packages }, null, 2)}\n` }
}

/** As npm writes it; null where the version is a range or the name tells no platform. */
function binary(name: string, version: string, dev: boolean) {
  const { os, cpu, libc = '' } = PLATFORM.exec(name)?.groups ?? {}
  if (!os || !cpu || !/^\d/.test(version)) return null
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(os === 'linux' ? { libc: [libc.includes('musl') ? 'musl' : 'glibc'] } : {}),
    optional: true,
    os: [os],
  }
}
