/** What a web page, a wiki or a word processor did to the text of a terminal. */

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: ' ',
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  ensp: ' ',
  emsp: ' ',
}

/** Entities as the characters they stand for, blanks of all widths as blanks, without characters that have no width. */
export function withoutMarkup(text: string): string {
  let line = text
  if (line.includes('&'))
    line = line.replace(/&(?:#(\d{1,6})|#x([\da-fA-F]{1,5})|([a-z]{2,4}));/g, (whole, digits, hex, name) =>
      decode(whole, digits, hex, name),
    )
  if (!/[\u00ad\u0100-\uffff]/.test(line)) return line
  return line
    .replace(/[\u3000\u2000-\u200a\u202f\u205f]/g, ' ')
    .replace(/[\u200b-\u200f\u2060\u00ad]/g, '')
    .replace(/([\w*\].])：(?=[\d*P])/g, '$1:')
}

function decode(whole: string, digits?: string, hex?: string, name?: string): string {
  if (name !== undefined) return ENTITIES[name] ?? whole
  const code = digits !== undefined ? Number(digits) : Number.parseInt(hex ?? '', 16)
  if (code === 160) return ' '
  return (code >= 32 && code < 0xd800) || (code > 0xdfff && code <= 0x10ffff) ? String.fromCodePoint(code) : whole
}

const TAG =
  /<\/?(?:pre|code|p|br|div|span|h[1-6]|li|ul|ol|td|th|tr|table|tbody|thead|strong|em|b|i|a|font|figure|blockquote|syntaxhighlight|ac:[\w-]{1,40}|ri:[\w-]{1,40})(?:\s[^<>]{0,300})?\s{0,4}\/?>/gi

interface Html {
  /** A `<pre>` or a block of `<code>` begins here, with the language it names. */
  readonly opens: string | null
  readonly closes: boolean
  readonly text: string
}

/** A line of HTML without its tags; null where none stand there. */
export function readHtml(line: string): Html | null {
  if ((!line.includes('<') && !line.includes(']]>')) || line.length > 20_000) return null
  const text = line
    .replace(/<!\[CDATA\[|\]\]>(?=\s*(?:<|$))/g, '')
    .replace(/<br\s{0,4}\/?>/gi, ' ')
    .replace(TAG, '')
  if (text.length === line.length) return null
  const open = /<pre(?=[\s>])|<ac:plain-text-body>|^\s{0,40}<(?:code|syntaxhighlight)(?=[\s>])(?!.{0,2000}<\/)/i.test(
    line,
  )
  const language =
    /(?:class|lang|language)\s{0,2}=\s{0,2}["']?(?:language-|lang-|brush:\s?)?([\w+#-]{1,20})/i.exec(line)?.[1] ?? ''
  return {
    opens: open ? language.toLowerCase() : null,
    closes: /<\/pre>|<\/ac:plain-text-body>|^\s{0,40}<\/(?:code|syntaxhighlight)>/i.test(line),
    text,
  }
}
