import type { Evidence } from '../../model/finding.ts'

/** Proofs that say the same of one thing after the other, shown before the rest of them is folded. */
const ALIKE_SHOWN = 3

/** How many proofs are shown at most, whatever they say. */
const SHOWN = 24

/**
 * The proofs worth their lines: of those that are alike (33 ports, each with its queue) the first few, of the others each one,
 * so that a long list never hides what stands behind it. All of them where folding would save no line.
 */
export function foldEvidence(evidence: readonly Evidence[]): readonly Evidence[] {
  const seen = new Map<string, number>()
  const kept = evidence.filter((one) => {
    const shape = shapeOf(one.label.en)
    const nth = (seen.get(shape) ?? 0) + 1
    seen.set(shape, nth)
    return nth <= ALIKE_SHOWN
  })
  const shown = kept.slice(0, SHOWN)
  return evidence.length - shown.length <= 1 ? evidence : shown
}

/** A label without its numbers, addresses, Services (`shop/web:http`) and list items: what it says of whatever it names. */
function shapeOf(label: string): string {
  return label
    .replace(/(?<!\S)\S+\/\S+/g, '#')
    .replace(/\[[0-9a-f:.*]*\]|[0-9]+(?:[.:×][0-9]+)*/gi, '#')
    .replace(/\*(?=:#)/g, '#')
    .replace(/#(?:[ ,:×*]*#)+/g, '#')
}
