import type { Part } from '../model/part.ts'
import type { Sockstat } from '../model/snapshot.ts'
import { parseSockstat } from '../parse/proc-net-sockstat.ts'
import type { Answer } from '../sys/host.ts'
import { contentsOf, isText, ok, uniteProvenance, wholly, whyNothing } from './answers.ts'

/** What /proc/net/sockstat and sockstat6 of one namespace tell. */
export function collectSockstat(answers: readonly Answer[]): Part<Sockstat> {
  const texts = answers.filter(isText)
  const [first] = texts
  if (first) return ok(parseSockstat(texts.map((one) => one.text).join('\n')), wholly(first.via))
  const told = contentsOf(answers, 'sockstat')
  if (told.length === 0) return whyNothing(answers, 'sockstat')
  return ok(told.map((one) => one.content.sockstat).reduce(unite), uniteProvenance(told))
}

/** Whether a live namespace's sockstat counts any UDP sockets: a list of none need not be asked for. */
export function mayHaveUdp(answers: readonly Answer[]): boolean {
  const texts = answers.filter(isText).map((one) => one.text)
  return texts.length === 0 || texts.some((text) => /^UDP6?: inuse [1-9]/m.test(text))
}

/** The files of both families, printed one after the other: only sockstat tells of orphans, sockstat6 of its `inuse` alone. */
function unite(one: Sockstat, other: Sockstat): Sockstat {
  const isSix = ({ orphans, timeWait, allocated }: Sockstat) =>
    orphans === null && timeWait === null && allocated === null
  if (isSix(one) === isSix(other)) return one
  const [four, six] = isSix(one) ? [other, one] : [one, other]
  return { ...four, tcpInUse: four.tcpInUse === null ? null : four.tcpInUse + (six.tcpInUse ?? 0) }
}
