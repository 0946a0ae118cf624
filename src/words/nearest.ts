/** The few of `names` that are most like `wanted`, the likest first; none where nothing is alike. Letters' case does not count. */
export function nearest(wanted: string, names: Iterable<string>, most = 3): readonly string[] {
  const lower = wanted.toLowerCase()
  const furthest = Math.max(2, Math.floor(lower.length / 3))
  return [...new Set(names)]
    .map((name) => ({ name, far: distance(lower, name.toLowerCase()) }))
    .filter(({ far }) => far <= furthest)
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name)
}

/** Letters to insert, take away or change (Levenshtein); 1 where one name is the beginning or a part of the other. */
function distance(a: string, b: string): number {
  if (a === b) return 0
  if (a.length >= 4 && b.length >= 4 && (a.includes(b) || b.includes(a))) return 1
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const change = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
