/** One word of a command line, or an operator that stands between commands. */
export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'operator'; readonly text: '|' | ';' | '&&' | '||' | '&' | '|&' | '(' | ')' | '{' | '}' }
  | { readonly kind: 'redirect'; readonly text: string }

export interface Tokens {
  readonly tokens: readonly Token[]
  /** A quote or a trailing backslash is open: the command goes on in the next line. */
  readonly open: boolean
}

/**
 * Split a shell command line into words and operators.
 * Shape: quotes and backslashes taken off; `$x` and `$(…)` stay as written; a comment ends the line; `>` and `<` with their targets
 *        are redirects
 * Errors: never throws; an open quote runs to the end
 */
export function tokenize(line: string): Tokens {
  const tokens: Token[] = []
  let word = ''
  let inWord = false
  let open = false
  const endWord = () => {
    if (inWord) tokens.push({ kind: 'word', text: word })
    word = ''
    inWord = false
  }
  let i = 0
  while (i < line.length) {
    const char = line[i] ?? ''
    const next = line[i + 1] ?? ''
    if (char === '\\') {
      if (next === '') open = true
      else {
        word += next
        inWord = true
      }
      i += 2
    } else if (char === "'" || char === '"') {
      const end = endOfQuote(line, i)
      word += unquote(line.slice(i + 1, end), char)
      inWord = true
      if (end >= line.length) open = true
      i = end + 1
    } else if (char === '$' && next === '(') {
      const end = endOfSubstitution(line, i + 1)
      word += line.slice(i, end + 1)
      inWord = true
      i = end + 1
    } else if (char === ' ' || char === '\t') {
      endWord()
      i++
    } else if (char === '#' && !inWord) {
      break
    } else if (char === '>' || char === '<') {
      const fd = inWord && /^\d$/.test(word) ? word : ''
      if (fd === '') endWord()
      else {
        word = ''
        inWord = false
      }
      const [text, end] = redirect(line, i)
      tokens.push({ kind: 'redirect', text: fd + text })
      i = end
    } else if ('|;&(){}'.includes(char) && !(('{}'.includes(char) && inWord) || isBraceWord(char, next, line[i - 1]))) {
      endWord()
      const two = char + next
      const text = two === '&&' || two === '||' || two === '|&' ? two : char
      tokens.push({ kind: 'operator', text: text as '|' })
      i += text.length
    } else {
      word += char
      inWord = true
      i++
    }
  }
  endWord()
  return { tokens, open }
}

/** `{{.State.Pid}}` and `{a,b}` are words; `{ cmd; }` groups. */
const isBraceWord = (char: string, next: string, before: string | undefined) =>
  (char === '{' && next !== ' ' && next !== '') || (char === '}' && before !== ' ' && before !== ';')

function endOfQuote(line: string, at: number): number {
  const quote = line[at]
  for (let i = at + 1; i < line.length; i++) {
    if (line[i] === '\\' && quote === '"') i++
    else if (line[i] === quote) return i
  }
  return line.length
}

const unquote = (text: string, quote: string) => (quote === '"' ? text.replace(/\\(["\\$`])/g, '$1') : text)

function endOfSubstitution(line: string, at: number): number {
  let depth = 0
  for (let i = at; i < line.length; i++) {
    if (line[i] === '(') depth++
    else if (line[i] === ')' && --depth === 0) return i
  }
  return line.length
}

/** `>file`, `>> file`, `2>&1`, `<<EOF`: the operator with its target, and where the line goes on. */
function redirect(line: string, at: number): [text: string, end: number] {
  let i = at
  while (i < line.length && '<>&'.includes(line[i] ?? '')) i++
  const operator = line.slice(at, i)
  if (operator.endsWith('&')) {
    const digit = line[i] ?? ''
    return [operator + digit, i + 1]
  }
  while (line[i] === ' ') i++
  const start = i
  while (i < line.length && !' \t|;&<>()'.includes(line[i] ?? '')) i++
  return [operator + line.slice(start, i), Math.max(i, at + 1)]
}
