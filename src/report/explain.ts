import type { Lang } from '../model/text.ts'
import type { Topic } from '../model/topic.ts'
import { KIND_WORDS, EXPLAIN_WORDS as W } from '../words/explain.ts'
import { ungluedText } from './plain.ts'
import { type Line, renderLines, type Span, span } from './style.ts'
import { aside, BLANK, labelled, listOf, paragraph, type TextOptions } from './text/page.ts'
import { widthOf } from './wrap.ts'

/** Pages for a terminal, one after the other. */
export function renderTopics(topics: readonly Topic[], page: TextOptions): string {
  return renderLines(
    topics.flatMap((topic, index) => [...(index > 0 ? [BLANK] : []), ...topicLines(page, topic)]),
    page.color,
  )
}

function topicLines(page: TextOptions, topic: Topic): readonly Line[] {
  const { id, kind, title, marks, sections, sources, related } = topic
  const list = (name: string, items: readonly string[]): readonly Line[] =>
    items.length === 0
      ? []
      : [BLANK, [span(name, 'strong')], ...items.flatMap((item) => paragraph(page, item, { prefix: [span('  - ')] }))]
  return [
    ...paragraph(page, title[page.lang], { prefix: [span(`${id}  `, 'code')], style: 'strong' }),
    ...paragraph(page, aside([KIND_WORDS[kind][page.lang], ...marks.map((mark) => mark[page.lang])]), { style: 'dim' }),
    ...sections.flatMap(({ title: heading, body }) => [
      BLANK,
      [span(heading[page.lang], 'strong')],
      ...bodyLines(page, body[page.lang]),
    ]),
    ...list(W.sources[page.lang], sources),
    ...(related.length === 0
      ? []
      : [BLANK, ...paragraph(page, listOf(page, related), { prefix: [span(`${W.related[page.lang]}  `, 'strong')] })]),
  ]
}

/** Paragraphs, and lists whose items hang. Fenced blocks are kept as they are. */
function bodyLines(page: TextOptions, body: string): readonly Line[] {
  let fenced = false
  return body.split('\n').flatMap((line): readonly Line[] => {
    if (line.startsWith('```')) {
      fenced = !fenced
      return []
    }
    if (fenced) return [[span('    '), span(line, 'code')]]
    if (line.trim() === '') return [BLANK]
    const bullet = /^(\s*)(- |\d{1,2}\. )/.exec(line)
    const prefix: Span[] = [span(`  ${bullet ? bullet[0] : ''}`)]
    return paragraph(page, plain(line.slice(bullet?.[0].length ?? 0)), { prefix, hang: widthOf(prefix[0]?.text ?? '') })
  })
}

/** Code, emphasis and links of Markdown as a terminal can show them: by their text. */
const plain = (text: string): string =>
  text
    .replace(/`([^`]*)`/g, '$1')
    .replace(/\*\*([^*]*)\*\*/g, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')

/** A page as Markdown, headings from `#` on. `link`: where the page of another topic stands; null: it has none here. */
export function topicMarkdown(topic: Topic, lang: Lang, link: (id: string) => string | null = () => null): string {
  const { id, kind, title, marks, sections, sources, related } = topic
  const name = (one: string) => {
    const target = link(one)
    return target === null ? `\`${one}\`` : `[${one}](${target})`
  }
  const parts = [
    `# ${title[lang]}`,
    ungluedText(aside([`\`${id}\``, KIND_WORDS[kind][lang], ...marks.map((mark) => mark[lang])])),
    ...sections.map(
      ({ title: heading, body }) =>
        `## ${heading[lang]}\n\n${body[lang].trim().replace(/^- `([a-z0-9-]+)`/gm, (_, one: string) => `- ${name(one)}`)}`,
    ),
    ...(sources.length === 0 ? [] : [`## ${W.sources[lang]}\n\n${sources.map((source) => `- ${source}`).join('\n')}`]),
    ...(related.length === 0 ? [] : [`## ${W.related[lang]}\n\n${related.map((one) => `- ${name(one)}`).join('\n')}`]),
  ]
  return `${parts.join('\n\n')}\n`
}

/** What there are pages for, kind by kind. */
export function renderIndex(topics: readonly Topic[], page: TextOptions): string {
  const kinds = [...new Set(topics.map(({ kind }) => kind))]
  const lines = kinds.flatMap((kind, index): readonly Line[] => {
    const these = topics.filter((topic) => topic.kind === kind)
    const column = Math.min(40, Math.max(...these.map(({ id }) => widthOf(id)))) + 2
    return [
      ...(index > 0 ? [BLANK] : []),
      [span(KIND_WORDS[kind][page.lang], 'strong')],
      ...these.flatMap(({ id, title }) => labelled(page, id, title[page.lang], { indent: 2, column })),
    ]
  })
  return renderLines(lines, page.color)
}
