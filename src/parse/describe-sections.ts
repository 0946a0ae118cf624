import type { Line } from '../model/line.ts'
import type { Account } from './reading.ts'

/** One `Key:  value` of `kubectl describe`, with the indented lines under it. */
export interface Section {
  readonly key: string
  readonly value: string
  readonly line: number
  readonly body: readonly Line[]
}

/** One object: from one `Name:` to the next. */
export interface Description {
  readonly sections: readonly Section[]
  readonly line: number
}

/**
 * Cut the output of `kubectl describe` into objects and their sections.
 * Shape:  keys at the left border begin sections; what is indented belongs to the section above
 * Errors: lines at the border that are no key, and sections before the first `Name:`, are counted
 */
export function readDescriptions(lines: readonly Line[], account: Account): readonly Description[] {
  const descriptions: { sections: (Section & { body: Line[] })[]; line: number }[] = []
  for (const line of lines) {
    if (line.text.trim() === '' || line.text.trim() === 'No events.') continue
    const found = line.cut ? null : /^([A-Z][\w ()/.-]{0,60}):(?:\s+(.*))?$/.exec(line.text)
    const object = descriptions.at(-1)
    const section = object?.sections.at(-1)
    if (found) {
      const [key, value] = [found[1] ?? '', (found[2] ?? '').trim()]
      const added = { key, value, line: line.number, body: [] }
      if (key === 'Name') descriptions.push({ sections: [added], line: line.number })
      else if (object) object.sections.push(added)
      else account.strange(line)
    } else if (section && /^\s/.test(line.text) && !line.cut) section.body.push(line)
    else account.strange(line)
  }
  return descriptions
}

/** A section's value; null where it is not there or kubectl says there is none. */
export function textOf(description: Description, ...keys: readonly string[]): string | null {
  const section = description.sections.find((one) => keys.includes(one.key))
  const value = section?.value ?? ''
  return value === '' || /^<(?:none|unset|unknown|nil)>$/.test(value) ? null : value
}

export const sectionOf = (description: Description, key: string): Section | null =>
  description.sections.find((one) => one.key === key) ?? null

/** `Key:  value` inside a body, at any depth. */
export function fieldsIn(
  body: readonly Line[],
): readonly { readonly key: string; readonly value: string; readonly line: number }[] {
  const fields: { key: string; value: string; line: number }[] = []
  for (const line of body) {
    const found = /^\s+(?:- )?([A-Za-z][\w ()/.-]{0,60}):(?:\s+(.*))?$/.exec(line.text)
    if (found) fields.push({ key: found[1] ?? '', value: (found[2] ?? '').trim(), line: line.number })
  }
  return fields
}

/** Labels stand one a line: `Labels:  a=b`, and `c=d` indented under it. */
export function labelsOf(description: Description): Readonly<Record<string, string>> | null {
  const section = sectionOf(description, 'Labels')
  if (!section) return null
  const labels: Record<string, string> = {}
  for (const pair of [section.value, ...section.body.map((line) => line.text.trim())].flatMap((text) =>
    text.split(','),
  )) {
    const equals = pair.indexOf('=')
    if (equals > 0) labels[pair.slice(0, equals)] = pair.slice(equals + 1)
  }
  return labels
}

/** Rows of a small table under `----` dashes, cut at two spaces; the heading in front of the dashes names the cells. */
export function tableIn(
  body: readonly Line[],
): readonly { readonly cells: ReadonlyMap<string, string>; readonly line: number }[] {
  const rows: { cells: ReadonlyMap<string, string>; line: number }[] = []
  let heads: readonly string[] = []
  body.forEach((line, index) => {
    const text = line.text.trim()
    if (/^-+(?:\s+-+)*$/.test(text)) heads = (body[index - 1]?.text.trim() ?? '').split(/\t+| {2,}|\s(?=[A-Z])/)
    else if (heads.length > 0) {
      const wide = text.split(/\t+| {2,}/)
      const words = wide.length === heads.length ? wide : text.split(/\s+/)
      if (words.length < heads.length) return
      const last = words.slice(heads.length - 1).join(' ')
      rows.push({
        cells: new Map(heads.map((head, at) => [head.trim(), at === heads.length - 1 ? last : (words[at] ?? '')])),
        line: line.number,
      })
    }
  })
  return rows
}
