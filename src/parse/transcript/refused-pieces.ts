import type { Piece } from './piece.ts'
import type { Plan } from './plan-base.ts'
import { questionOf, type Refusal } from './refusals.ts'

/** What one of the command's programs said instead of an answer. */
export interface Refused {
  /** null: nobody knows which of them spoke. */
  readonly plan: Plan | null
  readonly reason: Refusal['reason']
  readonly said: string
  readonly line: number
}

export const MAX_REFUSALS = 20

/** Where a program printed rows and a complaint, its rows are not whole; where nothing else, that is its answer. */
export function withRefusals(
  pieces: readonly Piece[],
  refusals: readonly Refused[],
  plans: readonly Plan[],
): readonly Piece[] {
  const anonymous = plans[0]
  const isCount = ({ plan: { shown } }: Piece) => shown.shape === 'count' || shown.shape === 'census'
  // What was counted is what the program printed, so nothing.
  const read = pieces.filter((piece) => !(isCount(piece) && refusals.some(({ plan }) => plan === piece.plan)))
  const doubted = read.map((piece): Piece => {
    const said = refusals.filter(({ plan }) => plan === piece.plan || plan === null).map((one) => one.said)
    return said.length === 0 ? piece : { ...piece, coverage: [], cuts: [...piece.cuts, ...said] }
  })
  const answered = new Set<Plan | null>(read.map((piece) => piece.plan))
  const others = refusals.flatMap(({ plan, reason, said, line }): Piece[] => {
    if (answered.has(plan) || !anonymous) return []
    answered.add(plan)
    const question = plan === null ? null : questionOf(plan)
    const gap = { ok: false, reason, detail: said } as const
    return [
      {
        format: 'refused',
        plan: plan ?? anonymous,
        lines: [line, line],
        content: [{ question: 'refused', of: question ?? 'refused', gap }],
        coverage: [],
        cuts: [said],
        warnings: [],
      },
    ]
  })
  return [...doubted, ...others]
}
