/** Markup that is safe to put into a page as it is. Made by html`` only. */
export interface Html {
  readonly markup: string
}

export type HtmlValue = string | number | Html | null | readonly HtmlValue[]

/** Markup with every value in it escaped, in text as in quoted attributes. null is nothing; lists follow one another. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: strings.reduce((out, piece, index) => out + markupOf(values[index - 1] ?? null) + piece) }
}

function markupOf(value: HtmlValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escapeHtml(value)
  return 'markup' in value ? value.markup : value.map(markupOf).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '')
