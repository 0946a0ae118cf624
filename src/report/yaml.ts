import { Document, isScalar, Scalar, visit } from 'yaml'
import type { Report } from '../model/report.ts'
import type { Lang } from '../model/text.ts'
import { escapeHidden, hasHidden, printReport } from './json.ts'

/**
 * The report as YAML 1.2, ending in a newline: the same value as the JSON form.
 * Shape: a string that holds anything a terminal would obey stands in double quotes with \u escapes
 */
export const renderYaml = (report: Report, { lang }: { readonly lang: Lang }): string =>
  toYaml(printReport(report, lang))

/** Any value of ours in that form. */
export function toYaml(value: object): string {
  // Without aliases: one origin serves many proofs, and people read this.
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && hasHidden(node.value)) node.type = Scalar.QUOTE_DOUBLE
    },
  })
  return escapeHidden(document.toString({ lineWidth: 0 }))
}
