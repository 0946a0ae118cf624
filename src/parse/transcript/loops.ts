/** `for h in a b; do echo $h; ssh $h ss -lnt; done`: what runs for each word. */
export interface Loop {
  readonly variable: string
  readonly body: string
  /** Where they are written out; null for those of a file or a command. */
  readonly words: readonly string[] | null
}

const FOR = /^for (\w{1,40}) in\s(.{1,2000})$/
const WHILE = /^(?:cat \S{1,200} \| ?)?while (?:IFS=\S{0,8} )?read (?:-r )?(\w{1,40})(.{1,2000})$/
/** `echo n1 n2 | xargs -n1 -I{} ssh {} …`, `parallel ssh {} … ::: n1 n2` */
const XARGS =
  /^(?:(?:echo|printf)\s(.{1,500}?))?\|?\s?xargs\s(?:-\S{1,12}\s(?:\d{1,4}\s)?){0,6}(?:-I ?\S{1,4}\s)(?:-\S{1,12}\s(?:\d{1,4}\s)?){0,6}(.{1,1500})$/

export function readLoop(command: string): Loop | null {
  if (command.length > 2500) return null
  const xargs = XARGS.exec(command)
  if (xargs) return { variable: '{}', body: xargs[2] ?? '', words: wordsIn(xargs[1] ?? '') }
  const match = FOR.exec(command) ?? WHILE.exec(command)
  const [, variable = '', rest = ''] = match ?? []
  const at = rest.search(/;\s{0,8}do\s/)
  if (!match || at < 0) return null
  const body = rest
    .slice(at)
    .replace(/^;\s*do\s+/, '')
    .replace(/;?(?<!\s)\s*done\b.*$/, '')
  const words = command.startsWith('for ') ? wordsIn(rest.slice(0, at)) : null
  return body.includes(`$${variable}`) || body.includes(`\${${variable}`) ? { variable, body, words } : null
}

/** null where a shell would make other words of them. */
function wordsIn(text: string): readonly string[] | null {
  const words = text.trim().split(/\s+/)
  return words.every((word) => /^[\w.:@-]+$/.test(word)) ? words : null
}

/** The loop's commands for the word that this line shows: what `echo $h` or a `hostname` printed. null: the line shows none. */
export function turnOf(loop: Loop, line: string): string | null {
  const words =
    /^[\s=#*>-]{0,20}(?:pods?\/)?([A-Za-z\d][\w.-]{0,252}(?:\/[\w.-]{1,252})?)\s*[:：]?[\s=#*<-]{0,20}$/.exec(line)
  const word = words?.[1]?.replace(/[-.]+$/, '')
  if (word === undefined || word === '' || !/echo|printf|hostname/.test(loop.body)) return null
  // A word alone may be anything that its commands printed.
  const isItsWord = loop.words === null ? /[A-Za-z]/.test(word) : loop.words.some((one) => sameHost(one, word))
  return isItsWord ? commandsFor(loop, word) : null
}

const sameHost = (word: string, printed: string): boolean => {
  const host = word.slice(word.lastIndexOf('@') + 1)
  return host === printed || host.split('.', 1)[0] === printed.split('.', 1)[0]
}

/** Of a loop that prints no names: its commands for the turn at hand. null: it prints them, or its words are not known. */
export function silentTurn(loop: Loop, turn: number): string | null {
  const word = /echo|printf|hostname/.test(loop.body) ? undefined : loop.words?.[turn]
  return word === undefined ? null : commandsFor(loop, word)
}

function commandsFor({ variable, body }: Loop, word: string): string {
  const commands = body
    .split(';')
    .filter((command) => !/^\s*(?:echo|printf|sleep)\b/.test(command))
    .join(';')
    .trim()
  if (variable === '{}') return commands.replaceAll('{}', word)
  return commands.replaceAll(`\${${variable}}`, word).replaceAll(`$${variable}`, word)
}
