import { describe, expect, test } from 'vitest'
import { listener, ok, owner } from '../../../test/rules/snapshot-builder.ts'
import type { Coverage } from '../../model/part.ts'
import type { Listener } from '../../model/socket.ts'
import { diffListeners } from './listeners.ts'

const diff = (before: readonly Listener[], after: readonly Listener[], coverage?: readonly Coverage[]) => {
  const found = diffListeners(ok(before), ok(after, coverage))
  if (!found) throw new Error('both sides list listeners')
  return found
}

describe('queues', () => {
  test('grown, drained, and those that stand', () => {
    const found = diff(
      [listener(80, { length: 50 }), listener(81, { length: 129 }), listener(82, { length: 3 })],
      [listener(80, { length: 129 }), listener(81, { length: 0 }), listener(82, { length: 3 })],
    )
    expect(found.grown.map(({ name, before, after }) => [name, before, after])).toEqual([['[::]:80', 50, 129]])
    expect(found.drained.map(({ before, after }) => [before, after])).toEqual([[129, 0]])
    expect(found.still).toEqual([{ name: '[::]:82', length: 3 }])
  })

  test('a handful that comes and goes is no change', () => {
    const found = diff([listener(80, { length: 0 })], [listener(80, { length: 7 })])
    expect([found.grown, found.drained, found.still]).toEqual([[], [], []])
    expect(found.alike).toBe(1)
  })

  test('a length or limit that one side does not tell has not changed', () => {
    const found = diff([listener(80, { length: null, max: null })], [listener(80, { length: 129, max: 128 })])
    expect([found.grown, found.limits]).toEqual([[], []])
  })
})

describe('who listens', () => {
  test('another limit, another program; another pid is the same program', () => {
    const found = diff(
      [listener(80, { max: 128, owners: [owner('nginx', 1)] }), listener(81, { owners: [owner('nginx', 1)] })],
      [listener(80, { max: 511, owners: [owner('nginx', 9)] }), listener(81, { owners: [owner('haproxy', 1)] })],
    )
    expect(found.limits).toEqual([{ name: '[::]:80', before: 128, after: 511 }])
    expect(found.owners).toEqual([{ name: '[::]:81', before: 'nginx', after: 'haproxy' }])
  })

  test('one that is not there any more, where all are listed', () => {
    const found = diff([listener(80), listener(81)], [listener(81), listener(82)])
    expect(found.gone.map(({ name, proven }) => [name, proven])).toEqual([['[::]:80', true]])
    expect(found.appeared.map(({ name, proven }) => [name, proven])).toEqual([['[::]:82', true]])
  })

  test('one that a filter may hide is not gone', () => {
    const found = diff([listener(80), listener(81)], [listener(81)], [{ of: 'port', port: 81 }])
    expect(found.gone).toEqual([])
  })

  test('a filled one that a filter for filled queues does not show is no longer listed', () => {
    const found = diff(
      [listener(80, { length: 9 }), listener(81)],
      [listener(82, { length: 9 })],
      [{ of: 'recv-queue-above', value: 0 }],
    )
    expect(found.gone.map(({ name, length, proven }) => [name, length, proven])).toEqual([['[::]:80', 9, false]])
  })

  test('a list without addresses is held against the other by port', () => {
    const found = diff([listener(80, { length: 50, address: '::' })], [listener(80, { length: 60, address: '*' })])
    expect(found.grown.map(({ name }) => name)).toEqual(['*:80'])
    expect(found.gone).toEqual([])
  })

  test('several sockets of one port are one place', () => {
    const found = diff(
      [listener(80, { length: 10 }), listener(80, { length: 20 })],
      [listener(80, { length: 30 }), listener(80, { length: 0 })],
    )
    expect([found.grown, found.drained]).toEqual([[], []])
  })
})

test('nothing where one side lists none', () => {
  expect(diffListeners({ ok: false, reason: 'absent', detail: '' }, ok([listener(80)]))).toBeNull()
})
