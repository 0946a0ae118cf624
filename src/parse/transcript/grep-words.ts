import type { Invocation } from './invocation.ts'
import { own } from './own.ts'

export interface Grep {
  /** Alternatives, as plain words; null where the pattern is more than that. Patterns are never run: they come from the input. */
  readonly words: readonly string[] | null
  readonly inverted: boolean
  readonly ignoreCase: boolean
  readonly counts: boolean
  /** `-o`: prints only what matched, so no rows. */
  readonly onlyMatch: boolean
  /** Arguments that are files. */
  readonly files: readonly string[]
  /** As typed, for people. */
  readonly label: string
}

const VALUED = /^-(?:[ABCmd]|-(?:after-context|before-context|context|max-count|color|colour))$/

/** Understand a grep, as far as its pattern is a list of plain words. */
export function readGrep({ program, args }: Invocation): Grep {
  const patterns: string[] = []
  const files: string[] = []
  let options = ''
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '-e' || arg === '--regexp') patterns.push(args[++i] ?? '')
    else if (VALUED.test(arg)) i++
    else if (/^-\d+$/.test(arg)) continue
    else if (arg.startsWith('--')) options += own(LONG, arg) ?? ''
    else if (/^-[A-Za-z]/.test(arg)) options += arg.slice(1).replace(/[ABC]\d+$/, '')
    else files.push(arg)
  }
  if (patterns.length === 0) patterns.push(files.shift() ?? '')
  const extended = program === 'egrep' || /[EP]/.test(options)
  const fixed = program === 'fgrep' || options.includes('F')
  const lists = patterns.map((pattern) => (fixed ? [pattern] : wordsOf(pattern, extended)))
  return {
    words: lists.every((list) => list !== null) ? lists.flat() : null,
    inverted: options.includes('v'),
    ignoreCase: options.includes('i'),
    counts: options.includes('c'),
    onlyMatch: options.includes('o'),
    files,
    label: [program, ...args].join(' '),
  }
}

const LONG: Readonly<Record<string, string>> = {
  '--invert-match': 'v',
  '--ignore-case': 'i',
  '--count': 'c',
  '--only-matching': 'o',
  '--extended-regexp': 'E',
  '--perl-regexp': 'P',
  '--fixed-strings': 'F',
}

/** `a|b`, `a\|b`, `(a|b)`, `:80\b` → its words; null where anything else stands in it. */
export function wordsOf(pattern: string, extended: boolean): readonly string[] | null {
  const group = extended ? /^\(([^()]*)\)$/.exec(pattern)?.[1] : undefined
  const parts = (group ?? pattern).split(extended ? '|' : '\\|')
  const words = parts.map((part) => {
    const plain = part
      .replace(/^\\[b<]|\\[b>]$|^\^(?=tcp|LISTEN|ESTAB|SYN|CLOSE|TIME|FIN|LAST)|\\?[ ]$/g, '')
      .replace(/\\([.\-:/*[\]])/g, '$1')
      .replace(/^\[([:\w])\]/, '$1')
    return plain !== '' && /^[\w.:/@ #-]+$/.test(plain) ? plain : null
  })
  return words.every((word) => word !== null) ? words : null
}
