import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../../src/lab/command.ts'
import type { Arrangement } from '../../src/lab/define-scenario.ts'
import { SCENARIOS } from '../../src/lab/index.ts'
import { type Lab, openLab } from '../../src/lab/lab.ts'
import type { LabNetns } from '../../src/lab/namespace.ts'
import { expected } from './expect.ts'
import { lookAt, run, writeFixture } from './fixture.ts'
import { startNeighbours } from './neighbours.ts'
import { type Session, sessionsAt } from './sessions.ts'
import type { Truth } from './truth.ts'
import { RELEASES, type Release, versionOf } from './versions.ts'

const EACH = 8
const TRIES = 12
/** A fixture that long tells no more than its beginning does. */
const MAX_SIZE = 40_000

interface State {
  readonly name: string
  readonly arrangement: Arrangement
}

/** Every fault of the lab and its healthy twin, each before some of the sessions: every session meets every release once. */
export async function captureLab(only: string | undefined): Promise<void> {
  const states = SCENARIOS.flatMap((scenario): State[] => [
    { name: scenario.id, arrangement: scenario },
    ...(scenario.twin ? [{ name: `${scenario.id}-twin`, arrangement: scenario.twin }] : []),
  ])
  for (const [index, state] of states.entries()) {
    if (only !== undefined && !state.name.startsWith(only)) continue
    const lab = await openLab()
    let stop = () => {}
    try {
      await state.arrangement.arrange(lab)
      stop = await startNeighbours(lab.server)
      await freeze(lab)
      await captureState(state.name, index, lab.server)
    } catch (error) {
      console.error(`${state.name}: ${error instanceof Error ? error.message : error}`)
    } finally {
      stop()
      await lab.close()
    }
  }
}

/** Nothing moves but the kernel's own timers while the tools look. */
async function freeze({ server, clients }: Lab): Promise<void> {
  for (const { name, pid } of [server, clients]) {
    const pids = (await call(['ip', 'netns', 'pids', name ?? ''])).split('\n').map(Number)
    for (const one of pids) if (one > 0 && one !== pid && isProgram(one)) process.kill(one, 'SIGSTOP')
  }
  await sleep(300)
}

const isProgram = (pid: number) =>
  /^(?:shop|peer)-/.test(execFileSync('cat', [`/proc/${pid}/comm`], { encoding: 'utf8' }))

async function captureState(state: string, index: number, netns: LabNetns): Promise<void> {
  const truth = lookAt(netns)
  const pool = sessionsAt(portOf(truth), mostlyIn(truth))
  for (let k = 0; k < EACH; k++) {
    const at = index * EACH + k
    const session = pool[at % pool.length]
    const release = RELEASES[Math.floor(at / pool.length) % RELEASES.length]
    if (session && release) await captureSession(state, session, release, netns, at)
  }
}

async function captureSession(state: string, session: Session, release: Release, netns: LabNetns, at: number) {
  const version = versionOf(session.tool, release)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = lookAt(netns)
    const runs = session.commands.map((command) => run(command, release, netns))
    const expect = expected(session, before, lookAt(netns))
    if (expect) {
      if (runs.reduce((sum, one) => sum + one.output.length, 0) > MAX_SIZE) return
      const about = { tool: session.tool, version, state, commands: session.commands, ...expect }
      writeFixture(`${session.tool}-${version}`, `${state}.${session.slug}`, about, runs, { at })
      return
    }
    await sleep(250)
  }
  console.error(`${state} ${session.slug}: the kernel never held still`)
}

/** Where most of the connections are. */
const portOf = ({ tcp }: Truth): number => (tcp.some((one) => one.port === 8080) ? 8080 : 179)

function mostlyIn({ tcp }: Truth): string {
  const groups = [
    ...Map.groupBy(
      tcp.filter((one) => one.state !== 'LISTEN' && one.state !== 'SYN_RECV'),
      (one) => one.state,
    ),
  ]
  const [most] = groups.sort((a, b) => b[1].length - a[1].length)
  return (most?.[0] ?? 'ESTABLISHED')
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/wait(\d)/, 'wait-$1')
}
