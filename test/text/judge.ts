import { clustersIn } from '../../src/collect/clusters.ts'
import { seriesOf } from '../../src/collect/transcript.ts'
import { diagnose } from '../../src/diagnose.ts'
import type { Report } from '../../src/model/report.ts'
import { readTranscript } from '../../src/parse/transcript/index.ts'
import { linesOf } from './lines-of.ts'

/** What is found in texts, each a file of its own. */
export async function judge(...texts: readonly string[]): Promise<Report> {
  const read = await Promise.all(texts.map((text, index) => readTranscript(linesOf(text), `${index + 1}.md`)))
  return diagnose({
    series: read.flatMap(({ nodes }) => nodes.map(seriesOf)),
    clusters: read.flatMap(({ blocks }) => clustersIn(blocks)),
    unread: read.flatMap(({ unread }) => unread),
    version: '0',
  })
}
