/**
 * A command line as it was typed, before a word processor or a blog made it nicer: straight quotes, hyphens for dashes, and without
 * the remark that somebody wrote behind it (`ss -lnt ==> the queues`, `ss -lnt  查看队列`).
 */
export function cleanCommand(text: string): string {
  if (/^[\x20-\x7e\t]*$/.test(text) && !text.includes('=>') && !text.includes('->')) return text
  const straight = text
    .replace(/[“”„‟＂]/g, '"')
    .replace(/[‘’‚‛＇]/g, "'")
    .replace(/(?<=^|\s)[‐‑‒–—―−－](?=[A-Za-z\d])/g, '-')
    .replace(/｜/g, '|')
  return withoutTypedRemark(straight).trimEnd()
}

/** Marks of a remark; a shell has no use for them between two words. */
const ARROW = /^(?:=+>|-{2,}>|<-{1,8}|←|⬅|⇐|→|➡|⇒|【|（)/

/** What stands behind the command, outside of quotes, and is no shell: an arrow, or a word that begins with a letter of no Latin script. */
function withoutTypedRemark(text: string): string {
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if (i > 0 && /\s/.test(text[i - 1] ?? '') && isRemark(text, i)) return text.slice(0, i)
  }
  return text
}

const isRemark = (text: string, at: number): boolean =>
  ARROW.test(text.slice(at, at + 10)) ||
  /^(?:\/\/\s*|#\s*)?[\u2e80-\u9fff\uac00-\ud7af\u0400-\u04ff]/.test(text.slice(at, at + 6))
