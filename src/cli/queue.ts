import { queuesIn } from '../act/children.ts'
import { drainQueue } from '../act/drain.ts'
import { findPort, type PortPlace } from '../act/find-port.ts'
import { type Prepared, preparePlan } from '../act/plan.ts'
import { Refused } from '../act/refused.ts'
import { prepare } from '../diagnose/readings.ts'
import type { View } from '../facts/need.ts'
import { openQueue } from '../facts/queue-open.ts'
import type { OpenQueue, QueueOpen } from '../model/queue-open.ts'
import { visible } from '../report/visible.ts'
import { HostError } from '../sys/host-error.ts'
import { openProc } from '../sys/proc.ts'
import { QUEUE_WORDS as W } from '../words/queue.ts'
import { DRAIN_WORDS as D } from '../words/queue-drain.ts'
import { say } from '../words/say.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { CommonOptions } from './input.ts'
import { readInputs } from './inputs.ts'
import type { KubeFlags } from './kube.ts'
import { createProgress } from './progress.ts'
import { type DrainFlags, failureOf, helperProgram, openRecord, pidOf, policyOf, watchOf } from './queue-drain.ts'
import { printTable, type TableOutput } from './table-output.ts'

export interface QueueOpenOptions extends CommonOptions, KubeFlags {
  readonly output: TableOutput
  readonly netns: string
  readonly each: boolean
  readonly all: boolean
}

/** `recvq queue open PORT`: what waits in the accept queues of a port, seen from outside. */
export async function runQueueOpen(wanted: string, options: QueueOpenOptions): Promise<ExitCode> {
  const port = portOf(wanted)
  const progress = createProgress(process.stderr)
  try {
    const input = await readInputs([], { ...options, interval: 0 }, progress)
    for (const note of input.notes) process.stderr.write(`${visible(note[options.lang])}\n`)
    const views = prepare(input.series, input.clusters).nodes.flatMap((node) => node.views.flat())
    const opened = openPort(port, options, views)
    progress.clear()
    const { renderQueueOpen } = await import('../report/queue-open.ts')
    await printTable(opened, options, (page) => renderQueueOpen(opened, { ...page, each: options.each }))
    return EXIT.healthy
  } finally {
    progress.clear()
  }
}

function openPort(port: number, options: QueueOpenOptions, views: readonly View[]): QueueOpen {
  const { places, denied } = placesOf(port, options)
  try {
    const queues = places.flatMap((place) => {
      const view = views.find(({ netns }) => netns.key === place.netns.ref.key)
      return view ? readQueues(place, port, view) : []
    })
    return { apiVersion: 'recvq/v1', kind: 'QueueContents', port, queues, denied }
  } finally {
    for (const { reader } of places) reader.close()
  }
}

/** Readings that are tried for one that nothing moved in. */
const TRIES = 5

function readQueues({ reader }: PortPlace, port: number, view: View): readonly OpenQueue[] {
  for (let attempt = 1; ; attempt++) {
    const reading = reader.read(port)
    const now = Date.now()
    const again = reader.read(port)
    const after = new Map(queuesIn(again).map((one) => [one.listeners[0]?.cookie, one]))
    const queues = queuesIn(reading).map((queue) => {
      const then = after.get(queue.listeners[0]?.cookie)
      const still = then?.length === queue.length && then.queued.length === queue.queued.length
      return openQueue(view, { ...queue, still }, now)
    })
    if (attempt === TRIES || queues.every(({ reset }) => reset !== null)) return queues
  }
}

/** Errors: Failure where nobody listens there, or the kernel cannot be asked. */
function placesOf(port: number, { netns, 'path.procfs': procfs }: QueueOpenOptions): ReturnType<typeof findPort> {
  try {
    const found = findPort(openProc(procfs), port, netns)
    if (found.places.length > 0) return found
    const hint = found.denied.length > 0 ? say(W.notLooked, { list: found.denied.join('; ') }) : null
    throw new Failure(say(W.noListener, { port: String(port) }), { hint })
  } catch (error) {
    if (error instanceof HostError) throw new Failure(say(W.onlyLive, { why: error.message }))
    throw error
  }
}

/** `recvq queue drain PORT`, and `queue open PORT --accept N`: the plan, or with --yes what it says. */
export async function runQueueDrain(wanted: string, options: DrainFlags): Promise<ExitCode> {
  const port = portOf(wanted)
  const progress = createProgress(process.stderr)
  const { lang } = options
  const intervalMs = watchOf(options)
  const plan = { port, policy: policyOf(options), pid: pidOf(options), intervalMs }
  progress.show(say(D.watching, { port: String(port), seconds: String(intervalMs / 1000) })[lang])
  let prepared: Prepared | null
  try {
    const { netns, unseen, address = null, 'path.procfs': procfs } = options
    prepared = await preparePlan({ ...plan, proc: openProc(procfs), netns, unseen, address })
  } catch (error) {
    if (error instanceof Refused) throw failureOf(port, error.code, error.detail)
    if (error instanceof HostError) throw new Failure(say(W.onlyLive, { why: error.message }))
    throw error
  } finally {
    progress.clear()
  }
  if (!prepared) throw new Failure(say(W.noListener, { port: String(port) }))
  try {
    return await carryOut(prepared, options)
  } finally {
    prepared.close()
  }
}

async function carryOut(prepared: Prepared, options: DrainFlags): Promise<ExitCode> {
  const { plan } = prepared
  const { lang } = options
  const { renderDrainPlan, renderDrainRecord } = await import('../report/queue-drain.ts')
  if (plan.length === 0 || !options.yes) {
    const note = plan.length === 0 ? say(D.emptyNow, { port: String(plan.port) }) : D.nothingDone
    const data = { apiVersion: 'recvq/v1', kind: 'QueueDrainPlan', plan }
    await printTable(data, options, (page) =>
      plan.length === 0 ? `${note[lang]}\n` : `${renderDrainPlan(plan, page)}\n${note[lang]}\n`,
    )
    return EXIT.healthy
  }
  const file = openRecord(options, plan.port, new Date())
  const record = await drainQueue(prepared, { helper: helperProgram() })
  file.write(`${JSON.stringify(record, null, 2)}\n`)
  await printTable(record, options, (page) => renderDrainRecord(record, file.file, page))
  return record.stopped === 'helper-failed' || record.stopped === 'not-readable' ? EXIT.broken : EXIT.healthy
}

/** The process that accepts from a blocking socket on behalf of `queue drain`. */
export async function runAcceptAsTold(): Promise<ExitCode> {
  const { acceptAsTold } = await import('../act/accept-helper.ts')
  acceptAsTold()
  return EXIT.healthy
}

/** Errors: Failure for what is no port. */
export function portOf(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (port < 1 || port > 65_535) throw new Failure(say(W.badPort, { value }))
  return port
}
