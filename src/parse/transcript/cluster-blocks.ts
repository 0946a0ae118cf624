import type { Block } from '../../model/block.ts'
import type { Piece } from './piece.ts'
import type { Ran } from './sink.ts'

/** What speaks of a cluster belongs to no machine. */
export const isOfCluster = ({ content, plan }: Piece): boolean =>
  (content.length > 0 || plan.role === 'cluster') &&
  content.every((one) => one.question === 'cluster' || (one.question === 'refused' && one.of === 'cluster'))

/** A block for each output of kubectl; one without content where it was asked for what nobody reads. */
export function clusterBlocks(file: string, ran: Ran): readonly Block[] {
  const here = { file, command: ran.command, node: null, netns: 'host', reading: 0, byHand: false } as const
  const read = ran.pieces.filter(isOfCluster).map(
    (piece, index): Block => ({
      ...here,
      lines: index === 0 ? [ran.lines[0], piece.lines[1]] : piece.lines,
      format: piece.format,
      content: piece.content,
      coverage: piece.coverage,
      cuts: piece.cuts,
      warnings: piece.warnings,
    }),
  )
  const plan = ran.plans.find((one) => one.role === 'cluster')
  if (read.length > 0 || !plan) return read
  return [{ ...here, lines: ran.lines, format: plan.name, content: [], coverage: [], cuts: [], warnings: [] }]
}
