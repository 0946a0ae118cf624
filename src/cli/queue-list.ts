import { prepare } from '../diagnose/readings.ts'
import { queueTable } from '../facts/queue-table.ts'
import type { QueueList, QueueTable } from '../model/queue-list.ts'
import { visible } from '../report/visible.ts'
import { QUEUE_WORDS as W } from '../words/queue.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import type { CommonOptions, Input } from './input.ts'
import { readInputs } from './inputs.ts'
import { parseInterval } from './interval.ts'
import type { KubeFlags } from './kube.ts'
import { createProgress } from './progress.ts'
import { printTable, type TableOutput } from './table-output.ts'

export interface QueueListOptions extends CommonOptions, KubeFlags {
  readonly from?: readonly string[]
  readonly output: TableOutput
  readonly interval: string
  readonly netns: string
  readonly all: boolean
}

/** `recvq queue list`: every listener with its queue and a verdict, a table for each namespace of each reading. */
export async function runQueueList(options: QueueListOptions): Promise<ExitCode> {
  const interval = parseInterval(options.interval)
  const progress = createProgress(process.stderr)
  try {
    const input = await readInputs(options.from ?? [], { ...options, interval }, progress)
    progress.clear()
    for (const note of input.notes) process.stderr.write(`${visible(note[options.lang])}\n`)
    const tables = queuesOf(input)
    if (tables.length === 0) {
      process.stderr.write(`${W.nothing[options.lang]}\n`)
      return EXIT.unjudged
    }
    const list: QueueList = { apiVersion: 'recvq/v1', kind: 'Queues', tables }
    const { renderQueueList } = await import('../report/queue-list.ts')
    await printTable(list, options, (page) => renderQueueList(list, page))
    return EXIT.healthy
  } finally {
    progress.clear()
  }
}

/** A table for each namespace that has listeners; of two readings that were taken for the sake of the verdict, the later one. */
export function queuesOf({ series, clusters }: Pick<Input, 'series' | 'clusters'>): readonly QueueTable[] {
  return prepare(series, clusters).nodes.flatMap(({ views }) => {
    const isLive = views.flat().every(({ snapshot }) => snapshot.way === 'live')
    const told = isLive ? views.slice(-1) : views
    return told.flat().flatMap((view) => {
      const table = queueTable(view)
      return table && table.queues.length > 0 ? [table] : []
    })
  })
}
