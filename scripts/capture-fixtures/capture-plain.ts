import { execFileSync, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { end, type LabNetns, makeNetns } from '../../src/lab/namespace.ts'
import { expected } from './expect.ts'
import { lookAt, pathOf, run, writeFixture } from './fixture.ts'
import { startNeighbours } from './neighbours.ts'
import { PLAIN_STATES, type PlainSession, type PlainState } from './plain-states.ts'
import { SERVER_STATES } from './server-states.ts'
import { SPEAKING_STATES } from './speaking-states.ts'
import { RELEASES, type Release } from './versions.ts'

const MAX_SIZE = 40_000
const TRIES = 12
const STATES: readonly PlainState[] = [...PLAIN_STATES, ...SERVER_STATES, ...SPEAKING_STATES]

/** Rules, wires, flows, probes: every session by every release that has a version of its own. */
export async function capturePlain(only: string | undefined): Promise<void> {
  for (const state of STATES) {
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
  const stop = state.name.startsWith('quiet-') ? await startNeighbours(netns) : () => {}
  await sleep(500)
  const seen = new Set<string>()
  for (const [index, release] of RELEASES.entries()) {
    for (const [at, session] of state.sessions.entries()) {
      const { tool, slug, version: ask, commands, expect } = session
      if (session.once && index > 0) continue
      const version = ask === 'uname -r' ? lookAt(netns).kernel : versionOf(ask, release)
      const key = JSON.stringify([commands, tool, version])
      if (seen.has(key)) continue
      seen.add(key)
      const look = await lookWith(session, release, netns, state.lang)
      if (look === null) console.error(`${state.name} ${slug}: the kernel never held still`)
      const { runs, told, truth } = look ?? { runs: [], told: null, truth: null }
      if (truth === null || runs.some(({ output }) => isUseless(output))) continue
      const about = { tool, version, state: state.name, commands, ...told, plain: expect(truth) }
      const how = { at: index * state.sessions.length + at, ...state.written }
      writeFixture(`${tool}-${version}`, `${state.name}.${slug}`, about, runs, how)
    }
  }
  stop()
  await end(kept)
}

const isUseless = (output: string) =>
  output.length > MAX_SIZE || /Segmentation fault|: (?:command )?not found/.test(output)

/** What the tool printed, between two looks of ours where that matters. */
async function lookWith(session: PlainSession, release: Release, netns: LabNetns, lang: string | undefined) {
  const { tool, commands, tells } = session
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const truth = lookAt(netns)
    const runs = commands.map((one) => run(one, release, netns, lang))
    const told = tells ? expected({ tool, tells }, truth, lookAt(netns)) : { whole: true }
    if (told !== null) return { runs, told, truth }
    await sleep(250)
  }
  return null
}

function versionOf(ask: string, release: Release): string {
  const env = { ...process.env, PATH: pathOf(release) }
  const said = execFileSync('sh', ['-c', `${ask} 2>&1`], { env, encoding: 'utf8' })
  return /\d+(?:\.\d+)+(?:-alpha)?|\b20\d{6}\b/.exec(said)?.[0] ?? 'unknown'
}
