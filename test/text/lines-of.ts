import type { Line } from '../../src/model/line.ts'

/** The lines of a text that is at hand as a whole, as one batch. */
export const linesOf = (text: string): readonly (readonly Line[])[] => [
  text.split('\n').map((line, index) => ({ number: index + 1, text: line, cut: false })),
]
