import type { Confidence } from '../model/finding.ts'
import { type Deltas, deltas, totals } from './counters.ts'
import { type HalfOpen, halfOpen } from './half-open.ts'
import { got, type Need, need, type View } from './need.ts'
import { type SynCookies, synCookies } from './syn-cookies.ts'

/** Half-open handshakes of one port that nobody finishes, and what they look like. */
export interface Unfinished extends HalfOpen {
  /**
   * - `flood`: many addresses of which none finishes, while others do
   * - `stuck`: the answer does not reach its clients, or theirs does not come back
   */
  readonly as: 'flood' | 'stuck'
  readonly confidence: Confidence
  /** Connections let in between the readings, in the whole namespace; null: not known. */
  readonly completed: number | null
}

/** A gateway, a proxy, a node behind NAT: honest clients that lose their answers stand behind fewer addresses than this. */
export const FLOOD_SOURCES = 20
/** Fewer cookies may all be on their way. */
export const FLOOD_COOKIES = 100
/** Honest clients return nearly every cookie: one in ten is far from it, whatever their lines lose. */
export const FORGED_SHARE = 0.1
/** Three of one address at once, none of which finishes, where one in a hundred gets lost: one chance in a million. */
export const STUCK_LEAST = 3
/** Lines lose a few percent: a busy server always has some handshakes that wait for a retransmission. */
export const LOSS_SHARE = 0.1
/** In one reading they may be young. So many, and more than there are connections, are no handshakes that last a round trip. */
export const STUCK_IN_ONE_READING = 16

/** The ports with handshakes that nobody finishes. Gaps: incomplete unless every row in SYN_RECV was seen */
export const unfinishedHandshakes: Need<readonly Unfinished[]> = need('unfinished-handshakes', (view) => {
  const all = halfOpen.get(view)
  if (!all.ok) return all
  const cookies = synCookies.get(view)
  const moved = deltas.get(view)
  const signs = { cookies: cookies.ok ? cookies.value : null, moved: moved.ok ? moved.value : null }
  const deferred = totals([], ['TcpExtTCPDeferAcceptDrop']).get(view)
  const asked = deferred.ok ? (deferred.value.TcpExtTCPDeferAcceptDrop?.value ?? 0) : 0
  const found = all.value.flatMap((one): readonly Unfinished[] => {
    // Kernels before 4.10 leave handshakes half-open at a full accept queue; TCP_DEFER_ACCEPT does so on purpose.
    if (one.acceptQueueFull || (asked > 0 && asked >= one.count)) return []
    const verdict = judge(one, signs)
    return verdict ? [{ ...one, ...verdict, completed: signs.moved?.of('TcpPassiveOpens')?.value ?? null }] : []
  })
  return got(found, all.incomplete)
})

interface Signs {
  readonly cookies: SynCookies | null
  readonly moved: Deltas | null
}

type Verdict = Pick<Unfinished, 'as' | 'confidence'>

function judge(one: HalfOpen, signs: Signs): Verdict | null {
  const { staying } = one
  if (staying === null) return fromOneReading(one, signs)
  if (staying.by === 'socket') return fromStaying(one, signs)
  // Without cookies of sockets they may be others of the same address: SYN-ACKs sent again tell.
  const again = signs.moved?.of('TcpExtTCPSynRetrans')?.value ?? 0
  return again >= Math.max(1, staying.count) ? lessSure(fromStaying(one, signs)) : null
}

const lessSure = (verdict: Verdict | null): Verdict | null =>
  verdict && { ...verdict, confidence: verdict.confidence === 'certain' ? 'likely' : verdict.confidence }

function fromStaying({ staying, established, completing, more }: HalfOpen, { cookies, moved }: Signs): Verdict | null {
  if (staying === null || staying.count < STUCK_LEAST) return null
  const completed = moved?.of('TcpPassiveOpens')?.value ?? null
  const silent = staying.sources.filter((one) => !completing.has(one.address))
  const isMuch = staying.count >= LOSS_SHARE * (completed ?? 0)
  const isMany = silent.length >= FLOOD_SOURCES || more
  const forged = cookies?.grown ? isForged(cookies.grown) : false
  if (isMany && isMuch && (forged || (completed ?? 0) > 0)) return { as: 'flood', confidence: 'likely' }
  if (isMany) return isMuch ? { as: 'stuck', confidence: 'likely' } : null
  const oneIsStuck = established !== null && silent.some((one) => one.count >= STUCK_LEAST)
  return oneIsStuck || isMuch ? { as: 'stuck', confidence: 'certain' } : null
}

function fromOneReading({ sources, more, count, limit, established }: HalfOpen, { cookies }: Signs): Verdict | null {
  const isMany = sources.length >= FLOOD_SOURCES || more
  if (isMany && limit !== null && count >= limit && cookies && isForged(cookies.total))
    return { as: 'flood', confidence: 'likely' }
  const isStuck = established !== null && count >= STUCK_IN_ONE_READING && count > established
  return isStuck && !isMany ? { as: 'stuck', confidence: 'possible' } : null
}

const isForged = ({ sent, share }: SynCookies['total']): boolean =>
  sent.value >= FLOOD_COOKIES && share !== null && share <= FORGED_SHARE

/** Cookies of a time that is over which nobody returned; null: none, or few. Whose they were is not known any more. */
export function forgedInThePast(view: View): SynCookies['total'] | null {
  const cookies = synCookies.get(view)
  return cookies.ok && isForged(cookies.value.total) ? cookies.value.total : null
}
