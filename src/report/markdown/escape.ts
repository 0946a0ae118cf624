/** Text that Markdown shows as it is: nothing in it becomes markup, a link, a mention, HTML or a new line. Inside words `_` is none. */
export const inline = (text: string): string =>
  text
    .replaceAll('\n', ' ')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|[\\`*~[\]<>|#&$]/g, (mark) =>
      mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`,
    )
    .replaceAll('@', '&#64;')
    .replace(/:\/\//g, ':&#47;&#47;')

/** `1.` or `-` at the beginning of a line would open a list there. */
export const block = (text: string): string =>
  inline(text)
    .replace(/^(\s*\d+)([.)])/, '$1\\$2')
    .replace(/^(\s*)([-+=])/, '$1\\$2')

/** A code span that holds any text: its fence is longer than any run of backticks inside. */
export function codeSpan(text: string): string {
  const flat = text.replaceAll('\n', ' ')
  const fence = '`'.repeat(longestRun(flat) + 1)
  const pad = /^`|`$/.test(flat) || flat === '' ? ' ' : ''
  return `${fence}${pad}${flat}${pad}${fence}`
}

/** A fenced block; nothing inside can close it. Indented as far as the list item that it belongs to. */
export function fenced(text: string, language: string, indent = ''): readonly string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return [`${fence}${language}`, ...text.trimEnd().split('\n'), fence].map((line) => indent + line)
}

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
