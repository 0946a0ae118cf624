import { expect, it } from 'vitest'
import { established, handshakes, halfOpen as rows } from '../../test/rules/half-open.ts'
import { group, listener, ok } from '../../test/rules/snapshot-builder.ts'
import { ask } from '../../test/rules/test-rule.ts'
import type { Netns, Snapshot } from '../model/snapshot.ts'
import { halfOpen } from './half-open.ts'

const at = (readings: readonly Snapshot[]) => {
  const told = ask(halfOpen, { readings })
  return told.ok ? told.value[0] : undefined
}
const seen = (more: Partial<Netns>) => at([handshakes(0, [...rows(3, 2), established(4)], {}, more)])

it('counts by port and address, beside the limit and what is established', () => {
  expect(seen({})).toMatchObject({ port: 80, count: 6, limit: 128, established: 4, more: false, staying: null })
  expect(seen({})?.sources.map((one) => one.count)).toEqual([2, 2, 2])
})

it('takes the listener of their family where there are two, and none where several share it', () => {
  const v4 = listener(80, { address: '0.0.0.0', max: 50 })
  const v6 = listener(80, { address: '::', max: 60 })
  expect(seen({ listeners: ok([v4, v6]) })?.limit).toBe(50)
  expect(seen({ listeners: ok([v6]) })?.limit).toBe(60)
  expect(seen({ listeners: ok([v4, v4]) })?.limit).toBeNull()
  expect(seen({ listeners: ok([]) })?.limit).toBeNull()
})

it('knows no limit where every limit is 0: ss fell back to /proc', () => {
  expect(seen({ listeners: ok([listener(80, { max: 0 })]) })?.limit).toBeNull()
})

it.each([
  [3, 'same', 'same', 6],
  [3, 'a', 'b', 0],
  [1, 'same', 'same', 6],
])('%i s later, cookies %s and %s: %i are the same', (seconds, then, now, count) => {
  const staying = at([handshakes(0, rows(3, 2, then)), handshakes(seconds, rows(3, 2, now))])?.staying
  expect(staying).toMatchObject({ count, seconds, by: 'socket' })
})

it('says that it goes by addresses where sockets are not told apart', () => {
  const staying = at([handshakes(0, rows(3, 1, null)), handshakes(3, rows(5, 4, null))])?.staying
  expect(staying).toMatchObject({ count: 3, by: 'address' })
})

it('very many addresses are united: more of them than are named', () => {
  const united = group(80, { state: 'SYN_RECV', holding: 'kernel', peer: '*', count: 5000 })
  const told = at([handshakes(0, [...rows(4), united])])
  expect(told).toMatchObject({ count: 5004, more: true })
  expect(told?.sources).toHaveLength(4)
})

it('is incomplete where rows may be missing', () => {
  const cut = ask(halfOpen, handshakes(0, rows(1), {}, { connections: ok(rows(1), [], ['head -20']) }))
  expect(cut).toMatchObject({ ok: true, incomplete: { en: expect.stringContaining('head -20') } })
})
