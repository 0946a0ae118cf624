import { throughAwk } from './awk.ts'
import { throughGrep } from './grep-filter.ts'
import { readGrep } from './grep-words.ts'
import type { Invocation } from './invocation.ts'
import { label, lost, type Rows, type Shown } from './shown.ts'

/** Run what is shown through the filters of a pipeline, one by one. Nothing is executed: what is not understood empties the coverage. */
export function throughFilters(base: Shown, filters: readonly Invocation[], rows: Rows): Shown {
  return filters.reduce((shown, filter) => through(shown, filter, rows), base)
}

const KEEPING = new Set(['cat', 'less', 'more', 'tee', 'column', 'sort', 'nl', 'tac', 'rev', 'unbuffer', 'pv'])

function through(shown: Shown, filter: Invocation, rows: Rows): Shown {
  const { program, args } = filter
  if (KEEPING.has(program)) return program === 'rev' ? lost(shown, filter, 'other') : shown
  if (program === 'wc') return args.includes('-l') ? { ...shown, shape: 'count' } : lost(shown, filter, 'other')
  if (program === 'head' || program === 'tail') return throughHead(shown, filter)
  if (program === 'uniq') {
    if (!args.some((arg) => /^-\w*c/.test(arg) || arg === '--count')) return shown
    return shown.shape === 'states' ? { ...shown, shape: 'census' } : lost(shown, filter, 'other')
  }
  if (/^[ef]?grep$/.test(program)) return throughGrep(shown, readGrep(filter), rows)
  if (/^[gmn]?awk$/.test(program)) return throughAwk(shown, filter, rows)
  if (program === 'sed' && /^\$?\d*d$|^1d$/.test(args[0] ?? '')) return shown
  if (/^(?:findstr|Select-String|rg|ag|ack)$/i.test(program)) return lost(shown, filter)
  return lost(shown, filter, 'other')
}

function throughHead(shown: Shown, filter: Invocation): Shown {
  const text = filter.args.join(' ')
  // `tail -n +2` takes only the header off.
  if (/^(?:-n ?)?\+[12]$/.test(text)) return shown
  const lines = /^(?:-n ?|-)?(\d{1,9})$/.exec(text)?.[1]
  const limit = text === '' ? 10 : lines === undefined ? 0 : Number(lines)
  return { ...shown, limit: Math.min(shown.limit ?? limit, limit), cuts: [...shown.cuts, label(filter)] }
}
