import type { Series } from '../model/snapshot.ts'
import { HostError } from '../sys/host-error.ts'
import { CLI_WORDS as W } from '../words/cli.ts'
import { say } from '../words/say.ts'
import { Failure } from './failure.ts'
import type { Input, InputOptions } from './input.ts'
import { askKube, podsOfThisNode } from './kube.ts'
import type { Progress } from './progress.ts'
import { netnsKeys, selectNetns, uniteSeries } from './series.ts'

/** What is to be judged: the files, or this machine where there are none. */
export async function readInputs(files: readonly string[], options: InputOptions, progress: Progress): Promise<Input> {
  const kube = askKube(options, options.kubeWants ?? podsOfThisNode(), files.length > 0)
  // Asked while the machine is read; what goes wrong is met below.
  kube.catch(() => {})
  if (files.length === 0) {
    const series = [await readLive(options, progress)]
    return { series, ...(await kube), unread: [], listings: [] }
  }
  if (options.netns === 'self') throw new Failure(W.selfNeedsLive)
  if (files.filter((file) => file === '-').length > 1) throw new Failure(W.stdinTwice)
  const { readFileInput } = await import('./read-file.ts')
  const read: Input[] = []
  for (const file of files) read.push(await readFileInput(file, options, progress))
  const { clusters, notes } = await kube
  const series = uniteSeries(read.flatMap((one) => one.series))
  return {
    series: options.netns === 'all' ? series : onlyNetns(series, options.netns),
    clusters: [...read.flatMap((one) => one.clusters), ...clusters],
    unread: read.flatMap((one) => one.unread),
    notes: [...read.flatMap((one) => one.notes), ...notes],
    listings: read.flatMap((one) => one.listings),
  }
}

/**
 * This machine's readings.
 * Errors: Failure where what was asked for (a namespace, a procfs) is not there
 */
export async function readLive(options: InputOptions, progress: Progress): Promise<Series> {
  const { interval, netns, lang } = options
  const procfs = options['path.procfs']
  const { collectLive } = await import('../collect/live.ts')
  const first = interval === 0 ? W.readingLiveOnce : say(W.readingFirst, { seconds: String(interval / 1000) })
  const onReading = (nth: number) => progress.show((nth === 1 ? first : W.readingSecond)[lang])
  try {
    return await collectLive({ interval, netns, procfs, onReading })
  } catch (error) {
    if (error instanceof HostError && error.code === 'absent')
      throw new Failure({ en: error.message, zh: error.message })
    throw error
  }
}

function onlyNetns(series: readonly Series[], name: string): readonly Series[] {
  const selected = selectNetns(series, name)
  if (selected) return selected
  throw new Failure(say(W.noSuchNetns, { name, list: netnsKeys(series).join(', ') }))
}
