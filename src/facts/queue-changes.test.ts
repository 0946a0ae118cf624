import { describe, expect, it } from 'vitest'
import { group, listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { ask } from '../../test/rules/test-rule.ts'
import { compareQueues, queueChanges } from './queue-changes.ts'

const held = (queues: Readonly<Record<number, number>>) =>
  Object.entries(queues).map(([port, length]) => listener(Number(port), { length, owner: 'kube-proxy' }))

const then = netns({ listeners: ok(held({ 30720: 129, 32634: 50, 30225: 15 })) })

describe('compareQueues', () => {
  it('tells growth, standstill and a port that is not listed any more', () => {
    const now = netns({ listeners: ok(held({ 30720: 129, 32634: 129 }), []) })
    const changes = compareQueues(then, now)
    expect(changes.grown).toMatchObject([{ port: 32634, from: 50, to: 129 }])
    expect(changes.unchanged).toMatchObject([{ port: 30720, to: 129 }])
    expect(changes.notListed).toMatchObject([{ port: 30225, was: 15, gone: false }])
  })

  it('calls the port gone only where every listener was listed', () => {
    const now = netns({ listeners: ok(held({ 30720: 129, 32634: 50 })) })
    expect(compareQueues(then, now).notListed).toMatchObject([{ port: 30225, gone: true }])
  })

  it('leaves out ports that are accepted from, that several sockets share, and loopback', () => {
    const served = netns({
      listeners: ok([
        ...held({ 30720: 1 }),
        ...held({ 31000: 4 }),
        ...held({ 31000: 5 }),
        listener(31001, { address: '127.0.0.1', length: 3, owner: 'kube-proxy' }),
      ]),
      connections: ok([group(30720, { state: 'ESTABLISHED', process: 'kube-proxy' })]),
    })
    const changes = compareQueues(served, served)
    expect([...changes.grown, ...changes.unchanged, ...changes.shrunk]).toEqual([])
  })
})

describe('queueChanges', () => {
  it('needs two readings in order', () => {
    const [a, b] = [snapshot(then), snapshot(netns({ listeners: ok(held({ 30720: 129, 32634: 51 })) }))]
    expect(ask(queueChanges, b)).toMatchObject({ ok: false })
    expect(ask(queueChanges, { readings: [a, b] })).toMatchObject({
      ok: true,
      value: { grown: [{ port: 32634, from: 50, to: 51 }] },
    })
  })
})
