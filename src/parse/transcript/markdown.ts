/** A fence line: its mark, and the language behind an opening one. */
export interface FenceMark {
  readonly mark: string
  /** Blanks before it: inside of a list all lines of the fence have them. */
  readonly indent: number
  /** It stands in a quotation: all its lines begin with `>`. */
  readonly quoted: boolean
  readonly language: string
}

export function readFence(line: string): FenceMark | null {
  const match = /^(\s{0,12})(>\s?)?(`{3,20}|~{3,20})\s*([\w+#.-]*)[^`]*$/.exec(line.length > 300 ? '' : line)
  return match
    ? {
        mark: match[3] ?? '',
        language: (match[4] ?? '').toLowerCase(),
        indent: (match[1] ?? '').length,
        quoted: match[2] !== undefined,
      }
    : null
}

/** Does this fence line end the open one? */
export const closesFence = (open: FenceMark, line: FenceMark): boolean =>
  line.language === '' && line.mark[0] === open.mark[0] && line.mark.length >= open.mark.length

export interface Heading {
  readonly text: string
  /** How many `#` stand before it. */
  readonly level: number
}

export function readHeading(line: string): Heading | null {
  const match = /^(#{1,6})\s+(\S.{0,300})$/.exec(line)
  return match ? { text: (match[2] ?? '').replace(/\s*#+$/, ''), level: (match[1] ?? '').length } : null
}

const EXAMPLES = new Set(
  (
    'c cpp h go golang java kotlin python py js javascript ts typescript rust rs ruby php lua perl yaml yml json jsonc xml toml ini conf ' +
    'nginx properties dockerfile docker diff patch sql makefile make html css proto protobuf mermaid dot hcl tf jinja'
  ).split(' '),
)

/** A fence whose language says that it holds code or configuration. */
export const isExample = ({ language }: FenceMark): boolean => EXAMPLES.has(language)

/** `...`, `…`, `(略)`, `<snip>`: somebody left lines out. */
export function isElision(line: string): boolean {
  const text = line.trim()
  if (text.length === 0 || text.length > 80) return false
  return (
    /^(?:\.{2,}|…+|。{3,}|⋮|\*{3,})$/.test(text) ||
    /^[([<【（]?(?:\.{3}|…+)?\s?(?:略|省略|以下省略|中间省略|snip(?:ped)?|skipped|omitted|truncated|cut)\s?(?:\.{3}|…+)?[)\]>】）]?$/i.test(
      text,
    ) ||
    /^(?:\.{3,}|…+).{1,60}(?:\.{3,}|…+)$/.test(text)
  )
}

/** A heading that names a machine: `ip-10-3-32-171.eu.compute.internal`, `10.3.32.171`, `node: worker-1`. null otherwise. */
export function hostInHeading(heading: string, known: (name: string) => boolean): string | null {
  const labelled = /^(?:node|host|节点|主机|机器)\s*[:：]?\s+`?([A-Za-z\d][\w.-]{1,252})`?$/i.exec(heading)?.[1]
  if (labelled) return labelled
  const word = /^`?([A-Za-z\d][\w.-]{1,252})`?(?:\s*[(（].{0,60}[)）])?$/.exec(heading)?.[1]
  if (word === undefined) return null
  if (known(word) || /^ip-\d+-\d+-\d+-\d+/.test(word) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(word)) return word
  const labels = word.split('.')
  const isName = labels.length >= 3 && /^(?:[a-z][a-z-]*)$/.test(labels.at(-1) ?? '') && /\d/.test(labels[0] ?? '')
  return isName && !/^(?:net|fs|kernel|vm)\./.test(word) ? word : null
}

/** A line without the mark of a quotation (`> `), as mails and tickets have it. */
export const withoutQuote = (line: string): string => (/^>(?: |$)/.test(line) ? line.slice(2) : line)
