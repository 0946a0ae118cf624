import type { Lang, Text } from '../model/text.ts'
import { visible } from '../report/visible.ts'
import { InputError } from '../sys/input-error.ts'
import { INPUT_PHRASES, CLI_WORDS as W } from '../words/cli.ts'
import { say } from '../words/say.ts'
import { EXIT, type ExitCode } from './exit-code.ts'

/** A run that cannot go on, for a reason that the caller can mend: wrong usage, an input that cannot be read. */
export class Failure extends Error {
  readonly text: Text
  readonly hint: Text | null
  readonly exitCode: ExitCode

  constructor(text: Text, { hint = null, exitCode = EXIT.usage }: { hint?: Text | null; exitCode?: ExitCode } = {}) {
    super(text.en)
    this.name = 'Failure'
    this.text = text
    this.hint = hint
    this.exitCode = exitCode
  }
}

/** What went wrong, for a person: what was wanted, what was found, where, what to do. Nothing in it reaches the terminal raw. */
export function describeFailure(error: unknown, lang: Lang): { readonly message: string; readonly exitCode: ExitCode } {
  const { text, hint, exitCode } = asFailure(error)
  const lines = [`${W.error[lang]}${text[lang]}`, ...(hint ? [`  ${hint[lang]}`] : [])]
  if (exitCode === EXIT.broken && process.env.RECVQ_DEBUG && error instanceof Error) lines.push(error.stack ?? '')
  return { message: `${visible(lines.join('\n'))}\n`, exitCode }
}

function asFailure(error: unknown): Pick<Failure, 'text' | 'hint' | 'exitCode'> {
  if (error instanceof Failure) return error
  if (error instanceof InputError) {
    const { wanted, found, where, hint } = error
    return {
      text: say(W.wantedFound, { wanted: phrase(wanted), found: phrase(found), where: phrase(where) }),
      hint: hint === null ? null : phrase(hint),
      exitCode: EXIT.usage,
    }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { text: say(W.broke, { message }), hint: W.reportIt, exitCode: EXIT.broken }
}

const phrase = (english: string): Text => ({ en: english, zh: INPUT_PHRASES[english] ?? english })
