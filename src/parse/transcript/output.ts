import type { Content } from '../../model/block.ts'
import type { Slab } from '../../model/line.ts'
import type { Coverage } from '../../model/part.ts'
import type { Format, FormatReader, RowsTaken } from '../format.ts'
import { isInternetHead } from '../netstat.ts'
import { isSsHeader } from '../ss-row.ts'
import type { Piece } from './piece.ts'
import { BY_SHAPE, type Plan, soleFormat } from './plan-base.ts'
import type { Refusal } from './refusals.ts'
import { MAX_REFUSALS, type Refused, withRefusals } from './refused-pieces.ts'

/** What follows a command, line by line. */
export interface Output {
  /** true: one of the expected formats understood it. */
  offer(text: string, line: number): boolean
  /** As many plain rows as stand there, straight from bytes; see FormatReader. */
  takeRows(slab: Slab, at: number, line: number): RowsTaken
  /** `...` stands there: rows are missing. */
  elide(text: string, line: number): void
  /** A line that nobody understood stands there: if it may have been a row, not all rows were read. */
  doubt(text: string): void
  /** It says that it has no answer. */
  refuse(refusal: Refusal, text: string, line: number): void
  /** The command of this line printed nothing: no row passed its filters. */
  nothing(line: number): void
  /** `cut`: why the end is not known, null where it is. */
  end(cut: string | null): readonly Piece[]
}

/** An output without its command: tried by its shape, and never known to be whole. */
export const ANONYMOUS: Plan = {
  role: 'unknown',
  formats: BY_SHAPE,
  shown: { shape: 'rows', coverage: [], cuts: ['the command is not shown'], limit: null },
  first: { program: '', args: [] },
  name: '',
  pid: null,
}

/** Reads the output of a command line whose pipelines have these plans; one piece for each format met. */
export function startOutput(file: string, command: string | null, plans: readonly Plan[]): Output {
  const pieces: Piece[] = []
  const loops = command !== null && /^(?:while|until|for|watch)\s/.test(command)
  const refusals: Refused[] = []
  let at = 0
  let active: {
    format: Format
    plan: Plan
    reader: FormatReader
    lines: [number, number]
    rows: number
    elided: string[]
    doubtful: number
    /** Rows have come since its heads. */
    past: boolean
  } | null = null
  let elidedBefore: { readonly said: string; readonly line: number }[] = []

  const close = (cut: string | null) => {
    if (active === null) return
    const { format, plan, reader, lines, rows, elided, doubtful } = active
    const { content, warnings, lost, cuts = [] } = reader.finish()
    active = null
    const { limit } = plan.shown
    const reached = limit !== null && rows >= limit
    const missing = [
      ...elided,
      ...(cut === null ? [] : [cut]),
      ...(lost > 0 ? [`${lost} rows that could not be read`] : []),
      ...(doubtful > 0 ? [`${doubtful} lines that were not understood`] : []),
      ...cuts,
    ]
    const handMade = format.name === 'hand-table'
    const whole = missing.length === 0 && !reached && !handMade
    pieces.push({
      format: format.name,
      plan,
      lines,
      content,
      coverage: whole ? keysOf(content, plan.shown.coverage) : [],
      cuts: [...(handMade ? ['typed by hand'] : plan.shown.cuts), ...missing],
      warnings,
    })
  }

  /** A loop runs its commands again, so that the first may follow the last. `after`: the plan at hand is asked last. */
  const open = (text: string, line: number, after: boolean): boolean => {
    const further = plans.map((_, i) => i).slice(at + (after ? 1 : 0))
    const again = loops || after ? plans.map((_, i) => i).slice(loops ? 0 : at, at + 1) : []
    for (const i of [...further, ...again]) {
      const plan = plans[i]
      const format = plan?.formats.find((one) => one.opens(text)) ?? (plan && soleFormat(plan))
      if (!plan || !format) continue
      const filtered = plan.shown.cuts.length > 0
      const reader = format.read({ file, command, args: plan.first.args, filtered })
      if (!reader.take(text, line)) continue
      close(null)
      at = i
      for (const one of elidedBefore) reader.elide?.(one.line)
      const elided = elidedBefore.map((one) => one.said)
      active = { format, plan, reader, lines: [line, line], rows: 1, elided, doubtful: 0, past: !isHead(text) }
      elidedBefore = []
      return true
    }
    return false
  }

  return {
    offer(text, line) {
      const head = active !== null && isHead(text)
      // A head that comes again: the tool ran again, and two looks are never one.
      if (active?.past && head && open(text, line, true)) return true
      if (active?.reader.take(text, line)) {
        active.lines[1] = line
        active.rows++
        active.past ||= !head
        return true
      }
      return open(text, line, false)
    },
    takeRows(slab, at, line) {
      const taken = active?.reader.takeRows?.(slab, at, line)
      if (!active || !taken) return { rows: 0, to: at }
      if (taken.rows > 0) active.lines[1] = line + taken.rows - 1
      active.rows += taken.rows
      active.past ||= taken.rows > 0
      return taken
    },
    elide(text, line) {
      const said = `${text.trim().slice(0, 40)} at line ${line}`
      if (active) {
        active.elided.push(said)
        active.reader.elide?.(line)
      } else elidedBefore.push({ said, line })
    },
    doubt(text) {
      if (active && ROW.test(text)) active.doubtful++
    },
    nothing(line) {
      const [plan, ...others] = plans
      const format = plan?.formats.find((one) => one.name === 'ss' || one.name === 'netstat')
      const { coverage = [], cuts = [], shape } = plan?.shown ?? {}
      // Without a filter at least heads would stand there: then the output was only not pasted.
      if (!plan || !format || others.length > 0 || shape !== 'rows' || coverage.length === 0 || cuts.length === 0)
        return
      const { content, warnings } = format.read({ file, command, args: plan.first.args, filtered: true }).finish()
      pieces.push({ format: format.name, plan, lines: [line, line], content, coverage, cuts, warnings })
    },
    refuse(refusal, text, line) {
      const said = text.trim().slice(0, 200)
      const known = plans.find((one) => one.first.program === refusal.program)
      const plan = known ?? (plans.length === 1 ? plans[0] : undefined)
      if (refusals.length < MAX_REFUSALS) refusals.push({ plan: plan ?? null, reason: refusal.reason, said, line })
    },
    end(cut) {
      close(cut)
      return withRefusals(pieces, refusals, plans)
    },
  }
}

/** The heads that ss and netstat print above their rows, once each time they run. */
export const isHead = (text: string): boolean => isSsHeader(text) || isInternetHead(text)

/** What may have been a row of sockets or counters before something was done to it. */
const ROW =
  /^[\s|>*]{0,40}(?:tcp|LISTEN|ESTAB|CLOSE|SYN[-_]|TIME[-_]|FIN[-_]|LAST[-_]|TcpExt)|(?:^|\s)\d{1,10}\s+\d{1,10}(?:\s|$)/

/** Of a map that was not read whole, the keys that stand there are known, besides those that the filter would have shown. */
function keysOf(content: readonly Content[], coverage: readonly Coverage[]): readonly Coverage[] {
  const [one] = content
  if (coverage.some((set) => set.of === 'all')) return coverage
  if (one?.question === 'sysctls') return [{ of: 'keys', keys: Object.keys(one.sysctls.values) }]
  if (one?.question !== 'counters') return coverage
  const shown = coverage.flatMap((set) => (set.of === 'keys' ? set.keys : []))
  return [{ of: 'keys', keys: [...new Set([...shown, ...Object.keys(one.counters.values)])] }]
}
