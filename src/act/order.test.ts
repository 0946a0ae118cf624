import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PortSocket } from '../model/queue.ts'
import type { QueueReading } from './children.ts'
import { deadAtHead, missedBetween, whoAccepts } from './order.ts'

let made = 0

function row(state: 'CLOSE_WAIT' | 'ESTABLISHED', handshakeMs: number, inode = 0): PortSocket {
  return {
    state,
    family: 4,
    onlyV6: null,
    local: { address: '10.0.0.1', port: 80 },
    peer: { address: '10.0.0.2', port: 1024 + made },
    device: 0,
    cookie: (++made).toString(16).padStart(16, '0'),
    recvQueue: 1,
    sendQueue: 0,
    inode,
    drops: null,
    clocks: { handshakeMs, dataMs: handshakeMs, segmentMs: 0 },
  }
}

const reading = (queued: readonly PortSocket[], more: Partial<QueueReading> = {}): QueueReading => ({
  listeners: [],
  length: queued.length,
  queued,
  owned: [],
  tookMs: 0,
  ...more,
})

describe('how many are dead at the head', () => {
  it('is all of them where nobody is alive, those included that nobody sees', () => {
    expect(deadAtHead(reading([row('CLOSE_WAIT', 500)], { length: 7 }))).toBe(7)
  })
  it('is those older than the oldest that is alive', () => {
    const queued = [row('CLOSE_WAIT', 900), row('CLOSE_WAIT', 800), row('ESTABLISHED', 700), row('CLOSE_WAIT', 600)]
    expect(deadAtHead(reading(queued))).toBe(2)
  })
  it('does not count the invisible beside a live one: they may stand behind it', () => {
    expect(deadAtHead(reading([row('ESTABLISHED', 700)], { length: 30 }))).toBe(0)
  })
  it('takes equal ages, and those a tick apart, for younger', () => {
    expect(deadAtHead(reading([row('CLOSE_WAIT', 700), row('ESTABLISHED', 700)]))).toBe(0)
    expect(deadAtHead(reading([row('CLOSE_WAIT', 710), row('ESTABLISHED', 700)]))).toBe(0)
    expect(deadAtHead(reading([row('CLOSE_WAIT', 711), row('ESTABLISHED', 700)]))).toBe(1)
  })
  it('allows for the time that looking took', () => {
    const queued = [row('CLOSE_WAIT', 750), row('ESTABLISHED', 700)]
    expect(deadAtHead(reading(queued, { tookMs: 39 }))).toBe(1)
    expect(deadAtHead(reading(queued, { tookMs: 41 }))).toBe(0)
  })
  it('is not known where an age is not told', () => {
    expect(deadAtHead(reading([{ ...row('CLOSE_WAIT', 1), clocks: null }]))).toBeNull()
  })
  it('counts one that a listing passed over as if it stood there', () => {
    const alive = row('ESTABLISHED', 800)
    const dead = row('CLOSE_WAIT', 700)
    const missed = missedBetween(reading([alive, dead]), reading([dead]), 50)
    expect(missed).toEqual([{ cookie: alive.cookie, ageMs: 850 }])
    expect(deadAtHead(reading([dead], { length: 2 }), missed)).toBe(0)
  })

  it('never reaches the first live one, whatever the queue, however slowly it was looked at', () => {
    const one = fc.record({ gap: fc.nat(40), is: fc.constantFrom('dead', 'alive', 'reset'), late: fc.nat(30) })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), (queue) => {
        let at = 0
        const places = queue.map(({ gap, ...rest }) => {
          at += gap
          return { ...rest, at }
        })
        const now = at + 10
        // each row is looked at up to 30 ms after the first
        const rows = places.flatMap(({ is, late, at: since }) =>
          is === 'reset' ? [] : [row(is === 'alive' ? 'ESTABLISHED' : 'CLOSE_WAIT', now + late - since)],
        )
        const firstAlive = places.findIndex(({ is }) => is === 'alive')
        const dead = deadAtHead(reading(rows, { length: places.length, tookMs: 30 })) ?? 0
        expect(dead).toBeLessThanOrEqual(firstAlive < 0 ? places.length : firstAlive)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('who accepts', () => {
  const [a, b, c] = [row('CLOSE_WAIT', 9000), row('CLOSE_WAIT', 5000), row('ESTABLISHED', 10)]
  it('is nobody where the oldest still waits', () =>
    expect(whoAccepts(reading([a, b]), reading([a, b, c]))).toBe('nobody'))
  it('is somebody where the oldest is gone, though others came', () =>
    expect(whoAccepts(reading([a, b]), reading([b, c]))).toBe('accepting'))
  it('is somebody where fewer wait', () =>
    expect(whoAccepts(reading([a], { length: 9 }), reading([a], { length: 8 }))).toBe('accepting'))
  it('is somebody where a connection is held that was not held before', () =>
    expect(whoAccepts(reading([a]), reading([a], { owned: [row('ESTABLISHED', 5, 77)] }))).toBe('accepting'))
  it('is nobody beside connections that were held all along', () => {
    const owned = [row('ESTABLISHED', 5, 77)]
    expect(whoAccepts(reading([a], { owned }), reading([a], { owned }))).toBe('nobody')
  })
  it('cannot be told where nothing is visible', () =>
    expect(whoAccepts(reading([], { length: 5 }), reading([], { length: 5 }))).toBe('nothing-visible'))
})
