import { servicesOf } from '../../src/cli/services.ts'
import { clustersIn } from '../../src/collect/clusters.ts'
import { seriesOf } from '../../src/collect/transcript.ts'
import { prepare } from '../../src/diagnose/readings.ts'
import type { View } from '../../src/facts/need.ts'
import type { ServiceTable } from '../../src/model/service-table.ts'
import { readTranscript } from '../../src/parse/transcript/index.ts'
import { linesOf } from './lines-of.ts'

/** The tables of `recvq services` for texts, each a file of its own. */
export const servicesIn = async (...texts: readonly string[]): Promise<readonly ServiceTable[]> =>
  servicesOf(await inputOf(texts))

/** The view of a text's only namespace at its only reading. */
export async function viewIn(...texts: readonly string[]): Promise<View> {
  const { series, clusters } = await inputOf(texts)
  const [view] = prepare(series, clusters).nodes.flatMap(({ views }) => views.flat())
  if (!view) throw new Error('nothing was read')
  return view
}

export async function inputOf(texts: readonly string[]) {
  const read = await Promise.all(texts.map((text, index) => readTranscript(linesOf(text), `${index + 1}.md`)))
  return {
    series: read.flatMap(({ nodes }) => nodes.map(seriesOf)),
    clusters: read.flatMap(({ blocks }) => clustersIn(blocks)),
  }
}
