import type { Diff, DiffSide } from '../../model/diff.ts'
import { DIFF_WORDS as D } from '../../words/diff.ts'
import { ORDER_WORDS, REPORT_WORDS as W } from '../../words/report.ts'
import { aside, type TextOptions, tell } from '../text/page.ts'

/** What a head is made of: a diff, or a single reading. */
export type Headed = Pick<Diff, 'before' | 'after' | 'order' | 'seconds' | 'notes'> & {
  readonly relation: Diff['relation'] | 'single'
}

/** What is held against what, and how their order in time is known. */
export function headOf(
  page: TextOptions,
  diff: Headed,
): { readonly title: string; readonly remarks: readonly string[] } {
  const [a, b] = [sideName(page, diff.before), sideName(page, diff.after)]
  const order =
    diff.order === null
      ? []
      : [
          aside([
            `${D.order[page.lang]}: ${ORDER_WORDS[diff.order.by][page.lang]}`,
            diff.order.because === '' ? null : diff.order.because,
            diff.seconds === null ? null : tell(page, D.apart, { seconds: Math.round(diff.seconds) }),
          ]),
        ]
  return {
    title: tell(page, D[diff.relation], { a, b }),
    remarks: [...order, ...diff.notes.map((note) => note[page.lang])],
  }
}

function sideName(page: TextOptions, { node, source, lines, takenAt }: DiffSide): string {
  const file = source.slice(source.lastIndexOf('/') + 1)
  const name = node === null ? W.unnamedNode[page.lang] : node
  const where = lines
    ? tell(page, D.lines, { first: String(lines[0]), last: String(lines[1]), file: file.replace(/#\d+$/, '') })
    : file
  const text = tell(page, D.reading, { node: name, source: where })
  return takenAt === null ? text : `${text}, ${takenAt}`
}
