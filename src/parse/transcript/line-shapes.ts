import { isHead } from './output.ts'

/** Words that somebody typed between two rows: no Latin letter but in names, no row of numbers. */
export const isRemark = (text: string): boolean =>
  text.length < 200 &&
  /^\s*(?:[;；↑↓⬆⬇]|\/\/|\d{1,2}[、.．)）])?\s*[\u2e80-\u9fff\uff01-\uff0f↑↓]/.test(text) &&
  !/\d\s+\d/.test(text)

/** The line under the heads of a table. */
export const isRule = (text: string): boolean => /^[\s|:+=-]{3,400}$/.test(text) && /--|==/.test(text)

/** What a pager or an interrupted command leaves on the screen. */
export const isPager = (text: string): boolean =>
  /^\s*(?:\(END\)|exit|logout|Connection to \S{1,253} closed\.|Last login: .{1,120}|:|\^[CDZ]|~|--More--.{0,12}|lines \d+-\d+.{0,20})\s*$/.test(
    text,
  )

/** The cells of a table that somebody made of the rows of ss or netstat: as they were printed. */
export function flatTable(text: string): string {
  if (!/^\s*\|/.test(text) || text.length > 600) return text
  const cells = text
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
  const flat = cells.map((cell) => cell.trim().replace(/^`|`$/g, '').replace(/\\\*/g, '*')).join(' ')
  return isHead(flat) ||
    /^(?:tcp6? +)?(?:LISTEN|[A-Z]+-[A-Z]+|ESTAB) +\d+ +\d+ +\S+:\S+ +\S+:\S+/.test(flat) ||
    /^tcp6? +\d+ +\d+ +\S+:\S+ /.test(flat)
    ? flat
    : text
}

/** At most so many blanks taken off. */
export function withoutIndent(text: string, indent: number): string {
  let from = 0
  while (from < indent && text[from] === ' ') from++
  return text.slice(from)
}

/** The head of a manual page: `SS(8)      System Manager's Manual      SS(8)`. */
export function isOfManual(text: string): boolean {
  const [, first, last] =
    /^([A-Za-z][\w.-]{0,40}\(\d\w{0,4}\))\s.{1,200}\s([A-Za-z][\w.-]{0,40}\(\d\w{0,4}\))$/.exec(text) ?? []
  return first !== undefined && first === last
}
