import type { PortReading, PortSocket } from '../model/queue.ts'

/** What the kernel shows of one accept queue, or of several that share their connections (SO_REUSEPORT). */
export interface QueueReading {
  /** One; more where they share address, port and device. */
  readonly listeners: readonly PortSocket[]
  /** Recv-Q of all of them, read before the rows. */
  readonly length: number
  /** Connections that nobody has accepted: inode 0, ESTABLISHED or CLOSE_WAIT. */
  readonly queued: readonly PortSocket[]
  /** Connections of the same listeners that somebody holds. */
  readonly owned: readonly PortSocket[]
  readonly tookMs: number
}

/** The queues of a port, each with its rows. */
export function queuesIn({ listeners, rows, tookMs }: PortReading): readonly QueueReading[] {
  const groups = new Map<string, PortSocket[]>()
  for (const listener of listeners) {
    const key = `${listener.family === 6 && listener.local.address === '::' ? listener.onlyV6 : ''} ${listener.local.address} ${listener.device}`
    groups.set(key, [...(groups.get(key) ?? []), listener])
  }
  return [...groups.values()].map((group) => {
    const children = rows.filter((row) => group.some((one) => isChild(one, listeners, row)))
    const open = children.filter(({ state }) => state === 'ESTABLISHED' || state === 'CLOSE_WAIT')
    return {
      listeners: group,
      length: group.reduce((sum, one) => sum + one.recvQueue, 0),
      queued: open.filter(({ inode }) => inode === 0),
      owned: children.filter(({ inode }) => inode !== 0),
      tookMs,
    }
  })
}

/** Could this listener be the parent? As the kernel chooses: an exact address before any, IPv4's any before the dual-stack one. */
function isChild(listener: PortSocket, all: readonly PortSocket[], row: PortSocket): boolean {
  const fit = fitOf(listener, row)
  return fit > 0 && all.every((rival) => fitOf(rival, row) <= fit)
}

function fitOf({ local, family, onlyV6, device }: PortSocket, row: PortSocket): number {
  if (local.port !== row.local.port) return 0
  const bound = device === 0 ? 0 : device === row.device ? 1 : -8
  if (local.address === row.local.address) return 6 + bound
  const isV6 = row.local.address.includes(':')
  if (local.address === '0.0.0.0' && family === 4) return isV6 ? 0 : 4 + bound
  if (local.address === '::') return isV6 || onlyV6 !== true ? 2 + bound : 0
  return 0
}
