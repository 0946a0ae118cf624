import { describe, expect, it } from 'vitest'
import { census, counters, listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import type { Precedence, Series, Snapshot } from '../model/snapshot.ts'
import { inferOrder } from './order.ts'

const series = (snapshots: readonly Snapshot[], order: readonly Precedence[] = []): Series => ({
  node: 'node-1',
  snapshots,
  order,
})

type Queues = Readonly<Record<number, number>>
const QUEUED: Queues = { 30720: 129, 31425: 129, 31460: 3, 32078: 92, 31123: 122 }

/** What `ss -nltp` shows: the owner is named. */
const listed = (queues: Queues, close: number) =>
  snapshot(
    netns({
      listeners: ok(
        Object.entries(queues).map(([port, length]) => listener(Number(port), { length, owner: 'kube-proxy' })),
        [{ of: 'recv-queue-above', value: 0 }],
      ),
      census: census({ CLOSE_WAIT: close }),
    }),
  )

/** What a person wrote down: no owner. */
const typed = (queues: Queues, close: number) =>
  snapshot(
    netns({
      listeners: ok(
        Object.entries(queues).map(([port, length]) => listener(Number(port), { length, max: null })),
        [],
      ),
      census: census({ CLOSE_WAIT: close }),
    }),
  )

describe('inferOrder', () => {
  it('puts the grown queues last, whatever the order in the file, and says because of what', () => {
    const later = typed({ ...QUEUED, 32078: 93, 31123: 129 }, 3068)
    expect(inferOrder(series([later, listed(QUEUED, 2996)]))).toEqual([
      {
        before: 1,
        after: 0,
        by: 'inferred',
        because:
          'queues that nobody accepts from cannot shrink: 31123 122 → 129, 32078 92 → 93; 3 unchanged; and CLOSE_WAIT 2996 → 3068',
      },
    ])
  })

  it('keeps what the Series says and adds nothing against it', () => {
    const hint: Precedence = { before: 1, after: 0, by: 'hint', because: 'N days later' }
    const grown = typed({ ...QUEUED, 32078: 93 }, 3068)
    expect(inferOrder(series([listed(QUEUED, 2996), grown], [hint]))).toEqual([hint])
  })

  it('infers nothing from a census alone', () => {
    const only = (count: number) => snapshot(netns({ census: census({ CLOSE_WAIT: count }) }))
    expect(inferOrder(series([only(3068), only(3083)]))).toEqual([])
  })

  it('infers nothing where one queue grew and another shrank', () => {
    expect(inferOrder(series([listed(QUEUED, 1), typed({ ...QUEUED, 32078: 93, 31123: 100 }, 1)]))).toEqual([])
  })

  it('takes a restarted owner for what it is: nearly every queue moved', () => {
    expect(inferOrder(series([listed(QUEUED, 1), listed({ 30720: 4, 31425: 1, 31460: 3 }, 1)]))).toEqual([])
  })

  it('orders by counters since boot, leaves gauges out, and yields nothing when they disagree', () => {
    const at = (values: Record<string, number>) => snapshot(netns({ counters: counters(values) }))
    const low = { TcpExtListenOverflows: 100, TcpOutSegs: 5000, TcpCurrEstab: 90 }
    const high = { TcpExtListenOverflows: 140, TcpOutSegs: 9000, TcpCurrEstab: 3 }
    const order = inferOrder(series([at(high), at(low)]))
    expect(order).toMatchObject([{ before: 1, after: 0, by: 'inferred' }])
    expect(order[0]?.because).toContain('TcpExtListenOverflows 100 → 140')
    expect(inferOrder(series([at(high), at({ ...low, TcpOutSegs: 9001 })]))).toEqual([])
    expect(inferOrder(series([at(low), at(low)]))).toEqual([])
  })

  it('does not order readings of two boots, of two namespaces, or readings that are dated anyway', () => {
    const [old, young] = [{ TcpOutSegs: 1 }, { TcpOutSegs: 2 }]
    const boot = (values: Record<string, number>, bootId: string) =>
      snapshot(netns({ counters: counters(values) }), { node: { bootId } })
    expect(inferOrder(series([boot(old, 'a'), boot(young, 'b')]))).toEqual([])
    const space = (values: Record<string, number>, inode: number) =>
      snapshot(netns({ counters: counters(values), inode }))
    expect(inferOrder(series([space(old, 1), space(young, 2)]))).toEqual([])
    const dated = (values: Record<string, number>, takenAt: string) =>
      snapshot(netns({ counters: counters(values) }), { takenAt })
    expect(inferOrder(series([dated(old, '2026-01-01T00:00:00Z'), dated(young, '2026-01-01T00:00:03Z')]))).toEqual([])
  })

  it('does not trust a queue that its owner is seen to accept from', () => {
    const nginx = (length: number) =>
      snapshot(netns({ listeners: ok([listener(80, { length, owner: 'nginx', inode: 7 })]) }))
    expect(inferOrder(series([nginx(3), nginx(90)]))).toEqual([])
  })

  it('drops what would close a circle', () => {
    const at = (values: Record<string, number>) =>
      snapshot(netns({ counters: counters(values, { absentIsZero: false }) }))
    // each pair shares one counter only: a < b, b < c, c < a
    const circle = [at({ A: 1, C: 2 }), at({ A: 2, B: 1 }), at({ B: 2, C: 1 })]
    expect(inferOrder(series(circle))).toEqual([])
  })

  it('says each step once, and stays quick with many readings', () => {
    const shuffled = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        snapshot(netns({ counters: counters({ TcpOutSegs: (index * 7919) % count }) })),
      )
    expect(inferOrder(series(shuffled(150)))).toHaveLength(149)
    expect(inferOrder(series(shuffled(5000)))).toEqual([])
  })
})
