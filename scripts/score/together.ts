/** Heading of the part that adds up the texts and the lab. */
export const TOGETHER = '## Texts and lab together'

/** The rows that add up: all texts, and all of the lab. */
const ROWS = /^\| (?:all|faults and their healthy twins) \| (\d+) \| (\d+) \|(.*)$/gm

/** A table of one line that adds up what the page's own tables say. */
export function together(page: string): string {
  const sums = [0, 0, 0, 0, 0, 0, 0, 0]
  for (const [, cases, caused, shares = ''] of page.matchAll(ROWS)) {
    const counts = [...shares.matchAll(/\((\d+) of (\d+)\)/g)].flatMap(([, part, whole]) => [part, whole])
    for (const [index, value] of [cases, caused, ...counts].entries()) sums[index] = (sums[index] ?? 0) + Number(value)
  }
  const [cases = 0, caused = 0, ...counts] = sums
  const share = (at: number) => {
    const [part = 0, whole = 0] = counts.slice(at, at + 2)
    return `${whole === 0 ? '—' : (part / whole).toFixed(3)} (${part} of ${whole})`
  }
  return [
    '| cases | with a cause | precision | recall | first |',
    '| --- | --- | --- | --- | --- |',
    `| ${cases} | ${caused} | ${share(0)} | ${share(2)} | ${share(4)} |`,
  ].join('\n')
}
