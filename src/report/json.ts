import type { Report } from '../model/report.ts'
import type { Lang, Printed } from '../model/text.ts'
import { inLanguage } from './printed.ts'

/** A report with its sentences in one language: what `-o json` prints and schema/report.json describes. */
export type PrintedReport = Printed<Report>

/**
 * The report as JSON, indented, ending in a newline.
 * Shape: apiVersion recvq/v1, kind Report; everything a terminal would obey is written as \uXXXX, the values stay what they are
 */
export function renderJson(report: Report, { lang }: { readonly lang: Lang }): string {
  return `${escapeHidden(JSON.stringify(printReport(report, lang), null, 2))}\n`
}

export const printReport = (report: Report, lang: Lang): PrintedReport => inLanguage(report, lang)

/** JSON.stringify escapes below U+0020 only; a terminal obeys more than that. */
const HIDDEN = /[\u007f-\u009f]|[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Does a text hold what escapeHidden() would escape, or a control character? */
export const hasHidden = (text: string): boolean => text.search(HIDDEN) >= 0 || /\p{Cc}/u.test(text)

export function escapeHidden(json: string): string {
  return json.replace(HIDDEN, (char) =>
    Array.from(
      { length: char.length },
      (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}
