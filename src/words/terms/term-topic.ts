import type { Topic, TopicKind } from '../../model/topic.ts'
import { RAISED_WORDS, EXPLAIN_WORDS as W } from '../explain.ts'
import { say } from '../say.ts'
import type { Term } from './define-term.ts'

/** The page on a term. `wordings`: how `netstat -s` prints a counter. */
export function termTopic(kind: Exclude<TopicKind, 'rule'>, term: Term, wordings: readonly string[] = []): Topic {
  const { id, title, since, also = [] } = term
  return {
    id,
    kind,
    title,
    marks: [
      ...(since === null ? [] : [say(W.since, { since })]),
      ...(also.length === 0 ? [] : [say(W.alsoCalled, { names: also.join(', ') })]),
      ...(wordings.length === 0 ? [] : [say(W.inNetstat, { wordings: wordings.join('”, “') })]),
    ],
    sections: [
      { title: W.what, body: term.what },
      { title: RAISED_WORDS[kind], body: term.raisedBy },
      { title: W.read, body: term.read },
      ...(term.act === null ? [] : [{ title: W.act, body: term.act }]),
    ],
    sources: term.sources,
    related: term.rules,
  }
}
