import { prepare } from '../diagnose/readings.ts'
import type { View } from '../facts/need.ts'
import { selectServices } from '../facts/select-services.ts'
import { handNamesIn } from '../facts/service-ports.ts'
import { clusterTable, serviceTable } from '../facts/service-table.ts'
import type { ServiceList, ServiceTable } from '../model/service-table.ts'
import { visible } from '../report/visible.ts'
import { say } from '../words/say.ts'
import { SERVICE_WORDS as S } from '../words/services.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { CommonOptions, Input } from './input.ts'
import { readInputs } from './inputs.ts'
import type { KubeFlags } from './kube.ts'
import { createProgress } from './progress.ts'
import { printTable, type TableOutput } from './table-output.ts'

export interface ServicesOptions extends CommonOptions, KubeFlags {
  readonly from?: readonly string[]
  readonly output: TableOutput
  readonly netns: string
  readonly namespace?: string
  readonly selector?: string
  readonly all: boolean
}

/** `recvq services`: Services as nodes forward them, a table for each namespace of each reading. */
export async function runServices(wanted: string | undefined, options: ServicesOptions): Promise<ExitCode> {
  const progress = createProgress(process.stderr)
  try {
    const kubeWants = { namespace: options.namespace, selector: options.selector, pods: 'all' } as const
    const input = await readInputs(options.from ?? [], { ...options, interval: 0, kubeWants }, progress)
    for (const note of input.notes) process.stderr.write(`${visible(note[options.lang])}\n`)
    const all = servicesOf(input)
    const told = options.selector !== undefined
    if (told && input.clusters.length === 0) throw new Failure(S.selectorNeedsKube)
    const tables = selectServices(all, { wanted: wanted ?? null, namespace: options.namespace ?? null, told })
    progress.clear()
    if (tables.length === 0) return nothing(all, wanted, options)
    const list: ServiceList = { apiVersion: 'recvq/v1', kind: 'Services', tables }
    const { renderServices } = await import('../report/services.ts')
    await printTable(list, options, (page) => renderServices(list, { ...page, detail: wanted !== undefined }))
    return EXIT.healthy
  } finally {
    progress.clear()
  }
}

/** Tables of every machine that shows something of its own, and of clusters that are seen from none of these. */
export function servicesOf({ series, clusters: seen }: Pick<Input, 'series' | 'clusters'>): readonly ServiceTable[] {
  const { nodes, clusters } = prepare(series, seen)
  const told = nodes.filter(({ views }) => views.flat().some(tellsOfServices))
  const ofNodes = told.flatMap(({ views, snapshots }) => {
    const listeners = snapshots.flatMap(({ netns }) => netns.map((one) => (one.listeners.ok ? one.listeners.data : [])))
    const handNames = handNamesIn(listeners)
    return views
      .flat()
      .filter(tellsOfServices)
      .map((view) => serviceTable(view, handNames))
  })
  const alone = clusters.filter((cluster) => told.every((node) => node.cluster !== cluster)).map(clusterTable)
  return [...ofNodes, ...alone].filter(({ rows }) => rows.length > 0)
}

/** Rules that were only carried over, and Kubernetes, are told with the readings that show something of their own. */
const tellsOfServices = ({ netns: { listeners, nat } }: View): boolean =>
  listeners.ok || (nat.ok && nat.via !== 'carried')

/** Not found among what was seen is an answer to a wrong question; nothing seen at all is no answer. */
function nothing(all: readonly ServiceTable[], wanted: string | undefined, { lang }: ServicesOptions): ExitCode {
  if (all.length > 0) throw new Failure(say(S.noMatch, { wanted: wanted ?? '' }))
  process.stderr.write(`${S.nothing[lang]}\n`)
  return EXIT.unjudged
}
