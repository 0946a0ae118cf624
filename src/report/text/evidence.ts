import type { Evidence, Finding } from '../../model/finding.ts'
import type { Origin } from '../../model/part.ts'
import { UNIT_WORDS, REPORT_WORDS as W } from '../../words/report.ts'
import { groupDigits } from '../../words/say.ts'
import { type Line, span } from '../style.ts'
import { padTo, widthOf, wrap } from '../wrap.ts'
import { foldEvidence } from './fold.ts'
import { code, counted, type TextOptions } from './page.ts'

/** Commands by hand that are shown; the others differ from them by a port. */
const COMMANDS_SHOWN = 3

/** Turns an input's path into what stands in the report: see shortNames(). */
export type Place = (file: string) => string

interface Row {
  readonly label: string
  readonly value: string
  readonly place: string
}

/** A finding's proofs as a table: what, how much of how much, where it was read; then the commands that show the same. */
export function evidenceLines(
  page: TextOptions,
  finding: Finding,
  place: Place,
  { indent, commands = true }: { readonly indent: number; readonly commands?: boolean },
): readonly Line[] {
  const proofs = page.all ? finding.evidence : foldEvidence(finding.evidence)
  const left = finding.evidence.length - proofs.length
  const rows = proofs.map((proof) => ({
    label: proof.label[page.lang],
    value: formatValue(page, proof),
    place: formatPlace(proof.source, place),
  }))
  return [
    ...table(page, rows, indent),
    ...(left > 0 ? [[span(' '.repeat(indent)), span(counted(page, left, W.moreOne, W.more), 'dim')]] : []),
    ...(commands ? byHand(page, proofs, indent) : []),
  ]
}

function byHand(page: TextOptions, proofs: readonly Evidence[], indent: number): readonly Line[] {
  const commands = commandsByHand(page, proofs)
  if (commands.length === 0) return []
  return [
    [span(' '.repeat(indent)), span(W.byHand[page.lang], 'dim')],
    ...commands.flatMap((command) => code(command, indent + 2, '$ ')),
  ]
}

/** Commands that show the proofs by hand, each once, remarks (`# in the namespace of …`) above those they are for. */
export function commandsByHand(page: TextOptions, proofs: readonly Evidence[]): readonly string[] {
  const commands = [...new Set(proofs.flatMap(({ command }) => (command === null ? [] : [command])))]
  const most = page.all || commands.length === COMMANDS_SHOWN + 1 ? commands : commands.slice(0, COMMANDS_SHOWN)
  return commands.length === 0 ? [] : groupByRemark(most)
}

/** Commands that begin with the same remark (`# in the namespace of …`) stand under it together, those without one first. */
function groupByRemark(commands: readonly string[]): readonly string[] {
  const groups = new Map<string, string[]>([['', []]])
  for (const command of commands) {
    const remark = /^(?:#[^\n]*\n)+/.exec(command)?.[0] ?? ''
    groups.set(remark, [...(groups.get(remark) ?? []), command.slice(remark.length)])
  }
  return [...groups].flatMap(([remark, group]) => (group.length === 0 ? [] : [remark + group.join('\n')]))
}

/** `129 / 128 connections`: the value held against its limit. */
export function formatValue(page: TextOptions, { value, unit, limit }: Evidence): string {
  if (value === null) return ''
  const number = (one: number | string) => (typeof one === 'number' ? groupDigits(one) : one)
  const against = limit === null ? '' : ` / ${number(limit)}`
  const forms = unit === null ? undefined : UNIT_WORDS[unit]
  const form = value === 1 && limit === null ? forms?.one : forms?.many
  const name = unit === null ? '' : ` ${form?.[page.lang] ?? unit}`
  return `${number(value)}${against}${name}`
}

export function formatPlace(source: Origin, place: Place): string {
  return 'via' in source ? source.via : `${place(source.file)}:${source.line}`
}

/** Columns as wide as they need; labels wrap, and where even that is too tight the place goes to a line of its own. */
function table(page: TextOptions, rows: readonly Row[], indent: number): readonly Line[] {
  const widest = (cell: (row: Row) => string) => Math.max(0, ...rows.map((row) => widthOf(cell(row))))
  const [labels, values, places] = [widest((row) => row.label), widest((row) => row.value), widest((row) => row.place)]
  const room = page.width - indent
  const valued = values === 0 ? 0 : values + 2
  const beside = places + valued + Math.min(labels, 28) + 2 <= room
  const labelWidth = Math.max(Math.min(labels, 12), Math.min(labels, room - valued - (beside ? places + 2 : 0)))
  const margin = span(' '.repeat(indent))
  return rows.flatMap(({ label, value, place }): readonly Line[] => {
    const [first = '', ...rest] = wrap(label, value === '' ? labelWidth + valued : labelWidth)
    const cells =
      value === '' ? padTo(first, labelWidth + valued) : `${padTo(first, labelWidth)}  ${padTo(value, values)}`
    const head: Line = beside ? [margin, span(cells), span('  '), span(place, 'dim')] : [margin, span(cells)]
    const tail = rest.map((line): Line => [margin, span(line)])
    return beside ? [head, ...tail] : [head, ...tail, [margin, span(`  ${place}`, 'dim')]]
  })
}
