import type { QueueChange, QueueChanges } from '../facts/queue-changes.ts'
import type { Evidence } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatList } from '../words/format.ts'
import { say } from '../words/say.ts'

const WORDS = {
  grown: {
    en: 'Ports whose queue grew since the reading before: {ports}; {unchanged} unchanged',
    zh: '与前一次读数相比队列变长的端口：{ports}；{unchanged} 个不变',
  },
  unchanged: {
    en: 'Ports whose queue is as long as at the reading before; none grew',
    zh: '与前一次读数相比队列长度不变的端口；没有变长的',
  },
  shrunk: {
    en: 'Ports whose queue is shorter than at the reading before: {ports}; the owner was restarted in between, or does accept',
    zh: '与前一次读数相比队列变短的端口：{ports}；其间进程重启过，或者它确实会 accept',
  },
  notListed: {
    en: 'Ports no longer listed, with what waited there: {ports}; likely gone, since a queue that nobody accepts from cannot shrink',
    zh: '不再列出的端口（括号内为当时的排队数）：{ports}；很可能已经消失，因为没有人 accept 的队列不会变短',
  },
  gone: {
    en: 'Ports gone since the reading before, with what waited there: {ports}',
    zh: '前一次读数之后消失的端口（括号内为当时的排队数）：{ports}',
  },
} satisfies Record<string, Text>

const SHOWN = 12

/** What became of the queues that nobody accepts from since the reading before: a line per kind of change. */
export function changeEvidence(changes: QueueChanges | null): readonly Evidence[] {
  if (changes === null) return []
  const { grown, unchanged, shrunk, notListed } = changes
  const steps = (list: readonly QueueChange[]) =>
    formatList(
      list.map((one) => `${one.port} ${one.from} → ${one.to}`),
      SHOWN,
    )
  const line = (label: Text, value: number, source: Evidence['source'] | undefined): readonly Evidence[] =>
    source ? [{ label, value, unit: 'listeners', limit: null, source, command: null }] : []
  const closed = (label: Text, gone: boolean) => {
    const ports = notListed.filter((one) => one.gone === gone)
    const was = formatList(
      ports.map((one) => `${one.port} (${one.was})`),
      SHOWN,
    )
    return line(say(label, { ports: was }), ports.length, ports[0]?.originBefore)
  }
  return [
    ...(grown.length > 0
      ? line(say(WORDS.grown, { ports: steps(grown), unchanged: unchanged.length }), grown.length, grown[0]?.origin)
      : line(WORDS.unchanged, unchanged.length, shrunk.length > 0 ? undefined : unchanged[0]?.origin)),
    ...line(say(WORDS.shrunk, { ports: steps(shrunk) }), shrunk.length, shrunk[0]?.origin),
    ...closed(WORDS.notListed, false),
    ...closed(WORDS.gone, true),
  ]
}
