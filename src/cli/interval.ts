import { CLI_WORDS as W } from '../words/cli.ts'
import { say } from '../words/say.ts'
import { Failure } from './failure.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }

/** Longer than this somebody meant something else. */
const LONGEST_MS = 600_000

/** `3s`, `500ms`, `1m`, `2` (seconds), `0` → milliseconds. */
export function parseInterval(value: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(value.trim())
  const ms = match ? Number(match[1]) * (UNITS[match[2] ?? 's'] ?? Number.NaN) : Number.NaN
  if (!(ms >= 0 && ms <= LONGEST_MS)) throw new Failure(say(W.badInterval, { value }))
  return Math.round(ms)
}
