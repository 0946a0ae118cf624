/** What a shell can fill in of a program's command line. */
export interface Completion {
  readonly program: string
  /** The command that is meant where none is named. */
  readonly standard: string
  readonly commands: readonly CompletionCommand[]
}

export interface CompletionCommand {
  readonly name: string
  readonly about: string
  readonly options: readonly CompletionOption[]
  /** What may stand behind it; null: nothing. */
  readonly operand: CompletionValue | null
}

export interface CompletionOption {
  /** `-o` and `--output`. */
  readonly flags: readonly string[]
  readonly about: string
  /** null: a switch. */
  readonly value: CompletionValue | null
}

/** `any`: something only the user knows. */
export type CompletionValue =
  | { readonly kind: 'words'; readonly words: readonly CompletionWord[] }
  | { readonly kind: 'files' | 'folders' | 'any' }

export interface CompletionWord {
  readonly name: string
  /** Empty: nothing to add to the name. */
  readonly about: string
}

/** A word of a shell script that stands for itself: no character in it means anything to bash, zsh or fish. */
export const quoted = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll('\\', '/').replaceAll("'", '’').replaceAll('\n', ' ')}'`
