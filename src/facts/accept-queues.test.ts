import { describe, expect, it } from 'vitest'
import {
  absent,
  at,
  type ListenerSpec,
  listener,
  netns,
  ok,
  owner,
  snapshot,
  sysctls,
} from '../../test/rules/snapshot-builder.ts'
import { ask, viewOf } from '../../test/rules/test-rule.ts'
import type { Coverage } from '../model/part.ts'
import { acceptQueues } from './accept-queues.ts'
import { listeners, queuedListeners } from './listeners.ts'
import { byHolder, holderOf } from './owners.ts'

const reading = (spec: ListenerSpec, coverage?: readonly Coverage[]) =>
  snapshot(netns({ listeners: ok([listener(80, spec)], coverage) }))

describe('queuedListeners', () => {
  it.each<[string, readonly Coverage[], boolean]>([
    ['everything', [{ of: 'all' }], true],
    ['rows with something in the queue', [{ of: 'recv-queue-above', value: 0 }], true],
    ['only longer queues', [{ of: 'recv-queue-above', value: 10 }], false],
    ['only full ones', [{ of: 'recv-queue-above-limit' }], false],
    ['listeners of one port', [{ of: 'port', port: 80 }], false],
    [
      'all in LISTEN, queue not empty',
      [
        {
          of: 'and',
          sets: [
            { of: 'state', state: 'LISTEN' },
            { of: 'recv-queue-above', value: 0 },
          ],
        },
      ],
      true,
    ],
    [
      'one program, queue not empty',
      [
        {
          of: 'and',
          sets: [
            { of: 'process', name: 'nginx' },
            { of: 'recv-queue-above', value: 0 },
          ],
        },
      ],
      false,
    ],
    ['nothing known', [], false],
  ])('%s: whole = %#', (_, coverage, whole) => {
    const got = ask(queuedListeners, reading({ length: 5 }, coverage))
    expect(got).toMatchObject({ ok: true, incomplete: whole ? null : { en: expect.stringContaining('only part') } })
  })

  it('says why there are none, and what a row lacks', () => {
    expect(ask(queuedListeners, snapshot(netns()))).toMatchObject({
      ok: false,
      why: { en: expect.stringContaining(absent.detail) },
    })
    expect(ask(queuedListeners, reading({ length: null }))).toMatchObject({
      ok: true,
      value: [],
      incomplete: { en: expect.stringContaining('length') },
    })
  })

  it('is not whole for all listeners where only queues were listed', () => {
    const filtered = reading({}, [{ of: 'recv-queue-above', value: 0 }])
    expect(ask(listeners, filtered)).toMatchObject({
      ok: true,
      incomplete: { en: expect.stringContaining('only part') },
    })
    expect(ask(listeners, reading({}))).toMatchObject({ ok: true, incomplete: null })
  })
})

describe('the limit of a queue', () => {
  const limitOf = (spec: Parameters<typeof viewOf>[0]) => {
    const got = ask(acceptQueues, spec)
    return got.ok ? got.value[0]?.limit : null
  }
  const unprinted = reading({ length: 9, max: null })

  it('is what stands beside the length', () => {
    expect(limitOf(reading({ length: 9, max: 5 }))).toEqual({ value: 5, known: 'printed', origin: at(80, 'ss -nltp') })
  })

  it('is that of the same socket earlier, however far back, where it is not printed', () => {
    expect(limitOf({ readings: [reading({ length: 1, max: 5 }), unprinted] })).toMatchObject({
      value: 5,
      known: 'earlier',
    })
    expect(limitOf({ readings: [reading({ max: 5 }), unprinted, unprinted] })).toMatchObject({ value: 5 })
    expect(
      limitOf({ readings: [reading({ max: 5, cookie: 'a' }), reading({ length: 9, max: null, cookie: 'b' })] }),
    ).toBeNull()
    expect(
      limitOf({ readings: [reading({ max: 5, inode: 7 }), reading({ length: 9, max: null, inode: 8 })] }),
    ).toBeNull()
    expect(limitOf({ readings: [reading({ max: 5, address: '10.0.0.1' }), unprinted] })).toBeNull()
    expect(limitOf({ readings: [reading({ max: 5 }), unprinted], by: null })).toBeNull()
  })

  it('is bounded by somaxconn, which tells only of queues that are longer', () => {
    const under = (value: number) =>
      snapshot(
        netns({
          listeners: ok([listener(80, { length: 9, max: null })]),
          sysctls: sysctls({ 'net.core.somaxconn': value }),
        }),
      )
    expect(limitOf(under(8))).toMatchObject({ value: 8, known: 'somaxconn' })
    expect(limitOf(under(9))).toBeNull()
  })

  it('leaves the queues incomplete where it is not known', () => {
    expect(ask(acceptQueues, unprinted)).toMatchObject({ incomplete: { en: expect.stringContaining('limit of 1') } })
  })
})

describe('holders', () => {
  it('are named from an earlier reading of the socket where this one names nobody', () => {
    const view = viewOf({ readings: [reading({ owner: 'nginx', pid: 7 }), reading({ address: '*' })] })
    const [now] = view.netns.listeners.ok ? view.netns.listeners.data : []
    expect(now && holderOf(view, now)).toEqual({ program: 'nginx', pids: [7], inferred: true })
  })

  it('are not told by an empty list', () => {
    const view = viewOf(reading({ owners: [] }))
    const [now] = view.netns.listeners.ok ? view.netns.listeners.data : []
    expect(now && holderOf(view, now)).toBeNull()
  })

  it('share what they hold; who is not known stands alone', () => {
    const held = (program: string | null, pid: number) => ({
      holder: program === null ? null : { program, pids: [pid], inferred: false },
    })
    const groups = byHolder([held('a', 1), held(null, 0), held('a', 2), held(null, 0), held('a', 1)])
    expect(groups.map((one) => [one.holder?.program ?? null, one.items.length])).toEqual([
      ['a', 3],
      [null, 1],
      [null, 1],
    ])
    expect(groups[0]?.holder?.pids).toEqual([1, 2])
  })

  it('that share one socket are joined', () => {
    const view = viewOf(reading({ owners: [owner('nginx', 2), owner('nginx', 1), owner('agent', null)] }))
    const [now] = view.netns.listeners.ok ? view.netns.listeners.data : []
    expect(now && holderOf(view, now)).toEqual({ program: 'agent, nginx', pids: [1, 2], inferred: false })
  })
})
