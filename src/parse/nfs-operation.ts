import type { NfsOperation } from '../model/machine.ts'

/** An operation of which only `told` is known. */
export const nfsOperation = (
  told: Pick<NfsOperation, 'span' | 'operation' | 'origin'> & { readonly [K in keyof NfsOperation]?: NfsOperation[K] },
): NfsOperation => ({
  mount: null,
  server: null,
  count: null,
  perSecond: null,
  retransmissions: null,
  timeouts: null,
  errors: null,
  queueMs: null,
  rttMs: null,
  executeMs: null,
  ...told,
})
