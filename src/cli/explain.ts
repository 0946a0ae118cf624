import type { Topic } from '../model/topic.ts'
import { inLanguage } from '../report/printed.ts'
import { EXPLAIN_WORDS as W } from '../words/explain.ts'
import { say } from '../words/say.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { CommonOptions } from './input.ts'
import { printTable } from './table-output.ts'
import { allTopics, findTopics, similarTopics } from './topics.ts'

export interface ExplainOptions extends CommonOptions {
  readonly output: 'text' | 'json' | 'yaml' | 'markdown'
}

/** `recvq explain`: the page on a name; without one, what there are pages for. */
export async function runExplain(words: readonly string[], options: ExplainOptions): Promise<ExitCode> {
  const topics = allTopics()
  const asked = words.join(' ')
  const found = asked === '' ? [] : findTopics(asked, topics)
  if (asked !== '' && found.length === 0) throw noPage(asked, topics)
  const { lang, output } = options
  const report = await import('../report/explain.ts')
  if (found.length > 1) process.stderr.write(`${say(W.severalMeanings, { name: asked, n: found.length })[lang]}\n`)
  if (output === 'markdown') {
    process.stdout.write(found.map((topic) => report.topicMarkdown(topic, lang)).join('\n'))
    return EXIT.healthy
  }
  const list = asked === '' ? topics.map(({ id, kind, title }) => ({ id, kind, title })) : found
  const data = inLanguage({ apiVersion: 'recvq/v1', kind: 'Topics', topics: list }, lang)
  await printTable(data, { ...options, output, all: true }, (page) =>
    asked === '' ? report.renderIndex(topics, page) : report.renderTopics(found, page),
  )
  return EXIT.healthy
}

function noPage(name: string, topics: readonly Topic[]): Failure {
  const alike = similarTopics(name, topics)
  return new Failure(say(W.unknown, { name }), {
    hint: alike.length > 0 ? say(W.nearest, { list: alike.join(', ') }) : W.unknownHint,
  })
}
