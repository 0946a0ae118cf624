import type { Lang } from '../model/text.ts'
import type { Line } from './style.ts'
import type { TextOptions } from './text/page.ts'
import { GLUE } from './wrap.ts'

/** A page without columns: each sentence is one line, for outputs that are laid out by whoever shows them. */
export const unbounded = (lang: Lang, all: boolean): TextOptions => ({
  lang,
  all,
  verbose: all,
  color: false,
  width: Number.MAX_SAFE_INTEGER,
})

/** The text of laid-out lines, line by line. */
export const plainLines = (lines: readonly Line[]): readonly string[] =>
  lines.map((line) => ungluedText(line.map(({ text }) => text).join('')))

/** Blanks that keep words together on a terminal are plain ones elsewhere. */
export const ungluedText = (text: string): string => text.replaceAll(GLUE, ' ')
