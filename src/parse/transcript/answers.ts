import type { Content } from '../../model/block.ts'
import type { SocketTable } from '../../model/socket-table.ts'
import { formatAddress } from '../address.ts'
import { told } from '../socket-table.ts'

const LISTEN = 10

/** One thing that an output says, under a name that the same question asked again would have. */
export interface Fact {
  readonly name: string
  readonly value: string
  readonly kind: 'census' | 'listener' | 'typed-listener' | 'counter' | 'sysctl' | 'count' | 'kernel'
}

/**
 * What an output answers, fact by fact. Two outputs that answer a question differently are of different times, or places.
 * Gaps: connections come and go between two commands, so they say nothing; a listener that stands there twice (SO_REUSEPORT) neither
 */
export function factsOf(content: readonly Content[], command: string | null): readonly Fact[] {
  return content.flatMap((one): Fact[] => {
    switch (one.question) {
      case 'census':
        return Object.entries(one.census.counts).map(([state, count]) => ({
          kind: 'census',
          name: `census ${state}`,
          value: String(count),
        }))
      case 'sockets':
        return listenersOf(one.table)
      case 'listeners':
        return one.listeners.flatMap((listener) =>
          listener.acceptQueue.length === null
            ? []
            : [
                {
                  kind: 'typed-listener' as const,
                  name: `queue ${listener.local.port}`,
                  value: String(listener.acceptQueue.length),
                },
              ],
        )
      case 'counters':
        return one.counters.kind === 'delta'
          ? []
          : Object.entries(one.counters.values).map(([name, value]) => ({
              kind: 'counter',
              name,
              value: String(value),
            }))
      case 'sysctls':
        return Object.entries(one.sysctls.values).map(([name, value]) => ({ kind: 'sysctl', name, value }))
      case 'count':
        return command === null
          ? []
          : [{ kind: 'count', name: `count ${command.replace(/\s+/g, ' ')}`, value: String(one.count) }]
      case 'node':
        return one.facts.kernel ? [{ kind: 'kernel', name: 'kernel', value: one.facts.kernel.value }] : []
      default:
        return []
    }
  })
}

function listenersOf(table: SocketTable): Fact[] {
  const byAddress = new Map<string, Fact | null>()
  for (let row = 0; row < table.length; row++) {
    const length = told(table.recvQueue, row)
    if (table.state[row] !== LISTEN || length === null) continue
    const at = row * 4
    const words = table.local
    const address =
      table.localNames.get(row) ??
      formatAddress(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0)
    const port = table.localPort[row] ?? 0
    const name = `queue ${address} ${port}`
    const value = `${length}/${told(table.sendQueue, row) ?? '?'}`
    byAddress.set(name, byAddress.has(name) ? null : { kind: 'listener', name, value })
  }
  return [...byAddress.values()].filter((fact) => fact !== null)
}

/** Limits of the listeners that an output shows: what somaxconn of their namespace may be. */
export function limitsOf(content: readonly Content[]): readonly number[] {
  const limits: number[] = []
  for (const one of content) {
    if (one.question !== 'sockets') continue
    const { table } = one
    for (let row = 0; row < table.length; row++) {
      const limit = told(table.sendQueue, row)
      if (table.state[row] === LISTEN && limit !== null) limits.push(limit)
    }
  }
  return limits
}
