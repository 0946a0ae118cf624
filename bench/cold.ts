/**
 * Whole processes in the namespace that this runs in: a reading of ours, `ss -Htanpem`.
 * Arguments: rounds, then the command line of ours. Prints a line of JSON: {ours, ss, hello}, medians in milliseconds.
 */
import { spawnSync } from 'node:child_process'
import { inTurns, timed } from './rounds.ts'

const [rounds = '5', ...command] = process.argv.slice(2)
const run = (argv: readonly string[]) =>
  timed(() => {
    const { status, signal } = spawnSync(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] })
    // A diagnosis may end with 1 or 3: what it found is not the question here.
    if (signal !== null || status === null || status === 2 || status === 4)
      throw new Error(`${argv.join(' ')}: ${status}`)
  })

const medians = await inTurns(Number(rounds), {
  ours: () => run(command),
  ss: () => run(['sh', '-c', 'ss -Htanpem >/dev/null 2>&1']),
  hello: () => run([process.execPath, '-e', '0']),
})
console.log(JSON.stringify(medians))
