import type { AcceptQueue } from '../facts/accept-queues.ts'
import { connectIntervals, type Interval } from '../facts/conntrack-intervals.ts'
import { dnatTarget } from '../facts/flow-nat.ts'
import type { View } from '../facts/need.ts'
import type { Evidence } from '../model/finding.ts'
import type { FlowListing } from '../model/flow.ts'
import type { Text } from '../model/text.ts'
import { formatEnd } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { peerList } from './peer-words.ts'

export const INTERVAL_WORDS = {
  interval: {
    en: '{listener}: {clients}: each connects every {seconds} s (in TIME_WAIT, by conntrack; {translated} of them translated by NAT)',
    zh: '{listener}：{clients} 各自每 {seconds} 秒建立一次连接（conntrack 中的 TIME_WAIT，其中 {translated} 条经过 NAT 转换）',
  },
  intervalOne: {
    en: '{listener}: {clients} connects every {seconds} s (in TIME_WAIT, by conntrack; {translated} of them translated by NAT)',
    zh: '{listener}：{clients} 每 {seconds} 秒建立一次连接（conntrack 中的 TIME_WAIT，其中 {translated} 条经过 NAT 转换）',
  },
} satisfies Record<string, Text>

/** Who keeps connecting to these ports, and how often: what goes on filling a queue is mostly such a client. */
export function intervalEvidence(view: View, queues: readonly AcceptQueue[]): readonly Evidence[] {
  const { flows } = view.netns
  if (!flows.ok) return []
  const ports = new Map(queues.map((one) => [one.listener.local.port, one.listener]))
  return flows.data.listings.flatMap((listing) => {
    const found = connectIntervals(listing.flows).filter((one) => one.protocol === 'tcp' && ports.has(one.port))
    const alike = new Map<string, Interval[]>()
    for (const one of found) {
      const key = `${one.port} ${one.seconds}`
      alike.set(key, [...(alike.get(key) ?? []), one])
    }
    return [...alike.values()].flatMap((group) => {
      const [first] = group
      const listener = first && ports.get(first.port)
      return first && listener ? [evidenceOf(view, listing, group, first, formatEnd(listener.local))] : []
    })
  })
}

function evidenceOf(
  view: View,
  { flows, origin }: FlowListing,
  group: readonly Interval[],
  { port, seconds }: Interval,
  listener: string,
): Evidence {
  const lines = new Set(group.flatMap((one) => one.lines))
  const own = flows.filter((flow) => lines.has(flow.line))
  const sources = [...new Set(group.map((one) => one.source))].toSorted()
  const template = sources.length === 1 ? INTERVAL_WORDS.intervalOne : INTERVAL_WORDS.interval
  const translated = own.filter((flow) => dnatTarget(flow) !== null).length
  return {
    label: say(template, {
      listener,
      clients: peerList(
        view,
        sources.map((address) => ({ address, count: null })),
      ),
      seconds,
      translated,
    }),
    value: own.length,
    unit: 'connections',
    limit: null,
    source: 'file' in origin ? { ...origin, line: own[0]?.line ?? origin.line } : origin,
    command: inNetns(view, `conntrack -L -p tcp --orig-port-dst ${port}`),
  }
}
