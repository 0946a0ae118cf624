// Made by `npm run gen` from the files that it imports.
import acceptQueueFull from './accept-queue-full.ts'
import type { Rule } from './define-rule.ts'
import listenDropsUnexplained from './listen-drops-unexplained.ts'
import listenOverflows from './listen-overflows.ts'
import listenerNeverAccepts from './listener-never-accepts.ts'
import queueHoldsResetConnections from './queue-holds-reset-connections.ts'
import retransmissionsHigh from './retransmissions-high.ts'

export const RULES: readonly Rule[] = [
  acceptQueueFull,
  listenDropsUnexplained,
  listenOverflows,
  listenerNeverAccepts,
  queueHoldsResetConnections,
  retransmissionsHigh,
]
