import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const COMMAND_MS = 10_000
const LOOK_AGAIN_MS = 25

/** Run a command to its end. Errors: throws with its name and what it wrote to stderr. */
export async function call(argv: readonly string[]): Promise<string> {
  const [command = '', ...args] = argv
  const { stdout } = await run(command, args, { timeout: COMMAND_MS, maxBuffer: 64 * 1024 * 1024 })
  return stdout
}

/** Look again and again until it is so. Errors: throws after `timeoutMs`, with what it waited for and what `show` tells. */
export async function until(what: string, timeoutMs: number, isSo: () => boolean, show = () => ''): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`after ${timeoutMs} ms still waiting for: ${what} ${show()}`)
    await sleep(LOOK_AGAIN_MS)
  }
}
