import type { Report } from '../../src/model/report.ts'

/** What is the matter in a case, as somebody wrote down who did not ask the program. */
export interface Truth {
  /** Root causes that must be named; `a|b`: either does, because what was shown does not decide between them. */
  readonly causes: readonly string[]
  /** What else is true there: effects, harmless remarks. To name it is no mistake, to leave it out neither. */
  readonly also: readonly string[]
}

/** What the program said of a case. */
export interface Said {
  /** Rules at or above warning that stand without a cause of their own: what it blames. */
  readonly blamed: readonly string[]
  /** Every rule that found something. */
  readonly found: readonly string[]
  /** The rule at the head of the report; null: nothing was found. */
  readonly first: string | null
}

export interface Judged {
  readonly name: string
  readonly truth: Truth
  readonly said: Said
}

/** As the Report has it, and as `recvq diagnose -o json` prints it. */
interface Finding extends Pick<Report['findings'][number], 'rule' | 'severity'> {
  readonly causes: readonly unknown[]
}

export function saidIn(findings: readonly Finding[]): Said {
  const blamed = findings.filter((one) => one.severity !== 'info' && one.causes.length === 0)
  return {
    blamed: unique(blamed.map((one) => one.rule)),
    found: unique(findings.map((one) => one.rule)),
    first: findings[0]?.rule ?? null,
  }
}

/** The rules that a cause may be named by. */
export const waysToSay = (cause: string): readonly string[] => cause.split('|')

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]
