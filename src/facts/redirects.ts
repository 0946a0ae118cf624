import { type Counter, deltas, readCounter, totalCounters } from './counters.ts'
import { interfaceSysctls } from './interface-sysctls.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import type { Sysctl } from './sysctls.ts'

/** ICMP redirects of one direction. */
export interface RedirectCount {
  readonly total: Counter
  /** Between the readings; null: no earlier one. */
  readonly grown: number | null
}

/** What a namespace tells others, and is told, about shorter ways. */
export interface Redirects {
  readonly sent: RedirectCount | null
  readonly received: RedirectCount | null
  /** Between the readings; null unless both are dated. */
  readonly seconds: number | null
  /** net.ipv4.conf.NAME.send_redirects, as far as they were read; the larger of `all` and the interface counts. */
  readonly sending: readonly Sysctl[]
  readonly accepting: readonly Sysctl[]
}

/** Type 5 of IcmpMsg is what `netstat -st` prints; Icmp has the same under a name. IPv6 is counted apart, and not here. */
const SENT = ['IcmpMsgOutType5', 'IcmpOutRedirects'] as const
const RECEIVED = ['IcmpMsgInType5', 'IcmpInRedirects'] as const

/** Gaps: missing unless redirects were counted in one direction at least; incomplete unless in both */
export const redirects: Need<Redirects> = need('redirects', (view) => {
  const [sent, received] = [countOf(SENT, view), countOf(RECEIVED, view)]
  if (!sent && !received) return missing(NOT_COUNTED)
  const growth = deltas.get(view)
  return got(
    {
      sent,
      received,
      seconds: growth.ok ? growth.value.seconds : null,
      sending: interfaceSysctls(view, 'send_redirects'),
      accepting: interfaceSysctls(view, 'accept_redirects'),
    },
    sent && received ? null : NOT_COUNTED,
  )
})

function countOf(names: readonly string[], view: View): RedirectCount | null {
  const counters = totalCounters(view.netns)
  if (!counters) return null
  const growth = deltas.get(view)
  const name = names.find((one) => counters.values[one] !== undefined) ?? names[0] ?? ''
  const total = readCounter(counters, name)
  return total && { total, grown: growth.ok ? (growth.value.of(name)?.value ?? null) : null }
}

const NOT_COUNTED = {
  en: 'not captured: IcmpMsgOutType5 and IcmpMsgInType5 (nstat -az shows them)',
  zh: '没有采集到：IcmpMsgOutType5 与 IcmpMsgInType5（可用 nstat -az 查看）',
}
