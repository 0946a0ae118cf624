import type { Glossary } from '../define-term.ts'
import { ABORTS } from './aborts.ts'
import { ACKS } from './acks.ts'
import { AUTHENTICATION } from './authentication.ts'
import { CONNECTIONS } from './connections.ts'
import { CONSTANTS } from './constants.ts'
import { DELIVERY } from './delivery.ts'
import { DUPLICATES } from './duplicates.ts'
import { FAST_OPEN } from './fast-open.ts'
import { FAST_PATH } from './fast-path.ts'
import { FILTERS } from './filters.ts'
import { ICMP_MESSAGES } from './icmp-messages.ts'
import { ICMP_QUERIES } from './icmp-queries.ts'
import { ICMP_TYPES } from './icmp-types.ts'
import { IP_IN } from './ip-in.ts'
import { IP_OUT } from './ip-out.ts'
import { IP_TRAFFIC } from './ip-traffic.ts'
import { LISTEN_QUEUE } from './listen-queue.ts'
import { MEMORY_PRESSURE } from './memory-pressure.ts'
import { PATH_CHANGE } from './path-change.ts'
import { PREQUEUE } from './prequeue.ts'
import { PROBES } from './probes.ts'
import { RECEIVE_MEMORY } from './receive-memory.ts'
import { RECEIVE_WINDOW } from './receive-window.ts'
import { RECOVERY } from './recovery.ts'
import { REORDERING } from './reordering.ts'
import { RETRANSMISSION } from './retransmission.ts'
import { SACK_BLOCKS } from './sack-blocks.ts'
import { SKIPPED_ACKS } from './skipped-acks.ts'
import { SLOW_START } from './slow-start.ts'
import { SYN_QUEUE } from './syn-queue.ts'
import { TIME_WAIT } from './time-wait.ts'
import { TIMESTAMPS } from './timestamps.ts'
import { UDP } from './udp.ts'
import { UNDO } from './undo.ts'

/** Kernel counters by nstat's names, theme by theme: every one of TcpExt, Tcp, Udp, Ip, IpExt and Icmp. */
export const COUNTERS: readonly Glossary[] = [
  LISTEN_QUEUE,
  SYN_QUEUE,
  TIMESTAMPS,
  TIME_WAIT,
  CONNECTIONS,
  CONSTANTS,
  ABORTS,
  RECEIVE_MEMORY,
  RECEIVE_WINDOW,
  MEMORY_PRESSURE,
  RETRANSMISSION,
  DELIVERY,
  PATH_CHANGE,
  RECOVERY,
  UNDO,
  REORDERING,
  DUPLICATES,
  SACK_BLOCKS,
  ACKS,
  SKIPPED_ACKS,
  FAST_PATH,
  SLOW_START,
  PROBES,
  FAST_OPEN,
  AUTHENTICATION,
  FILTERS,
  PREQUEUE,
  UDP,
  IP_IN,
  IP_OUT,
  ICMP_TYPES,
  ICMP_MESSAGES,
  IP_TRAFFIC,
  ICMP_QUERIES,
]
