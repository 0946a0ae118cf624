import type { Glossary } from './define-term.ts'
import { CLOSING_STATES } from './states/closing.ts'
import { CONNTRACK_STATES } from './states/conntrack.ts'
import { CONNTRACK_MARKS } from './states/conntrack-marks.ts'
import { HANDSHAKE_STATES } from './states/handshake.ts'

/** States of sockets as the kernel spells them, with the tools' names and /proc's numbers; then those of connection tracking. */
export const STATES: Glossary = {
  kind: 'state',
  terms: [...HANDSHAKE_STATES, ...CLOSING_STATES, ...CONNTRACK_STATES, ...CONNTRACK_MARKS],
}
