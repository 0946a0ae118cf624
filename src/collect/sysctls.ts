import type { Part } from '../model/part.ts'
import type { Sysctls } from '../model/snapshot.ts'
import type { Answer } from '../sys/host.ts'
import { contentsOf, ok, uniteProvenance, whyNothing } from './answers.ts'

/** The settings of one namespace. What several outputs tell keeps the first value. */
export function collectSysctls(answers: readonly Answer[]): Part<Sysctls> {
  const found = contentsOf(answers, 'sysctls')
  if (found.length === 0) return whyNothing(answers, 'sysctls')
  const union = [...found].reverse().reduce<Sysctls>(
    (all, { content: { sysctls } }) => ({
      values: { ...all.values, ...sysctls.values },
      origins: { ...all.origins, ...sysctls.origins },
    }),
    { values: {}, origins: {} },
  )
  return ok(union, uniteProvenance(found))
}
