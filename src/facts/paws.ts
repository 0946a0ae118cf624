import { type Counter, type Deltas, deltas, totals } from './counters.ts'
import { type Got, got, type Need, need } from './need.ts'

const NAMES = {
  established: 'TcpExtPAWSEstab',
  timeWait: 'TcpExtPAWSTimewait',
  oldAck: 'TcpExtPAWSOldAck',
  active: 'TcpExtPAWSActive',
  echo: 'TcpExtTSEcrRejected',
  passiveOpens: 'TcpPassiveOpens',
  activeOpens: 'TcpActiveOpens',
} as const

export const PAWS_NAMES = Object.values(NAMES).join(' ')

/** What timestamps had rejected over one stretch of time; null: not captured. */
export interface PawsCounts {
  /** Segments of connections that stand; before `timeWait` was counted apart, SYNs at TIME_WAIT are among them. */
  readonly established: Counter
  /** SYNs at a socket in TIME_WAIT whose timestamp was older. Counted apart on newer kernels only (6.18 has it, 6.12 has not). */
  readonly timeWait: Counter | null
  /** Pure ACKs that were overtaken: harmless. Likewise. */
  readonly oldAck: Counter | null
  /** SYN-ACKs whose echoed timestamp this side never sent. */
  readonly active: Counter | null
  /** ACKs of a handshake that echo what was never sent. */
  readonly echo: Counter | null
  readonly passiveOpens: Counter | null
  readonly activeOpens: Counter | null
}

export interface Paws {
  readonly total: PawsCounts
  /** Between the readings; null: one reading. */
  readonly grown: (PawsCounts & Pick<Deltas, 'seconds' | 'sameBoot'>) | null
}

/**
 * Rejections by timestamps, without PAWSPassive: that one is tcp_tw_recycle's alone and went with it.
 * Source: net/ipv4/tcp_input.c tcp_validate_incoming(), tcp_minisocks.c tcp_timewait_state_process()
 */
export const paws: Need<Paws> = need('paws', (view): Got<Paws> => {
  const { established, ...others } = NAMES
  const all = totals([established], Object.values(others)).get(view)
  if (!all.ok) return all
  const total = countsOf(all.value[established], (name) => all.value[name])
  const moved = deltas.get(view)
  const first = moved.ok ? moved.value.of(established) : null
  if (!moved.ok || !first) return got({ total, grown: null }, all.incomplete)
  const { of, seconds, sameBoot } = moved.value
  return got({ total, grown: { ...countsOf(first, of), seconds, sameBoot } }, all.incomplete)
})

type Optional = Exclude<(typeof NAMES)[keyof typeof NAMES], 'TcpExtPAWSEstab'>

const countsOf = (established: Counter, read: (name: Optional) => Counter | null): PawsCounts => ({
  established,
  timeWait: read(NAMES.timeWait),
  oldAck: read(NAMES.oldAck),
  active: read(NAMES.active),
  echo: read(NAMES.echo),
  passiveOpens: read(NAMES.passiveOpens),
  activeOpens: read(NAMES.activeOpens),
})
