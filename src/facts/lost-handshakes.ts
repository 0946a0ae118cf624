import { type Counter, totals } from './counters.ts'
import { got, type Need, need } from './need.ts'
import { everySysctl, type Sysctl } from './sysctls.ts'

/** Handshakes that this side answered and that never completed, worked out from counters alone. */
export interface LostHandshakes {
  /** TCPTimeouts − TCPSynRetrans: requests whose last SYN-ACK timer ran out. */
  readonly expired: number
  readonly timeouts: Counter
  readonly synRetrans: Counter
  readonly attemptFails: Counter
  /** How often a SYN-ACK is sent again; null: not captured, and the kernel's default fits. */
  readonly retries: Sysctl | null
  readonly retriesUsed: number
  /** TCPSynRetrans ÷ (retries × expired): 1 where the explanation holds. */
  readonly fit: number
}

/** Fewer than this fit anything by accident. */
const ENOUGH = 1000
/** How far the two counts may be apart. Data timeouts and the machine's own connects blur both. */
const TOLERANCE = 0.03
const DEFAULT_RETRIES = 5

/**
 * Each request that nobody completes costs `tcp_synack_retries` retransmissions and one timeout more than that, so
 * over a long time TCPTimeouts − TCPSynRetrans is their number, and TCPSynRetrans is `retries` times it.
 * null where that does not hold: too few, another ratio, fewer overflows than such handshakes, or connects of this
 * machine's own that failed (they leave the same ratio, and AttemptFails with it).
 * Source: net/ipv4/tcp_timer.c tcp_syn_ack_timeout(), tcp_output.c tcp_rtx_synack(); measured on 6.18 for single requests.
 */
export const lostHandshakes: Need<LostHandshakes | null> = need('lost-handshakes', (view) => {
  const counters = totals(
    ['TcpExtListenOverflows', 'TcpExtTCPTimeouts', 'TcpExtTCPSynRetrans', 'TcpAttemptFails'],
    ['TcpExtTCPDeferAcceptDrop'],
  ).get(view)
  if (!counters.ok) return counters
  const { TcpExtListenOverflows: overflows, TcpAttemptFails: attemptFails } = counters.value
  const { TcpExtTCPTimeouts: timeouts, TcpExtTCPSynRetrans: synRetrans } = counters.value

  const expired = timeouts.value - synRetrans.value
  const known = everySysctl(view, 'net.ipv4.tcp_synack_retries')
  const retries = known.find((one) => one.netns === view.netns.key) ?? null
  const retriesUsed = retries?.number ?? DEFAULT_RETRIES
  if (expired < ENOUGH || retriesUsed < 1 || overflows.value < expired) return got(null)
  // listeners with TCP_DEFER_ACCEPT let requests expire on purpose
  if ((counters.value.TcpExtTCPDeferAcceptDrop?.value ?? 0) >= expired) return got(null)
  if (attemptFails.value > TOLERANCE * expired) return got(null)
  const fit = synRetrans.value / (retriesUsed * expired)
  if (Math.abs(fit - 1) > TOLERANCE) return got(null)
  return got({ expired, timeouts, synRetrans, attemptFails, retries, retriesUsed, fit })
})
