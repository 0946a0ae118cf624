import { type SpawnSyncOptionsWithBufferEncoding, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { HostError } from './host-error.ts'

/** A program of this machine that can be run. */
export interface Program {
  readonly name: string
  /** What is put in front of its arguments. */
  readonly argv: readonly string[]
  /** `v1.8.9 (legacy)`, as it calls itself; empty where it does not say. */
  readonly version: string
}

export interface Programs {
  /** The first of these names that is there and passes; null: none. Looked for once. */
  find(names: readonly string[], passes?: (program: Program) => boolean): Program | null
}

/** What a program printed. `cut`: why that is not all of it. */
export interface Printed {
  readonly bytes: Uint8Array
  readonly cut: string | null
}

const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
/** Nobody's settings are to change what is printed, and nobody's folder is to be searched. */
const ENV = { PATH: FOLDERS.join(':'), LC_ALL: 'C', LANG: 'C' }
const VERSION_MS = 2000
/** 250 000 rules are 35 MB. */
const MOST_BYTES = 256 * 1024 * 1024
const NOT_FOUND = 127

/**
 * The host's programs, then those of our own container.
 * `hostRoot`: where the host's files are seen (`/host/proc/1/root`); empty: we see them as they are
 */
export function openPrograms(hostRoot: string): Programs {
  const known = new Map<string, Program | null>()
  const look = (name: string): Program | null => {
    const version = (argv: readonly string[]): Program | null => {
      const [file = '', ...args] = argv
      const { status, error, stdout } = spawnSync(file, [...args, '--version'], {
        ...HOW,
        timeout: VERSION_MS,
        maxBuffer: 64 * 1024,
      })
      if (error || status === NOT_FOUND) return null
      const said = stdout.toString('utf8').split('\n', 1)[0] ?? ''
      return { name, argv, version: said.replace(/^\S+\s*/, '').slice(0, 60) }
    }
    const hosts = hostRoot === '' ? null : version(['chroot', hostRoot, name])
    if (hosts) return hosts
    const file = FOLDERS.map((folder) => `${folder}/${name}`).find(isExecutable)
    return file === undefined ? null : version([file])
  }
  return {
    find(names, passes = () => true) {
      for (const name of names) {
        if (!known.has(name)) known.set(name, look(name))
        const found = known.get(name)
        if (found && passes(found)) return found
      }
      return null
    },
  }
}

const HOW: SpawnSyncOptionsWithBufferEncoding = {
  stdio: ['ignore', 'pipe', 'pipe'],
  env: ENV,
  cwd: '/',
  killSignal: 'SIGKILL',
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Run a program to its end, in the thread's present network namespace: a child is born where its parent's thread stands.
 * Gaps:   what is longer than 256 MB is cut
 * Errors: HostError: timeout, absent, denied, malformed (it failed, with its own words)
 */
export function runProgram({ argv, name }: Program, args: readonly string[], timeoutMs: number): Printed {
  const [file = '', ...before] = argv
  const { error, status, signal, stdout, stderr } = spawnSync(file, [...before, ...args], {
    ...HOW,
    timeout: Math.max(1, Math.round(timeoutMs)),
    maxBuffer: MOST_BYTES,
  })
  const target = [name, ...args].join(' ')
  const errno = error && 'code' in error && typeof error.code === 'string' ? error.code : null
  if (errno === 'ENOBUFS') return { bytes: stdout, cut: `${target}: more than ${MOST_BYTES / 1024 / 1024} MB` }
  if (errno === 'ETIMEDOUT')
    throw new HostError('run', target, errno, { why: `not done after ${Math.round(timeoutMs)} ms` })
  if (errno !== null) throw new HostError('run', target, errno)
  if (status === 0) return { bytes: stdout, cut: null }
  const said = stderr.toString('utf8').trim().split('\n').at(-1)?.slice(0, 200) ?? ''
  const code = /permission denied|not permitted|must be root/i.test(said) ? 'denied' : 'malformed'
  throw new HostError('run', target, null, { code, why: said || `ended with ${signal ?? status}` })
}
