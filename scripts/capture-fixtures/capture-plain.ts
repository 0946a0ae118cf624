import { execFileSync, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { end, type LabNetns, makeNetns } from '../../src/lab/namespace.ts'
import { lookAt, pathOf, run, writeFixture } from './fixture.ts'
import { startNeighbours } from './neighbours.ts'
import { PLAIN_STATES, type PlainState } from './plain-states.ts'
import { RELEASES, type Release } from './versions.ts'

const MAX_SIZE = 40_000

/** Rules, wires, flows, probes: every session by every release that has a version of its own. */
export async function capturePlain(only: string | undefined): Promise<void> {
  for (const state of PLAIN_STATES) {
    if (only !== undefined && !state.name.startsWith(only)) continue
    const netns = await makeNetns('named')
    try {
      await captureState(state, netns)
    } catch (error) {
      console.error(`${state.name}: ${error instanceof Error ? error.message : error}`)
    } finally {
      await netns.remove()
    }
  }
}

async function captureState(state: PlainState, netns: LabNetns): Promise<void> {
  const inside = (script: string) => netns.inside(['sh', '-c', script])
  const [command = '', ...args] = inside(state.arrange)
  execFileSync(command, args)
  const [program = '', ...rest] = inside(`exec ${state.keep ?? 'cat'}`)
  const kept = spawn(program, rest, { stdio: ['pipe', 'ignore', 'inherit'] })
  const stop = state.name === 'quiet-node' ? await startNeighbours(netns) : () => {}
  await sleep(500)
  const seen = new Set<string>()
  for (const [index, release] of RELEASES.entries()) {
    for (const [at, { tool, slug, version: ask, commands, expect }] of state.sessions.entries()) {
      const version = ask === 'uname -r' ? lookAt(netns).kernel : versionOf(ask, release)
      const key = JSON.stringify([commands, tool, version])
      if (seen.has(key)) continue
      seen.add(key)
      const truth = lookAt(netns)
      const runs = commands.map((one) => run(one, release, netns))
      if (runs.some(({ output }) => output.length > MAX_SIZE || output.includes('Segmentation fault'))) continue
      const about = { tool, version, state: state.name, commands, whole: true, plain: expect(truth) }
      writeFixture(`${tool}-${version}`, `${state.name}.${slug}`, about, runs, index * state.sessions.length + at)
    }
  }
  stop()
  await end(kept)
}

function versionOf(ask: string, release: Release): string {
  const env = { ...process.env, PATH: pathOf(release) }
  const said = execFileSync('sh', ['-c', `${ask} 2>&1`], { env, encoding: 'utf8' })
  return /\d+(?:\.\d+)+(?:-alpha)?|\b20\d{6}\b/.exec(said)?.[0] ?? 'unknown'
}
