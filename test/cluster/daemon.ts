import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { end, type LabNetns } from '../../src/lab/namespace.ts'

/** A program that runs until it is stopped, its output in a file. */
export interface Daemon {
  readonly name: string
  readonly pid: number
  readonly log: string
  stop(): Promise<void>
}

export interface DaemonOptions {
  readonly netns: LabNetns
  readonly name: string
  readonly argv: readonly string[]
  readonly log: string
  readonly env?: NodeJS.ProcessEnv
  readonly readyWithinMs: number
  /** Asked again and again: is it ready? */
  readonly ready: () => Promise<boolean>
}

/**
 * Start a program in a namespace and wait until it is ready. The kernel ends it when this process ends, however that came.
 * Errors: throws with the end of its log when it ends or is not ready in time; then it is gone.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { netns, name, log, readyWithinMs } = options
  const [command = '', ...args] = netns.inside(['setpriv', '--pdeathsig', 'KILL', '--', ...options.argv])
  const file = openSync(log, 'a')
  const child = spawn(command, args, { stdio: ['ignore', file, file], env: { ...process.env, ...options.env } })
  closeSync(file)
  let failure: Error | null = null
  child.on('error', (error) => {
    failure = error
  })
  const deadline = performance.now() + readyWithinMs
  for (;;) {
    const ended = failure !== null || child.exitCode !== null || child.signalCode !== null
    if (!ended && (await options.ready())) break
    if (ended || performance.now() > deadline) {
      await end(child)
      const why = ended ? 'ended' : `not ready within ${readyWithinMs} ms`
      throw new Error(`${name}: ${why}\n${failure ?? ''}${readFileSync(log, 'utf8').slice(-3000)}`)
    }
    await sleep(100)
  }
  return { name, pid: child.pid ?? 0, log, stop: () => end(child) }
}
