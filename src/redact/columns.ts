/**
 * A line whose words became longer or shorter, its columns moved back to where they began.
 * Gaps: a word that is too long for its column pushes the others; two spaces always part them
 */
export function keepColumns(before: string, after: string): string {
  if (before === after || !before.includes('  ')) return after
  const was = before.split(GAP)
  const is = after.split(GAP)
  // Gaps stand at odd places. If the words were not replaced one by one there is nothing to go by.
  if (was.length !== is.length) return after
  let out = ''
  let column = 0
  for (const [index, part] of was.entries()) {
    column += part.length
    if (index % 2 === 0) out += is[index] ?? ''
    else out += index === was.length - 1 || out === '' ? part : ' '.repeat(Math.max(2, column - out.length))
  }
  return out
}

const GAP = /( {2,})/
