import type { Content, Question } from '../model/block.ts'
import type { Coverage, Gap, Ok, Warning } from '../model/part.ts'
import type { Answer } from '../sys/host.ts'

export type ContentAnswer = Extract<Answer, { content: Content }>
export type TextAnswer = Extract<Answer, { text: string }>

export const isContent = (answer: Answer): answer is ContentAnswer => answer.ok && 'content' in answer
export const isText = (answer: Answer): answer is TextAnswer => answer.ok && 'text' in answer

/** The contents among the answers that are about one question. */
export function contentsOf<Q extends Question>(
  answers: readonly Answer[],
  question: Q,
): readonly (ContentAnswer & { readonly content: Extract<Content, { question: Q }> })[] {
  return answers.filter(
    (answer): answer is ContentAnswer & { readonly content: Extract<Content, { question: Q }> } =>
      isContent(answer) && answer.content.question === question,
  )
}

export interface Provenance {
  readonly via: string
  readonly coverage: readonly Coverage[]
  readonly cuts: readonly string[]
  readonly warnings: readonly Warning[]
}

/** How a union of answers was come by: of partial ones it is partial, their sets side by side; with one whole it is whole. */
export function uniteProvenance(answers: readonly Provenance[]): Provenance {
  const whole = answers.find((one) => one.coverage.some((set) => set.of === 'all'))
  return {
    via: [...new Set(answers.map((one) => one.via))].join(', '),
    coverage: whole ? [{ of: 'all' }] : answers.flatMap((one) => one.coverage),
    cuts: whole ? whole.cuts : [...new Set(answers.flatMap((one) => one.cuts))],
    warnings: answers.flatMap((one) => one.warnings),
  }
}

export const ok = <T>(data: T, from: Provenance): Ok<T> => ({ ok: true, data, ...from })

export const wholly = (via: string, warnings: readonly Warning[] = []): Provenance => ({
  via,
  coverage: [{ of: 'all' }],
  cuts: [],
  warnings,
})

export const gap = (reason: Gap['reason'], detail: string): Gap => ({ ok: false, reason, detail })

/** Why there is nothing: the first gap among the answers, or that nobody captured it. */
export function whyNothing(answers: readonly Answer[], what: string): Gap {
  const met = answers.find((answer): answer is Gap => !answer.ok)
  return met ?? gap('absent', `${what}: not captured`)
}
