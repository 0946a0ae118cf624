import type { Qdisc } from '../../model/network.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { type Draft, keep, networkOf, numberOf, wordAfter, wordsOf } from './network-of.ts'

/**
 * Read `tc -s qdisc`, with -d or for one device.
 * Shape:  `qdisc fq_codel 0: dev eth0 root refcnt 2 …`, ` Sent 4602 bytes 44 pkt (dropped 0, overlimits 0 requeues 0)`, ` backlog 0b 0p requeues 0`
 * Units:  backlog in bytes and packets; `3Kb`, as large ones are printed, is 3000 bytes (old versions: 1024): not exact, so null
 * Gaps:   without -s no counters
 * Source: iproute2 tc/tc_qdisc.c, tc_util.c
 */
export const tcQdisc: Format = {
  name: 'tc-qdisc',
  opens: (text) => HEAD.test(text),
  read: startQdiscs,
}

const HEAD = /^qdisc [a-z_]{1,20} [\da-f]{0,4}: /

function startQdiscs(context: ReadContext): FormatReader {
  const qdiscs: Draft<Qdisc>[] = []
  const trouble = startTrouble(context)
  // Asked for one device, newer versions leave it out.
  const device = wordAfter(context.args, 'dev')
  return {
    take(text, line) {
      if (HEAD.test(text)) {
        const words = wordsOf(text)
        keep(qdiscs, {
          kind: words[1] ?? '',
          link: wordAfter(words, 'dev') ?? device ?? '?',
          handle: words[2] ?? null,
          sentPackets: null,
          drops: null,
          overlimits: null,
          requeues: null,
          backlogBytes: null,
          backlogPackets: null,
          origin: originAt(context, line),
        })
        return true
      }
      const last = qdiscs.at(-1)
      if (!last) return false
      const sent =
        /^\s*Sent \d{1,20} bytes (\d{1,20}) pkts? \(dropped (\d{1,20}), overlimits (\d{1,20}) requeues (\d{1,20})\)/.exec(
          text,
        )
      if (sent) {
        last.sentPackets = numberOf(sent[1])
        last.drops = numberOf(sent[2])
        last.overlimits = numberOf(sent[3])
        last.requeues = numberOf(sent[4])
        return true
      }
      const backlog = /^\s*(?:rate \S+ \S+ )?backlog (\d{1,15})([KMG]?)b (\d{1,10})p(?:\s|$)/.exec(text)
      if (backlog) {
        last.backlogBytes = backlog[2] === '' ? numberOf(backlog[1]) : null
        last.backlogPackets = numberOf(backlog[3])
        return true
      }
      // What a kind adds: `maxpacket 1514 drop_overlimit 0 …`, `flows 3 (inactive 1 throttled 0)`.
      return /^\s+(?:[a-z_]+ \S|\d)/.test(text)
    },
    finish: () => trouble.result([networkOf({ qdiscs })]),
  }
}
