import type { SocketTable } from '../model/socket-table.ts'
import { ALL_STATES, buildRequest, datagramBuffer, parseDatagram } from '../parse/inet-diag.ts'
import type { KernelDump } from '../sys/host.ts'
import { errnoName, HostError } from '../sys/host-error.ts'
import type { Budget } from './budget.ts'

export interface DumpOptions {
  /** 1 << state number. */
  readonly states?: number
  readonly drops?: boolean
  readonly ages?: boolean
  readonly budget: Budget
}

/** What a dump was not: whole. Empty when it was. */
export type Cuts = readonly string[]

const buffer = datagramBuffer()
let seq = 0

/** Errors that another try on a new socket may mend. */
const AGAIN = ['EAGAIN', 'ENOBUFS', 'EBUSY', 'EINTR']
/** The kernel does not know the legacy request (no tcp_diag, or no compatibility): ask family by family. */
const NOT_KNOWN = ['ENOENT', 'EINVAL', 'EOPNOTSUPP', 'ENOTSUP']
const TRIES = 3

/**
 * Add the sockets of one namespace to the table.
 * Shape:  one walk for both families, two where the kernel knows only the modern request
 * Gaps:   cut short by the budget, or interrupted three times running: said in the cuts, the rows stay
 * Errors: HostError: denied, unsupported, timeout, malformed; the table is as it was
 */
export function dumpSockets(dump: KernelDump, table: SocketTable, options: DumpOptions): Cuts {
  try {
    return dumpFamily(dump, table, 'any', options)
  } catch (error) {
    if (!(error instanceof HostError) || !NOT_KNOWN.includes(error.errno ?? '')) throw error
    return [...dumpFamily(dump, table, 4, options), ...dumpFamily(dump, table, 6, options)]
  }
}

function dumpFamily(dump: KernelDump, table: SocketTable, family: 'any' | 4 | 6, options: DumpOptions): Cuts {
  const { states = ALL_STATES, drops = false, ages = false, budget } = options
  const rows = table.length
  const beyond = table.beyond.slice()
  const rewind = () => {
    table.length = rows
    table.beyond.set(beyond)
  }
  for (let attempt = 1; ; attempt++) {
    const request = buildRequest({ seq: ++seq, states, family, drops, ages })
    const cuts: string[] = []
    try {
      const interrupted = runOnce(dump, request, seq, table, budget, cuts)
      if (!interrupted || cuts.length > 0) return cuts
      if (attempt === TRIES) return [`the kernel's table changed during the dump, ${TRIES} times running`]
    } catch (error) {
      const worthIt = error instanceof HostError && error.op !== 'setns' && AGAIN.includes(error.errno ?? '')
      if (!worthIt || attempt === TRIES) {
        rewind()
        throw error
      }
    }
    rewind()
  }
}

/** Was it interrupted? */
function runOnce(
  dump: KernelDump,
  request: Uint8Array,
  number: number,
  table: SocketTable,
  budget: Budget,
  cuts: string[],
): boolean {
  let interrupted = false
  dump.run(request, buffer.u8, (length) => {
    const result = parseDatagram(buffer, length, number, table)
    switch (result.status) {
      case 'refused':
        throw new HostError('dump', 'sock_diag', errnoName(result.errno))
      case 'malformed':
        throw new HostError('dump', 'sock_diag', null, { why: result.why })
      case 'done':
        interrupted ||= result.interrupted
        return false
      case 'more': {
        interrupted ||= result.interrupted
        const why = budget.spent()
        if (why !== null) cuts.push(`${why}; ${table.length} sockets read`)
        return why === null
      }
    }
  })
  return interrupted
}
