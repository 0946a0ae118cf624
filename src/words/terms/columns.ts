import { HISTORY_COLUMNS } from './columns/history.ts'
import { MEMORY_COLUMNS } from './columns/memory.ts'
import { OWNER_COLUMNS } from './columns/owner.ts'
import { PATH_COLUMNS } from './columns/path.ts'
import { SPEED_COLUMNS } from './columns/speed.ts'
import { TABLE_COLUMNS } from './columns/table.ts'
import { TIMER_COLUMNS } from './columns/timers.ts'
import { WINDOW_COLUMNS } from './columns/window.ts'
import type { Glossary } from './define-term.ts'

/** Columns and fields of ss and netstat, as they are printed. */
export const COLUMNS: Glossary = {
  kind: 'column',
  terms: [
    ...TABLE_COLUMNS,
    ...OWNER_COLUMNS,
    ...TIMER_COLUMNS,
    ...MEMORY_COLUMNS,
    ...WINDOW_COLUMNS,
    ...SPEED_COLUMNS,
    ...PATH_COLUMNS,
    ...HISTORY_COLUMNS,
  ],
}
