import { COLUMNS } from './columns.ts'
import { COUNTERS } from './counters/index.ts'
import type { Glossary } from './define-term.ts'
import { KERNEL_LOG } from './kernel-log.ts'
import { STATES } from './states.ts'
import { SYSCTLS } from './sysctls.ts'

/** Everything there is a page for, besides rules. */
export const GLOSSARIES: readonly Glossary[] = [STATES, SYSCTLS, COLUMNS, KERNEL_LOG, ...COUNTERS]
