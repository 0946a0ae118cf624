import type { LateQueue } from '../facts/late-queues.ts'
import type { View } from '../facts/need.ts'
import type { Holder } from '../facts/owners.ts'
import type { Evidence, Severity } from '../model/finding.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { longestFirst, queueEvidence } from './queue-evidence.ts'

/** Part of the words of every rule that says why accept() is late. */
export const SLOW_WORDS = {
  who: { en: '{program} ({listener})', zh: '{program}（{listener}）' },
  more: { en: '{listener} and {count} more', zh: '{listener} 及另外 {count} 个' },
  somebody: { en: 'the program', zh: '该程序' },
} satisfies Record<string, Text>

/** `nginx (0.0.0.0:80)`. */
export function whoIsLate(holder: Holder | null, queues: readonly LateQueue[]): Text {
  const [first] = longestFirst(queues)
  const name = first ? formatEnd(first.listener.local) : ''
  const listener = queues.length > 1 ? say(SLOW_WORDS.more, { listener: name, count: queues.length - 1 }) : plain(name)
  return say(SLOW_WORDS.who, { program: holder?.program ?? SLOW_WORDS.somebody, listener })
}

/** Users are hurt where something is turned away, or stands for ever; else they wait. */
export const severityOf = (queues: readonly LateQueue[]): Severity =>
  queues.some((one) => one.sign === 'full' || one.sign === 'dropping') ? 'critical' : 'warning'

export const lateEvidence = (view: View, queues: readonly LateQueue[]): readonly Evidence[] =>
  longestFirst(queues).map((one) => queueEvidence(view, one))

/** Where the processes of this reading were read. */
export const processOrigin = ({ snapshot }: View): Origin => ({
  via: snapshot.processes.ok ? snapshot.processes.via : 'proc',
})

/**
 * What a late accept() brings about at the same program, or the same listener where nobody is named. Overflows follow from the full
 * queue, and are linked by it.
 */
export function effectsOnQueues(why: { readonly queue: Text; readonly limit: Text }) {
  return [
    { rule: 'accept-queue-full', shared: 'process', why: why.queue },
    { rule: 'accept-queue-full', shared: 'listener', why: why.queue },
    { rule: 'accept-queue-growing', shared: 'process', why: why.queue },
    { rule: 'accept-queue-growing', shared: 'listener', why: why.queue },
    { rule: 'backlog-too-small', shared: 'process', why: why.limit },
    { rule: 'backlog-too-small', shared: 'listener', why: why.limit },
  ] as const
}
