import type { Netns, Snapshot } from '../../src/model/snapshot.ts'
import type { ConnectionGroup } from '../../src/model/socket.ts'
import { counters, group, listener, netns, ok, snapshot } from './snapshot-builder.ts'

/** Half-open handshakes at port 80, `each` from each of so many addresses. */
export const halfOpen = (addresses: number, each = 1, fingerprint: string | null = 'same'): ConnectionGroup[] =>
  Array.from({ length: addresses }, (_, i) =>
    group(80, {
      state: 'SYN_RECV',
      holding: 'kernel',
      count: each,
      peer: `203.0.${Math.floor(i / 250)}.${1 + (i % 250)}`,
      fingerprint,
    }),
  )

export const established = (count: number, peer = '10.0.0.7'): ConnectionGroup =>
  group(80, { state: 'ESTABLISHED', process: 'nginx', count, peer })

/** A reading at so many seconds. */
export const handshakes = (
  seconds: number,
  rows: readonly ConnectionGroup[],
  values: Readonly<Record<string, number>> = {},
  more: Partial<Netns> = {},
): Snapshot =>
  snapshot(
    netns({
      listeners: ok([listener(80, { owner: 'nginx' })]),
      connections: ok(rows),
      counters: counters(values),
      ...more,
    }),
    { takenAt: `2026-01-01T00:00:${String(seconds).padStart(2, '0')}Z` },
  )
