import type { Lang } from '../model/text.ts'

/** What the environment says about how to print. Read once, handed down. */
export type Environment = Readonly<Record<string, string | undefined>>

export type ColorChoice = 'auto' | 'always' | 'never'

/** Columns where nothing tells: a pipe, a file, CI. */
const DEFAULT_WIDTH = 100

/** The language of LC_ALL, LC_MESSAGES or LANG, the first that is set; anything but Chinese reads English. */
export function languageFrom(env: Environment): Lang {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^zh\b|^zh_/i.test(locale) ? 'zh' : 'en'
}

/**
 * The language asked for, before commander has read anything: its own help and errors need it.
 * An unknown one is left for commander to refuse.
 */
export function languageOf(args: readonly string[], env: Environment): Lang {
  const end = args.indexOf('--')
  const before = end === -1 ? args : args.slice(0, end)
  const at = before.findLastIndex((arg) => arg === '--lang' || arg.startsWith('--lang='))
  const asked = at === -1 ? undefined : before[at]?.startsWith('--lang=') ? before[at].slice(7) : before[at + 1]
  return asked === 'en' || asked === 'zh' ? asked : languageFrom(env)
}

/** Colour by the choice; `auto`: on a terminal that can, unless NO_COLOR is set to anything (no-color.org). */
export function wantsColor(choice: ColorChoice, isTerminal: boolean, env: Environment): boolean {
  if (choice !== 'auto') return choice === 'always'
  if (env.NO_COLOR) return false
  return isTerminal && env.TERM !== 'dumb'
}

/** Columns of the terminal; COLUMNS overrules where there is none. */
export function widthFrom(columns: number | undefined, env: Environment): number {
  if (columns !== undefined && columns > 0) return columns
  const told = Number(env.COLUMNS)
  return Number.isInteger(told) && told > 0 ? told : DEFAULT_WIDTH
}
