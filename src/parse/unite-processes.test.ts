import { expect, it } from 'vitest'
import { proc } from '../../test/rules/snapshot-builder.ts'
import { uniteProcesses } from './unite-processes.ts'

it('what one listing does not tell, another may', () => {
  const a = { ...proc('nginx', 7, null), startedAt: '2026-01-01T00:00:00Z' }
  const b = { ...proc('nginx', 7), wchan: 'do_epoll_wait' }
  expect(uniteProcesses([a, proc('init', 1), b])).toEqual([
    { ...b, wchan: null, startedAt: a.startedAt },
    proc('init', 1),
  ])
})

it('to have been blocked once is what is kept, with where', () => {
  const blocked = { ...proc('nginx', 7, 'D'), wchan: 'rpc_wait_bit_killable' }
  const asleep = { ...proc('nginx', 7, 'S'), wchan: 'do_epoll_wait' }
  expect(uniteProcesses([asleep, blocked, asleep])).toEqual([blocked])
  expect(uniteProcesses([blocked, { ...blocked, wchan: null }])).toEqual([blocked])
})
