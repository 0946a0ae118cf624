import { describe, expect, it } from 'vitest'
import { netns, podNetns, snapshot } from '../../test/rules/snapshot-builder.ts'
import type { Series } from '../model/snapshot.ts'
import { netnsKeys, pickReading, selectNetns, uniteSeries } from './series.ts'

const one = (node: string | null, ...snapshots: Series['snapshots']): Series => ({ node, snapshots, order: [] })
const dated = (takenAt: string | null, first = 1) => snapshot(netns(), { takenAt, lines: [first, first + 9] })

describe('uniteSeries', () => {
  it('joins the readings of one node from several files, and orders them by their dates', () => {
    const after = dated('2026-01-02T00:00:00Z')
    const before = dated('2026-01-01T00:00:00Z')
    const [united, ...rest] = uniteSeries([one('n1', after), one('n2', dated(null)), one('n1', before)])
    expect(rest.map(({ node }) => node)).toEqual(['n2'])
    expect(united?.snapshots).toEqual([after, before])
    expect(united?.order).toMatchObject([{ before: 1, after: 0, by: 'clock' }])
  })

  it('knows no order where a date is missing, or is the same', () => {
    const day = '2026-01-01T00:00:00Z'
    expect(uniteSeries([one('n1', dated(null)), one('n1', dated(day))])[0]?.order).toEqual([])
    expect(uniteSeries([one('n1', dated(day)), one('n1', dated(day))])[0]?.order).toEqual([])
  })

  it("moves the second file's own order behind the first", () => {
    const order = [{ before: 0, after: 1, by: 'hint', because: 'later' }] as const
    const united = uniteSeries([one('n1', dated(null)), { ...one('n1', dated(null), dated(null)), order }])
    expect(united[0]?.order).toEqual([{ ...order[0], before: 1, after: 2 }])
  })

  it('never takes two nodes without a name for one', () => {
    expect(uniteSeries([one(null, dated(null)), one(null, dated(null))])).toHaveLength(2)
  })
})

describe('pickReading', () => {
  it('counts readings as the file has them, over all its nodes', () => {
    const all = [one('n1', dated(null, 1), dated(null, 50)), one('n2', dated(null, 20))]
    expect(pickReading(all, 2)?.node).toBe('n2')
    expect(pickReading(all, 3)?.snapshots[0]?.lines).toEqual([50, 59])
    expect(pickReading(all, 4)).toBeNull()
    expect(pickReading(all, 0)).toBeNull()
  })
})

describe('selectNetns', () => {
  const all = [one('n1', snapshot([netns(), podNetns()]))]

  it.each(['host', 'pod 0b1c', '0b1c'])('finds %s', (name) => {
    expect(selectNetns(all, name)?.[0]?.snapshots[0]?.netns).toHaveLength(1)
  })

  it('finds nothing that is not there', () => {
    expect(selectNetns(all, 'x')).toBeNull()
    expect(netnsKeys(all)).toEqual(['host', 'pod 0b1c'])
  })
})
