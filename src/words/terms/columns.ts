import { MEMORY_COLUMNS } from './columns/memory.ts'
import { PROGRESS_COLUMNS } from './columns/progress.ts'
import { TABLE_COLUMNS } from './columns/table.ts'
import { TIMER_COLUMNS } from './columns/timers.ts'
import { WINDOW_COLUMNS } from './columns/window.ts'
import type { Glossary } from './define-term.ts'

/** Columns and fields of ss and netstat, as they are printed. */
export const COLUMNS: Glossary = {
  kind: 'column',
  terms: [...TABLE_COLUMNS, ...TIMER_COLUMNS, ...MEMORY_COLUMNS, ...WINDOW_COLUMNS, ...PROGRESS_COLUMNS],
}
