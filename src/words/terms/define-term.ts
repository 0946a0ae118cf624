import type { Text } from '../../model/text.ts'
import type { TopicKind } from '../../model/topic.ts'

/**
 * What is known of a counter, setting, state, column or log line. Every sentence is its own: what would be said of ten others,
 * too, is not worth saying of one.
 */
export interface Term {
  /** Counters by nstat's names, sysctls with dots, states as the kernel spells them, columns as printed, log lines by a short name. */
  readonly id: string
  /** Other spellings that lead here: `CLOSE-WAIT`, `skmem:r`, an older name. Wordings of `netstat -s` are found by themselves. */
  readonly also?: readonly string[]
  /** Of one line, without a full stop. */
  readonly title: Text
  /** What it is: of a counter what one more of it means, of a setting what it limits, of a column what the number counts. */
  readonly what: Text
  /** Since which kernel or tool it is there, or means this; null: longer than anyone remembers, or not known. */
  readonly since: string | null
  /** What raises it, who sets it, how a socket comes into it. */
  readonly raisedBy: Text
  /** How to read it by hand and what to hold it against. */
  readonly read: Text
  /** What to do about it; null where there is nothing to do, which `read` then says. */
  readonly act: Text | null
  /** Rules that judge it. */
  readonly rules: readonly string[]
  /** Files and functions of the kernel, manual pages, RFCs. */
  readonly sources: readonly string[]
}

/** Terms of one kind, checked where they are written. */
export interface Glossary {
  readonly kind: Exclude<TopicKind, 'rule'>
  readonly terms: readonly Term[]
}
