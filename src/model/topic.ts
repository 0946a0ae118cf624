import type { Text } from './text.ts'

/** A page that explains one thing: a rule, a counter, a setting, a state, a column, a line of the kernel's log. */
export interface Topic {
  /** As people write it: `accept-queue-full`, `TcpExtListenOverflows`, `net.core.somaxconn`, `CLOSE_WAIT`, `Recv-Q`. */
  readonly id: string
  readonly kind: TopicKind
  readonly title: Text
  /** Facts that stand below the title: severity, since which kernel, other names. */
  readonly marks: readonly Text[]
  /** In the order of reading. The body: paragraphs and `- ` lists, code in backticks. */
  readonly sections: readonly { readonly title: Text; readonly body: Text }[]
  readonly sources: readonly string[]
  /** Ids of topics that belong to it. */
  readonly related: readonly string[]
}

export type TopicKind = 'rule' | 'counter' | 'sysctl' | 'state' | 'column' | 'log'
