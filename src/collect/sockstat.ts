import type { Part } from '../model/part.ts'
import type { Sockstat } from '../model/snapshot.ts'
import { parseSockstat } from '../parse/proc-net-sockstat.ts'
import type { Answer } from '../sys/host.ts'
import { contentsOf, isText, ok, wholly, whyNothing } from './answers.ts'

/** What /proc/net/sockstat and sockstat6 of one namespace tell. */
export function collectSockstat(answers: readonly Answer[]): Part<Sockstat> {
  const texts = answers.filter(isText)
  const [first] = texts
  if (first) return ok(parseSockstat(texts.map((one) => one.text).join('\n')), wholly(first.via))
  const [content] = contentsOf(answers, 'sockstat')
  return content ? ok(content.content.sockstat, content) : whyNothing(answers, 'sockstat')
}
