import { describe, expect, it } from 'vitest'
import { absent, census, group, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { ask } from '../../test/rules/test-rule.ts'
import type { Coverage } from '../model/part.ts'
import type { StateCensus } from '../model/socket.ts'
import { byName, connectionsIn, programOf, servicePort } from './connections.ts'
import { coversAll, coversFull, coversQueued, coversState, cutsOf } from './coverage.ts'

const STATE: Coverage = { of: 'state', state: 'SYN-SENT' }
const PORT: Coverage = { of: 'port', port: 80 }

describe('coverage', () => {
  it.each<[string, readonly Coverage[], boolean]>([
    ['all', [{ of: 'all' }], true],
    ['the state as printed by ss', [STATE], true],
    ['another state', [{ of: 'state', state: 'ESTAB' }], false],
    ['a port', [PORT], false],
    ['a state narrowed by a port', [{ of: 'and', sets: [STATE, PORT] }], false],
    ['the same state twice', [{ of: 'and', sets: [STATE, { of: 'all' }] }], true],
    ['nothing', [], false],
    ['an empty intersection', [{ of: 'and', sets: [] }], false],
  ])('of a state: %s', (_, coverage, whole) => expect(coversState(coverage, 'SYN_SENT')).toBe(whole))

  it('of queues: a filter that hides only empty ones is whole', () => {
    expect(coversQueued([{ of: 'recv-queue-above', value: 0 }])).toBe(true)
    expect(coversQueued([{ of: 'recv-queue-above', value: 1 }])).toBe(false)
    expect(coversQueued([{ of: 'recv-queue-above-limit' }])).toBe(false)
    expect(coversFull([{ of: 'recv-queue-above-limit' }])).toBe(true)
    expect(coversFull([{ of: 'recv-queue-above', value: 0 }])).toBe(true)
    expect(coversFull([{ of: 'recv-queue-above', value: 3 }])).toBe(false)
    expect(coversFull([{ of: 'and', sets: [{ of: 'recv-queue-above-limit' }, PORT] }])).toBe(false)
    expect(coversQueued([{ of: 'state', state: 'LISTEN' }])).toBe(true)
    expect(coversQueued([{ of: 'and', sets: [{ of: 'recv-queue-above', value: 0 }, PORT] }])).toBe(false)
  })

  it('of everything', () => {
    expect(coversAll([{ of: 'all' }])).toBe(true)
    expect(coversAll([STATE])).toBe(false)
    expect(coversState([{ of: 'state', state: 'estab' }], 'ESTABLISHED')).toBe(true)
  })

  it('says what was cut', () => {
    expect(cutsOf(ok([], [], ['grep 80', '...']))).toBe('grep 80; ...')
    expect(cutsOf(ok([]))).toBeNull()
    expect(cutsOf(absent)).toBeNull()
  })
})

describe('connectionsIn', () => {
  const waiting = group(179, { state: 'SYN_SENT', role: 'client', count: 6, process: 'bird' })
  const of = (coverage: readonly Coverage[] | null, counts: StateCensus['counts'] | null) =>
    ask(
      connectionsIn('SYN_SENT'),
      snapshot(
        netns({
          connections: coverage ? ok([waiting, group(80)], coverage, ['...']) : absent,
          census: counts ? census(counts) : absent,
        }),
      ),
    )

  it('sums up what was seen, beside what was counted', () => {
    expect(of([STATE], { SYN_SENT: 145 })).toMatchObject({
      ok: true,
      value: { seen: 6, counted: 145 },
      incomplete: null,
    })
  })

  it('is incomplete where rows may be missing, and says what cut them', () => {
    const got = of([], { SYN_SENT: 145 })
    expect(got.ok && got.incomplete?.en).toContain('...')
    expect(of([], { SYN_SENT: 6 })).toMatchObject({ incomplete: null })
  })

  it('takes a census for rows only where it counts none', () => {
    expect(of(null, { ESTABLISHED: 3 })).toMatchObject({ ok: true, incomplete: null, value: { seen: 0, counted: 0 } })
    const counted = of(null, { SYN_SENT: 4 })
    expect(counted.ok && counted.incomplete?.en).toContain('4 connections')
    expect(of(null, null)).toMatchObject({ ok: false })
  })

  it('does not take a census of a part for one of all', () => {
    const some = (counts: StateCensus['counts']) => {
      const part = census(counts)
      const ofPort = part.ok ? ok(part.data, [{ of: 'port', port: 80 }], ['grep 80']) : part
      return ask(connectionsIn('SYN_SENT'), snapshot(netns({ connections: absent, census: ofPort })))
    }
    expect(some({ ESTABLISHED: 3 })).toMatchObject({ ok: false })
    expect(some({ SYN_SENT: 3 })).toMatchObject({ ok: true, value: { counted: 3 } })
  })
})

it('names the program, all of them where a socket is shared, and the service port', () => {
  expect(programOf(group(80))).toBeNull()
  const shared = {
    ...group(80, { process: 'nginx' }),
    processes: ['nginx', 'init', 'nginx'].map((comm) => ({ pid: 1, comm, fd: 3 })),
  }
  expect(programOf(shared)).toBe('init, nginx')
  expect(servicePort(group(80))).toBe(80)
  expect(servicePort(group(10250, { role: 'client' }))).toBe(10250)
  expect([...byName([3, 1, 3], String)]).toEqual([
    ['3', [3, 3]],
    ['1', [1]],
  ])
})
