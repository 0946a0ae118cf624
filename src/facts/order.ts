import type { Precedence, Series } from '../model/snapshot.ts'

/** What is known of the order in time of a node's readings: what the Series says, and what facts that move one way tell. */
export function inferOrder(series: Series): readonly Precedence[] {
  return series.order
}
