import { type Format, originAt, wholeNumber, withoutRemark } from './format.ts'

/** Read the bare number that `… | wc -l` or `grep -c` prints. Tried only behind such a command. */
export const rowCount: Format = {
  name: 'row-count',
  opens: (text) => countOf(text) !== null,
  read(context) {
    let count: number | null = null
    let at = 0
    return {
      take(text, line) {
        const value = countOf(text)
        if (value === null || count !== null) return false
        count = value
        at = line
        return true
      },
      finish: () => ({
        content: count === null ? [] : [{ question: 'count', count, origin: originAt(context, at) }],
        warnings: [],
        lost: 0,
      }),
    }
  },
}

const countOf = (text: string): number | null => wholeNumber((withoutRemark(text) ?? text).trim())

/** The number of lines of something that is no list of sockets (`lsof | wc -l`): understood, and nothing is told by it. */
export const otherCount: Format = {
  name: 'count',
  opens: rowCount.opens,
  read(context) {
    const { take, finish } = rowCount.read(context)
    return { take, finish: () => ({ ...finish(), content: [] }) }
  },
}
