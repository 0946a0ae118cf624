import { servicesOf } from '../../src/cli/services.ts'
import { clustersIn } from '../../src/collect/clusters.ts'
import { seriesOf } from '../../src/collect/transcript.ts'
import type { ServiceTable } from '../../src/model/service-table.ts'
import { readTranscript } from '../../src/parse/transcript/index.ts'
import { linesOf } from './lines-of.ts'

/** The tables of `recvq services` for texts, each a file of its own. */
export async function servicesIn(...texts: readonly string[]): Promise<readonly ServiceTable[]> {
  const read = await Promise.all(texts.map((text, index) => readTranscript(linesOf(text), `${index + 1}.md`)))
  return servicesOf({
    series: read.flatMap(({ nodes }) => nodes.map(seriesOf)),
    clusters: read.flatMap(({ blocks }) => clustersIn(blocks)),
  })
}
