import { type Counter, deltas, totals } from './counters.ts'
import { type Got, got, type Need, need } from './need.ts'

/** What was sent again over one stretch of time, handshakes told apart from data. */
export interface Retransmissions {
  /** RetransSegs: everything sent again. */
  readonly segments: Counter
  /** TCPSynRetrans: SYNs *and* SYN-ACKs. They say that nobody answered a handshake, not that the network loses packets. */
  readonly handshakes: Counter
  /** OutSegs: sent for the first time, acknowledgements included. */
  readonly sent: Counter
  /** segments − handshakes */
  readonly data: number
  /** data ÷ sent; null where nothing was sent. */
  readonly share: number | null
  /** TCPDSACKRecv: the peer says that it had the data already. null: not captured. */
  readonly needless: Counter | null
}

export interface RetransmissionTimes {
  readonly total: Retransmissions
  /** Between the readings. */
  readonly grown: {
    readonly counts: Retransmissions
    readonly seconds: number | null
    readonly sameBoot: boolean
  } | null
}

const [SEGMENTS, HANDSHAKES, SENT, NEEDLESS] = [
  'TcpRetransSegs',
  'TcpExtTCPSynRetrans',
  'TcpOutSegs',
  'TcpExtTCPDSACKRecv',
] as const

/** Retransmissions since boot and, with two readings, between them. TCPSynRetrans exists since Linux 3.12. */
export const retransmissions: Need<RetransmissionTimes> = need('retransmissions', (view): Got<RetransmissionTimes> => {
  const all = totals([SEGMENTS, HANDSHAKES, SENT], [NEEDLESS]).get(view)
  if (!all.ok) return all
  const total = count(all.value[SEGMENTS], all.value[HANDSHAKES], all.value[SENT], all.value[NEEDLESS])
  const gained = deltas.get(view)
  const [segments, handshakes, sent] = [SEGMENTS, HANDSHAKES, SENT].map((name) =>
    gained.ok ? gained.value.of(name) : null,
  )
  if (!gained.ok || !segments || !handshakes || !sent) return got({ total, grown: null }, all.incomplete)
  const { of, seconds, sameBoot } = gained.value
  return got(
    { total, grown: { counts: count(segments, handshakes, sent, of(NEEDLESS)), seconds, sameBoot } },
    all.incomplete,
  )
})

function count(segments: Counter, handshakes: Counter, sent: Counter, needless: Counter | null): Retransmissions {
  const data = Math.max(0, segments.value - handshakes.value)
  return { segments, handshakes, sent, data, share: sent.value > 0 ? data / sent.value : null, needless }
}
