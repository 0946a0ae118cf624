import type { Diff, DiffList } from '../model/diff.ts'
import type { Lang } from '../model/text.ts'
import { DIFF_WORDS as D } from '../words/diff.ts'
import { headOf } from './diff/head.ts'
import { findingSection, netnsSections, type Section } from './diff/sections.ts'
import { inline } from './markdown/escape.ts'
import { unbounded, ungluedText } from './plain.ts'
import { type Line, renderLines, span } from './style.ts'
import { netnsName } from './text/names.ts'
import { BLANK, labelled, paragraph, type TextOptions } from './text/page.ts'
import { visibleDeep } from './visible.ts'
import { widthOf } from './wrap.ts'

/** Diffs for a terminal: what is held against what, then each thing that changed under its title. */
export function renderDiff(list: DiffList, page: TextOptions): string {
  const { diffs } = visibleDeep(list)
  const lines = diffs.flatMap((diff, index): readonly Line[] => {
    const { title, remarks } = headOf(page, diff)
    const sections = sectionsOf(page, diff)
    const column =
      Math.max(0, ...sections.flatMap(({ rows }) => rows.map(({ label }) => Math.min(28, widthOf(label))))) + 2
    return [
      ...(index > 0 ? [BLANK] : []),
      ...paragraph(page, title, { style: 'strong' }),
      ...remarks.flatMap((remark) => paragraph(page, remark, { style: 'dim' })),
      ...(sections.length === 0 ? [BLANK, ...paragraph(page, nothingText(page, diff))] : []),
      ...sections.flatMap((section) => [
        BLANK,
        [span(section.title, 'strong')],
        ...section.rows.flatMap(({ label, text }) => labelled(page, label, text, { indent: 2, column })),
      ]),
    ]
  })
  return renderLines(lines, page.color)
}

/** The same as Markdown, for tickets. */
export function renderDiffMarkdown(
  list: DiffList,
  { lang, all }: { readonly lang: Lang; readonly all: boolean },
): string {
  const page = unbounded(lang, all)
  const { diffs } = visibleDeep(list)
  const lines = diffs.flatMap((diff) => {
    const { title, remarks } = headOf(page, diff)
    const sections = sectionsOf(page, diff)
    return [
      `## ${inline(title)}`,
      '',
      ...remarks.flatMap((remark) => [inline(ungluedText(remark)), '']),
      ...(sections.length === 0 ? [nothingText(page, diff), ''] : []),
      ...sections.flatMap((section) => [
        `**${inline(section.title)}**`,
        '',
        '| | |',
        '| --- | --- |',
        ...section.rows.map(({ label, text }) => `| ${inline(label)} | ${inline(ungluedText(text))} |`),
        '',
      ]),
    ]
  })
  return `${lines.join('\n').trimEnd()}\n`
}

/** The host's namespace goes without saying; others are named in the titles of their sections. */
function sectionsOf(page: TextOptions, diff: Diff): readonly Section[] {
  const ofNetns = diff.netns.flatMap((netns) => {
    const name = netnsName(page, netns.key)
    return netnsSections(page, netns).map((section) => ({
      ...section,
      title: name === null ? section.title : `${section.title} · ${name}`,
    }))
  })
  const lists = [...diff.onlyBefore.map((key) => `−${key}`), ...diff.onlyAfter.map((key) => `+${key}`)]
  const namespaces =
    lists.length === 0 ? [] : [{ title: D.namespaces[page.lang], rows: lists.map((text) => ({ label: '', text })) }]
  return [...findingSection(page, diff), ...ofNetns, ...namespaces]
}

const nothingText = (page: TextOptions, { relation }: Diff): string =>
  (relation === 'nodes' ? D.nothingNodes : D.nothing)[page.lang]
