/** `for h in a b; do echo $h; ssh $h ss -lnt; done`: what runs for each word. */
export interface Loop {
  readonly variable: string
  readonly body: string
}

export function readLoop(command: string): Loop | null {
  const match = /^for (\w{1,40}) in\s(.{1,2000})$/.exec(command)
  const [, variable = '', rest = ''] = match ?? []
  const at = rest.search(/;\s{0,8}do\s/)
  if (!match || at < 0) return null
  const body = rest
    .slice(at)
    .replace(/^;\s*do\s+/, '')
    .replace(/;?(?<!\s)\s*done\b.*$/, '')
  return body.includes(`$${variable}`) || body.includes(`\${${variable}`) ? { variable, body } : null
}

/** The loop's commands for the word that this line shows: what `echo $h` printed. null: the line shows none. */
export function turnOf({ variable, body }: Loop, line: string): string | null {
  const words =
    /^[\s=#*>-]{0,20}(?:pods?\/)?([A-Za-z\d][\w.-]{0,252}(?:\/[\w.-]{1,252})?)\s*[:：]?[\s=#*<-]{0,20}$/.exec(line)
  const word = words?.[1]?.replace(/[-.]+$/, '')
  if (word === undefined || word === '' || !body.includes('echo')) return null
  const commands = body
    .split(';')
    .filter((command) => !/^\s*(?:echo|printf|sleep)\b/.test(command))
    .join(';')
  return commands.trim().replaceAll(`\${${variable}}`, word).replaceAll(`$${variable}`, word)
}
