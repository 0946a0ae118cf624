import type { Coverage } from '../../model/part.ts'
import { stateNamed, throughGrep } from './grep-filter.ts'
import { type Grep, wordsOf } from './grep-words.ts'
import type { Invocation } from './invocation.ts'
import { intersect, label, lost, type Rows, type Shown } from './shown.ts'

/**
 * What an awk leaves: all rows (`{print $0}`), some (`$2 > 0`, `/LISTEN/`), a count by state (`{++S[$2]} END …`), the State column.
 * Nothing is executed; a script of any other shape may have hidden anything.
 */
export function throughAwk(shown: Shown, filter: Invocation, rows: Rows): Shown {
  const script = filter.args.find((arg) => !/^-/.test(arg)) ?? ''
  const plain = filter.args.every((arg) => arg === script)
  const code = script.replace(/\s+/g, '').replace(/(?<=\$\d)\+0(?![\d.])/g, '')
  if (!plain || code.length > 300) return lost(shown, filter, 'other')
  if (shown.shape !== 'rows') return lost(shown, filter, 'other')
  if (/^(?:1|NR[>!]=?[12]|\{?print(?:\$0)?;?\}?|NR>[12]\{print(?:\$0)?;?\})$/.test(code)) return shown
  const census = /^(.*?)\{(?:\+\+\w+\[\$(\d+|NF)\]|\w+\[\$(\d+|NF)\](?:\+\+|\+=1));?\}END\{.*\}$/.exec(code)
  if (census) {
    const column = census[2] ?? census[3] ?? ''
    const isState = column === 'NF' ? rows.stateIsLast : Number(column) === rows.state
    if (!isState || rows.kind !== 'sockets') return lost(shown, filter, 'other')
    return { ...throughCondition(shown, census[1] ?? '', filter, rows), shape: 'census' }
  }
  const column = /^(.*?)\{print\$(\d+|NF);?\}$/.exec(code)
  if (column) {
    const isState = column[2] === 'NF' ? rows.stateIsLast : Number(column[2]) === rows.state
    return isState && rows.kind === 'sockets'
      ? { ...throughCondition(shown, column[1] ?? '', filter, rows), shape: 'states' }
      : lost(shown, filter, 'other')
  }
  const inside =
    /^\{if\((.*)\)\{?print(?:\$0)?;?\}{1,2}$/.exec(code)?.[1] ?? /^(.*?)(?:\{print(?:\$0)?;?\})?$/.exec(code)?.[1] ?? ''
  return throughCondition(shown, inside, filter, rows)
}

/** The condition of an awk rule, blanks taken off: `$2>0`, `/LISTEN/`, `$1=="LISTEN"`, `NR>1`, several with `&&`. */
function throughCondition(shown: Shown, condition: string, filter: Invocation, rows: Rows): Shown {
  const either = condition.split('||')
  if (either.length > 1) {
    if (/[()]/.test(condition)) return lost(shown, filter)
    const all = either.map((one) => throughCondition(shown, one, filter, rows))
    return { ...shown, coverage: all.flatMap((one) => one.coverage), cuts: [...shown.cuts, label(filter)] }
  }
  return condition.split('&&').reduce((before, part) => {
    if (part === '' || /^NR(?:>|>=|!=)[12]$/.test(part)) return before
    const compared = /^\$(\d+)(>=|>|!=|==)"?([\w-]+)"?$/.exec(part)
    if (compared)
      return throughComparison(before, Number(compared[1]), compared[2] ?? '', compared[3] ?? '', filter, rows)
    if (isAboveLimit(part, rows)) return keep(before, aboveLimit(rows), filter)
    const words = wordsOf(/^(?:\$0~)?\/(.*)\/$/.exec(part)?.[1] ?? '(', true)
    if (words === null) return lost(before, filter)
    const grep: Grep = {
      words,
      inverted: false,
      ignoreCase: false,
      counts: false,
      onlyMatch: false,
      files: [],
      label: label(filter),
    }
    return throughGrep(before, grep, rows)
  }, shown)
}

/** `$2>$3`, `$2>=$3`, `$2>$3*0.8`: the rows whose Recv-Q is above their Send-Q are all among what is left. */
function isAboveLimit(part: string, rows: Rows): boolean {
  const match = /^\$(\d+)>=?\$(\d+)(?:\*0?\.\d{1,4})?$/.exec(part)
  return rows.kind === 'sockets' && Number(match?.[1]) === rows.recvQueue && Number(match?.[2]) === rows.recvQueue + 1
}

/** netstat prints no limits: the Send-Q of its listeners is 0, so that all with something in the queue are left. */
const aboveLimit = (rows: Rows): Coverage =>
  rows.tool === 'ss'
    ? { of: 'recv-queue-above-limit' }
    : {
        of: 'and',
        sets: [
          { of: 'state', state: 'LISTEN' },
          { of: 'recv-queue-above', value: 0 },
        ],
      }

const keep = (shown: Shown, set: Coverage, filter: Invocation): Shown => ({
  ...shown,
  coverage: intersect(shown.coverage, [set]),
  cuts: [...shown.cuts, label(filter)],
})

function throughComparison(
  shown: Shown,
  column: number,
  operator: string,
  value: string,
  filter: Invocation,
  rows: Rows,
): Shown {
  const state = operator === '==' && column === rows.state ? stateNamed(value, false, rows.tool) : null
  if (state) return keep(shown, { of: 'state', state }, filter)
  if (column !== rows.recvQueue || !/^\d{1,9}$/.test(value)) return lost(shown, filter)
  const above =
    operator === '>'
      ? Number(value)
      : operator === '>='
        ? Number(value) - 1
        : operator === '!=' && Number(value) === 0
          ? 0
          : null
  if (above === null) return lost(shown, filter)
  return keep(shown, { of: 'recv-queue-above', value: above }, filter)
}
