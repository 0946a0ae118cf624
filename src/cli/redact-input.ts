import { randomBytes } from 'node:crypto'
import type { Series } from '../model/snapshot.ts'
import { createRedactor, learnSeries, learnValue, redactValue } from '../redact.ts'
import type { Input } from './input.ts'

/** Readings with tokens for names. Without a salt every run has its own. */
export function redactSeries(series: Series, salt?: string): Series {
  const redactor = createRedactor(saltOr(salt))
  learnSeries([series], redactor)
  return redactValue(series, redactor)
}

/** Everything that was read, with tokens for names: the same name in two files gets the same one. */
export function redactInput(input: Input, salt?: string): Input {
  const redactor = createRedactor(saltOr(salt))
  const { series, ...rest } = input
  learnSeries(series, redactor)
  learnValue(rest, redactor)
  return redactValue(input, redactor)
}

export const saltOr = (salt: string | undefined): string => salt ?? randomBytes(16).toString('hex')
