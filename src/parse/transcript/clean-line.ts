/**
 * A line as a reader of the terminal saw it: without colours, cursor movements, overstrikes, pager leftovers, NULs and line ends.
 * Cheap for the many lines that need nothing.
 */
export function cleanLine(text: string): string {
  const line = hasControl(text) ? stripControls(text) : text
  return line.endsWith(' ') ? line.trimEnd() : line
}

/** Text for people: control characters made visible (`␛[31m`), cut to `max` characters. */
export function visible(text: string, max = 120): string {
  const shown = [...text.slice(0, max * 2)].map((char) => {
    const code = char.codePointAt(0) ?? 0
    if (code === 9) return ' '
    if (code < 32) return String.fromCodePoint(0x2400 + code)
    if (code === 127) return '␡'
    // C1 controls and the marks that turn the direction of writing can deceive a terminal as well.
    return (code >= 0x80 && code < 0xa0) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
      ? '�'
      : char
  })
  return shown.length > max ? `${shown.slice(0, max - 1).join('')}…` : shown.join('')
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code < 32 && code !== 9) || code === 127 || code === 0x9b || code === 0xfeff || code === 0xa0) return true
  }
  return text.startsWith('--More--')
}

const WRAPPED = /^(?=.{60})\S.{0,60}?[#$%>] \S.* $/

function stripControls(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x1b) i = endOfEscape(text, i)
    else if (code === 0x9b) i = endOfSequence(text, i + 1)
    else if (code === 8) out = out.slice(0, -1)
    else if (code === 13) {
      // A carriage return inside a line: what follows was printed over what stood there. Before the line end it says nothing.
      // A shell wraps a long command with a blank and a return: it goes on.
      if (i < text.length - 1 && text.charCodeAt(i + 1) !== 13) out = WRAPPED.test(out) ? out.slice(0, -1) : ''
    } else if (code === 0xa0) out += ' '
    else if (code >= 32 ? code !== 127 && code !== 0xfeff : code === 9) out += text[i]
  }
  return out.replace(/^--More--(?:\(\d+%\))?\s*/, '')
}

/** Index of the last character of the escape sequence that begins at `at`. */
function endOfEscape(text: string, at: number): number {
  const kind = text[at + 1]
  if (kind === '[') return endOfSequence(text, at + 2)
  if (kind === ']' || kind === 'P' || kind === '_' || kind === '^') return endOfString(text, at + 2)
  if (kind === '(' || kind === ')' || kind === '#') return Math.min(text.length - 1, at + 2)
  return Math.min(text.length - 1, at + 1)
}

/** CSI: parameters, then one final character from `@` to `~`. */
function endOfSequence(text: string, from: number): number {
  let i = from
  while (i < text.length) {
    const code = text.charCodeAt(i)
    if (code >= 0x40 && code <= 0x7e) return i
    if (code < 0x20) return i - 1
    i++
  }
  return text.length - 1
}

/** OSC and its like: up to BEL or ESC \. */
function endOfString(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text.charCodeAt(i) === 7) return i
    if (text.charCodeAt(i) === 0x1b) return text[i + 1] === '\\' ? i + 1 : i - 1
  }
  return text.length - 1
}
