import type { ClusterSeen } from '../model/cluster.ts'
import type { Batch } from '../model/line.ts'
import type { Listing } from '../model/listing.ts'
import type { Unread } from '../model/report.ts'
import type { Series } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import { type NodeText, readTranscript } from '../parse/transcript/index.ts'
import { listingOf } from '../parse/transcript/listing.ts'
import { readText } from '../sys/text-file.ts'
import { transcriptHost } from '../sys/transcript-host.ts'
import { clustersIn } from './clusters.ts'
import { collectSnapshot } from './collect.ts'
import { withRowsAhead } from './rows-ahead.ts'

export interface CollectedText {
  readonly series: readonly Series[]
  /** What kubectl told, wherever it ran. */
  readonly clusters: readonly ClusterSeen[]
  readonly unread: readonly Unread[]
  /** About the reading as a whole, for people. */
  readonly notes: readonly Text[]
  /** What was made of each text, line by line. */
  readonly listings: readonly Listing[]
}

/**
 * Everything that a text file tells, one Series per machine; `-` is standard input. `onLines` hears how far the reading is.
 * Errors: InputError where it cannot be read as text
 */
export async function collectTranscript(path: string, onLines?: (lines: number) => void): Promise<CollectedText> {
  const name = path === '-' ? 'stdin' : path
  const text = await readTranscript(counted(withRowsAhead(readText(path)), onLines), name)
  return {
    series: text.nodes.map(seriesOf),
    clusters: clustersIn(text.blocks),
    unread: text.unread,
    notes: text.blocks.length === 0 ? [nothingIn(name)] : [],
    listings: [listingOf(text, name)],
  }
}

async function* counted(
  batches: AsyncIterable<Batch>,
  onLines: (lines: number) => void = () => {},
): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    onLines('bytes' in batch ? batch.line : (batch.at(-1)?.number ?? 0))
    yield batch
  }
}

export const seriesOf = ({ node, readings, order }: NodeText): Series => ({
  node,
  snapshots: readings.map((reading) => collectSnapshot(transcriptHost(reading))),
  order,
})

export const nothingIn = (name: string): Text => ({
  en: `${name}: no output of a command that recvq reads was found in it`,
  zh: `${name}：没有找到 recvq 能读懂的命令输出`,
})
