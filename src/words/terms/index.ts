import { COUNTERS } from './counters/index.ts'
import type { Glossary } from './define-term.ts'
import { STATES } from './states.ts'
import { SYSCTLS } from './sysctls.ts'

/** Everything there is a page for, besides rules. */
export const GLOSSARIES: readonly Glossary[] = [STATES, SYSCTLS, ...COUNTERS]
