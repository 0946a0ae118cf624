import type { View } from '../facts/need.ts'
import type { WayPastRules } from '../facts/ways-past-rules.ts'
import type { Evidence } from '../model/finding.ts'
import type { Origin } from '../model/part.ts'
import type { Listener } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'

/** Part of the words of the rules that tell how connections came past NAT. */
export const WAY_WORDS = {
  untranslated: {
    en: '{listener}: conntrack entries to this port that no rule translated, from {sources}',
    zh: '{listener}：conntrack 中发往该端口却没有被任何规则转换的条目，来自 {sources}',
  },
  translated: {
    en: '{listener}: conntrack entries to this port that the rules did translate',
    zh: '{listener}：conntrack 中发往该端口并且已被规则转换的条目',
  },
  sixWithout: {
    en: '{listener}: came over IPv6, for which there is no rule',
    zh: '{listener}：经 IPv6 到达，而 IPv6 没有对应的规则',
  },
  fourWithout: {
    en: '{listener}: came over IPv4, for which there is no rule',
    zh: '{listener}：经 IPv4 到达，而 IPv4 没有对应的规则',
  },
  ofLoopback: {
    en: '{listener}: came from loopback: only rules with route_localnet = 1 take those away',
    zh: '{listener}：来自环回地址：只有 route_localnet = 1 时的规则才会转走它们',
  },
  ofNode: {
    en: '{listener}: came from this node itself (its own programs, host-network pods)',
    zh: '{listener}：来自本节点自身（本机程序、hostNetwork 的 Pod）',
  },
  sixUnknown: {
    en: 'Whether IPv6 has rules for these ports was not captured, though clients came over IPv6: ip6tables-save -t nat shows it.',
    zh: '有客户端经 IPv6 到达，但没有采集到 IPv6 是否有这些端口的规则：ip6tables-save -t nat 可以看到。',
  },
} satisfies Record<string, Text>

/** One port's signs of how its connections came past the rules, the strongest first. */
export function wayEvidence(view: View, listener: Listener, way: WayPastRules, place: Origin): readonly Evidence[] {
  const name = formatEnd(listener.local)
  const { port } = listener.local
  const entries = inNetns(view, `conntrack -L -p tcp --orig-port-dst ${port}`)
  const sockets = inNetns(view, `ss -tanp 'sport = :${port}'`)
  const row = (label: Text, value: number, source: Origin, command: string): Evidence => ({
    label,
    value,
    unit: 'connections',
    limit: null,
    source,
    command,
  })
  const { untranslated, translated, peers, familiesWithout } = way
  return [
    ...(untranslated.origin
      ? [
          row(
            say(WAY_WORDS.untranslated, { listener: name, sources: formatList(untranslated.sources, 4) }),
            untranslated.count,
            untranslated.origin,
            entries,
          ),
        ]
      : []),
    ...(familiesWithout.includes(6)
      ? [row(say(WAY_WORDS.sixWithout, { listener: name }), peers.v6, place, sockets)]
      : []),
    ...(familiesWithout.includes(4)
      ? [row(say(WAY_WORDS.fourWithout, { listener: name }), peers.v4, place, sockets)]
      : []),
    ...(peers.loopback > 0 ? [row(say(WAY_WORDS.ofLoopback, { listener: name }), peers.loopback, place, sockets)] : []),
    ...(peers.own > 0 ? [row(say(WAY_WORDS.ofNode, { listener: name }), peers.own, place, sockets)] : []),
    ...(translated.origin
      ? [row(say(WAY_WORDS.translated, { listener: name }), translated.count, translated.origin, entries)]
      : []),
  ]
}
