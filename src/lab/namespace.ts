import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { call, until } from './command.ts'

/** All that the lab makes bears this prefix, then the pid of its maker. */
const PREFIX = 'recvq-lab-'
/** The process that keeps a namespace alive. It ends when its maker does: its standard input ends then. */
const HOLDER = 'cat'

/** A network namespace of the lab's own. */
export interface LabNetns {
  /** As in /run/netns; null where an ordinary user made it: such a one has no name. */
  readonly name: string | null
  /** A process inside that does nothing: /proc/PID/net shows the namespace. */
  readonly pid: number
  /** The argument vector that runs a command inside. */
  inside(argv: readonly string[]): readonly string[]
  remove(): Promise<void>
}

/** `named`: root, by `ip netns`. `user`: anybody, in a user namespace of their own. null: not here, and why. */
export type Way = { readonly way: 'named' | 'user' } | { readonly way: null; readonly why: string }

/** How this user can make network namespaces: tried, not guessed. */
export async function findWay(): Promise<Way> {
  if (process.platform !== 'linux') return { way: null, why: 'network namespaces are Linux only' }
  const refusals: string[] = []
  for (const way of ['named', 'user'] as const) {
    if (way === 'named' && process.getuid?.() !== 0) continue
    const unshare = way === 'named' ? ['unshare', '-nm'] : ['unshare', '-Urn']
    try {
      await call([...unshare, 'ip', 'link', 'set', 'lo', 'up'])
      return { way }
    } catch (error) {
      refusals.push(error instanceof Error ? error.message.trim() : String(error))
    }
  }
  return { way: null, why: refusals.join('; ') }
}

/** Make a namespace with its loopback up. `near`: one whose user namespace a nameless one is to share. */
export async function makeNetns(way: 'named' | 'user', near: LabNetns | null = null): Promise<LabNetns> {
  const name = way === 'named' ? await addName() : null
  const holder = start([...enter(name, near), HOLDER])
  const pid = holder.pid ?? 0
  const inside = (argv: readonly string[]) =>
    name === null
      ? ['nsenter', '--preserve-credentials', '-U', '-n', '-t', String(pid), '--', ...argv]
      : [...enter(name), ...argv]
  const remove = async () => {
    await end(holder)
    if (name !== null) await call(['ip', 'netns', 'del', name])
  }
  try {
    await until('the holder of a namespace', 5000, () => commOf(pid) === HOLDER)
    await call(inside(['ip', 'link', 'set', 'lo', 'up']))
  } catch (error) {
    await remove()
    throw error
  }
  return { name, pid, inside, remove }
}

/** Remove what runs that were killed have left: namespaces whose maker is gone, with the processes in them. */
export async function sweepLeftovers(): Promise<void> {
  const names = (await call(['ip', 'netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '')
  const left = names.filter((name) => name.startsWith(PREFIX) && !existsSync(`/proc/${name.split('-')[2]}`))
  for (const name of left) {
    try {
      const pids = (await call(['ip', 'netns', 'pids', name])).split('\n').map(Number)
      for (const pid of pids) if (pid > 1) kill(pid)
      await call(['ip', 'netns', 'del', name])
    } catch (error) {
      // another lab may sweep at the same time
      if (existsSync(`/run/netns/${name}`)) throw error
    }
  }
}

/** End a process that this one has started, and wait until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

let made = 0

async function addName(): Promise<string> {
  const name = `${PREFIX}${process.pid}-${++made}`
  await call(['ip', 'netns', 'add', name])
  return name
}

function enter(name: string | null, near: LabNetns | null = null): readonly string[] {
  if (name !== null) return ['ip', 'netns', 'exec', name]
  return near === null ? ['unshare', '-Urn'] : near.inside(['unshare', '-n'])
}

function start([command = '', ...args]: readonly string[]): ChildProcess {
  return spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'] }).on('error', () => {})
}

function commOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return null
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
