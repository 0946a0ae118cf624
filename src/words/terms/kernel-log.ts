import type { Glossary } from './define-term.ts'
import { MACHINE_LINES } from './kernel-log/machine.ts'
import { NETWORK_LINES } from './kernel-log/network.ts'

/** Lines of the kernel’s log, by the kinds that are told apart when a log is read. */
export const KERNEL_LOG: Glossary = { kind: 'log', terms: [...NETWORK_LINES, ...MACHINE_LINES] }
