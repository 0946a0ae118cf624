import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { end, type LabNetns } from './namespace.ts'
import type { ProgramName, ProgramOptions } from './programs/options.ts'

/** A running program of src/lab/programs. */
export interface Program {
  readonly pid: number
  /** Tell it a line; comes back when it says that it is done. */
  tell(line: string): Promise<void>
  stop(): Promise<void>
}

const ANSWER_MS = 20_000

/** Errors: throws when it ends or says nothing before it is ready, with what it wrote to stderr. */
export async function startProgram<P extends ProgramName>(
  netns: LabNetns,
  program: P,
  options: ProgramOptions[P],
): Promise<Program> {
  const file = fileURLToPath(new URL(`./programs/${program}.ts`, import.meta.url))
  const [command = '', ...args] = netns.inside([process.execPath, file, JSON.stringify(options)])
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })

  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-2000)
  })
  const lines = createInterface({ input: child.stdout })
  const answer = (expected: string) =>
    new Promise<void>((resolve, reject) => {
      const fail = (how: string) => reject(new Error(`${program} ${how} before it said "${expected}" ${complaint}`))
      const timer = setTimeout(() => fail(`was silent for ${ANSWER_MS} ms`), ANSWER_MS)
      const ended = () => fail('ended')
      child.once('close', ended).once('error', ended)
      lines.once('line', () => {
        clearTimeout(timer)
        child.off('close', ended).off('error', ended)
        resolve()
      })
    })

  const stop = () => end(child)
  await answer('ready').catch(async (error) => {
    await stop()
    throw error
  })
  return {
    pid: child.pid ?? 0,
    async tell(line) {
      const done = answer('done')
      child.stdin.write(`${line}\n`)
      await done
    },
    stop,
  }
}
