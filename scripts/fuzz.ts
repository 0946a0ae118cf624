import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { minimise } from './fuzz/minimise.ts'
import { inputAt } from './fuzz/mutate.ts'
import { readSeeds } from './fuzz/seeds.ts'

/**
 * Damage the fixtures and read them: nothing may crash, take more than a second, or need more than 300 MB.
 * Usage: npm run fuzz -- --count 10000 --seed 1 [--workers 2] [--from 0]. The same seed gives the same inputs.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    from: { type: 'string', default: '0' },
  },
})
const [count, seed, workers, from] = [values.count, values.seed, values.workers, values.from].map(Number) as [
  number,
  number,
  number,
  number,
]
const WORKER = fileURLToPath(new URL('fuzz/worker.ts', import.meta.url))
const SILENT_MS = 60_000
const MOST_MB = 300
const MOST_SHOWN = 20

interface Failure {
  readonly index: number
  readonly failure: string
}

const failures: Failure[] = []
let peakMB = 0
const started = performance.now()

/** One process until it ends; where it hangs or dies, the input it was at is a failure and another process goes on behind it. */
async function work(first: number): Promise<void> {
  let next = first
  while (next < from + count) {
    const last = await workFrom(next)
    if (last === null) return
    next = last + workers
  }
}

function workFrom(first: number): Promise<number | null> {
  const args = [
    '--max-old-space-size=128',
    '--max-semi-space-size=8',
    WORKER,
    ...[seed, first, from + count, workers].map(String),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  let at = first
  let whole = false
  let complaint = ''
  let why = ''
  let timer = setTimeout(() => {}, 0)
  const watch = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      why = `nothing for ${SILENT_MS} ms`
      child.kill('SIGKILL')
    }, SILENT_MS)
  }
  child.stderr?.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-1500)
  })
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    watch()
    if (!line.startsWith('{')) {
      at = Number(line)
      return
    }
    const said: Partial<Failure> & { readonly peakMB?: number } = JSON.parse(line)
    if (said.failure !== undefined) failures.push({ index: said.index ?? at, failure: said.failure })
    if (said.peakMB !== undefined) {
      whole = true
      peakMB = Math.max(peakMB, said.peakMB)
    }
  })
  watch()
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (!whole) failures.push({ index: at, failure: `the process ended: ${why || (code ?? signal)} ${complaint}` })
      resolve(whole ? null : at)
    })
  })
}

await Promise.all(Array.from({ length: workers }, (_, i) => work(from + i)))

const seeds = readSeeds()
for (const { index, failure } of failures.slice(0, MOST_SHOWN)) {
  const input = inputAt(seeds, seed, index)
  const shortest = /^the process ended/.test(failure) ? input : await minimise(input, failure)
  console.log(
    `--seed ${seed} --from ${index} --count 1: ${failure}\n  ${JSON.stringify(shortest.toString('latin1').slice(0, 2000))}`,
  )
}
const seconds = (performance.now() - started) / 1000
console.log(
  `${count} inputs of ${seeds.length} fixtures, seed ${seed}: ${failures.length} failures, at most ${peakMB} MB, ${seconds.toFixed(0)} s`,
)
process.exitCode = failures.length > 0 || peakMB > MOST_MB ? 1 : 0
