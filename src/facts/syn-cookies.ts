import { type Counter, type Deltas, deltas, totals } from './counters.ts'
import { type Got, got, type Need, need } from './need.ts'

const [SENT, RETURNED, FAILED] = ['TcpExtSyncookiesSent', 'TcpExtSyncookiesRecv', 'TcpExtSyncookiesFailed'] as const

export const COOKIE_NAMES = `${SENT} ${RETURNED} ${FAILED}`

/** What became of SYN cookies over one stretch of time. */
export interface CookieCounts {
  readonly sent: Counter
  /** Came back in a valid last ACK: a client that completes its handshake. */
  readonly returned: Counter
  /** ACKs that carry no valid cookie: too late, or never sent. */
  readonly failed: Counter | null
  /** returned ÷ sent; null where none was sent. */
  readonly share: number | null
}

export interface SynCookies {
  readonly total: CookieCounts
  /** Between the readings; null: one reading. */
  readonly grown: (CookieCounts & Pick<Deltas, 'seconds' | 'sameBoot'>) | null
}

/**
 * SYN cookies sent, and how many of them came back: honest clients return nearly all, forged addresses none.
 * A cookie is sent once per SYN that finds the SYN queue full, and never sent again by a timer.
 * Source: net/ipv4/syncookies.c cookie_v4_init_sequence(), cookie_v4_check()
 */
export const synCookies: Need<SynCookies> = need('syn-cookies', (view): Got<SynCookies> => {
  const all = totals([SENT, RETURNED], [FAILED]).get(view)
  if (!all.ok) return all
  const total = counts(all.value[SENT], all.value[RETURNED], all.value[FAILED])
  const moved = deltas.get(view)
  const [sent, returned] = moved.ok ? [moved.value.of(SENT), moved.value.of(RETURNED)] : [null, null]
  if (!moved.ok || !sent || !returned) return got({ total, grown: null }, all.incomplete)
  const { of, seconds, sameBoot } = moved.value
  return got({ total, grown: { ...counts(sent, returned, of(FAILED)), seconds, sameBoot } }, all.incomplete)
})

const counts = (sent: Counter, returned: Counter, failed: Counter | null): CookieCounts => ({
  sent,
  returned,
  failed,
  share: sent.value > 0 ? returned.value / sent.value : null,
})
