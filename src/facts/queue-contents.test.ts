import { describe, expect, it } from 'vitest'
import { earlierReading } from '../../test/rules/nodeport-node.ts'
import { type GroupSpec, group, listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { ask } from '../../test/rules/test-rule.ts'
import type { Coverage } from '../model/part.ts'
import { queueContents } from './queue-contents.ts'

const BOTH: readonly Coverage[] = [
  { of: 'state', state: 'ESTAB' },
  { of: 'state', state: 'CLOSE-WAIT' },
]

function contentsOf(groups: readonly GroupSpec[], coverage?: readonly Coverage[]) {
  const got = ask(
    queueContents,
    snapshot(
      netns({
        listeners: ok([listener(80, { length: 9 })]),
        connections: ok(
          groups.map((one) => group(80, one)),
          coverage,
        ),
      }),
    ),
  )
  if (!got.ok) throw new Error(got.why.en)
  const [queue] = got.value
  if (!queue) throw new Error('no queue')
  return queue
}

describe('queueContents', () => {
  it('adds up the unaccepted, and leaves out what is held, half open or going away', () => {
    const { contents, invisible } = contentsOf([
      { count: 2, state: 'ESTABLISHED', recvQueueBytes: 40, recvQueue: { zero: 0, one: 1, more: 1 }, peer: 'b' },
      { count: 3, recvQueueBytes: 7, recvQueue: { zero: 0, one: 2, more: 1 }, peer: 'a' },
      { count: 1, recvQueueBytes: 0, recvQueue: { zero: 0, one: 1, more: 0 }, peer: 'b' },
      { count: 4, state: 'ESTABLISHED', process: 'nginx' },
      { count: 5, state: 'SYN_RECV', holding: 'kernel' },
      { count: 6, state: 'TIME_WAIT', holding: 'kernel' },
      { count: 7, role: 'client', process: 'curl', state: 'ESTABLISHED' },
    ])
    expect(contents).toMatchObject({
      visible: 6,
      closeWait: 4,
      established: 2,
      finOnly: 3,
      withData: 3,
      bytes: 47,
      owned: 4,
      whole: true,
    })
    expect(contents.peers).toEqual([
      { address: 'a', count: 3 },
      { address: 'b', count: 3 },
    ])
    expect(invisible, 'somebody accepts: text of one moment cannot tell').toBeNull()
  })

  it.each<[string, GroupSpec, number | null]>([
    ['the other end of a client here', { state: 'TIME_WAIT', holding: 'kernel', role: 'client' }, 6],
    ['a handshake', { state: 'SYN_RECV', holding: 'kernel' }, 6],
    ['a connection closed on this side', { state: 'TIME_WAIT', holding: 'kernel' }, null],
    ['one whose peer has not closed yet', { state: 'FIN_WAIT2', holding: 'kernel' }, null],
    ['the last of one', { state: 'LAST_ACK', holding: 'kernel' }, null],
  ])('text of a port that has just accepted cannot tell: %s', (_, beside, invisible) => {
    expect(contentsOf([{ count: 3 }, { count: 1, ...beside }]).invisible).toBe(invisible)
  })

  it('does not know bytes where one Recv-Q was not printed', () => {
    expect(
      contentsOf([{ recvQueueBytes: 5, recvQueue: { zero: 0, one: 0, more: 1 } }, { peer: 'x' }]).contents,
    ).toMatchObject({
      visible: 2,
      bytes: null,
      finOnly: null,
      withData: null,
    })
  })

  it('takes the identity of the oldest', () => {
    const { contents } = contentsOf([
      { oldestMs: 10, oldestCookie: 'aa' },
      { oldestMs: 30, oldestCookie: 'cc', peer: 'x' },
      { oldestMs: 20, oldestCookie: 'bb', peer: 'y' },
    ])
    expect(contents).toMatchObject({ oldestMs: 30, oldestCookie: 'cc' })
  })

  it.each<[string, readonly Coverage[], boolean]>([
    ['all', [{ of: 'all' }], true],
    ['this port', [{ of: 'port', port: 80 }], true],
    ['another port', [{ of: 'port', port: 81 }], false],
    ['both states', BOTH, true],
    ['one state', BOTH.slice(1), false],
    [
      'this port in one state',
      [
        {
          of: 'and',
          sets: [
            { of: 'port', port: 80 },
            { of: 'state', state: 'CLOSE-WAIT' },
          ],
        },
      ],
      false,
    ],
    [
      'this port of one program',
      [
        {
          of: 'and',
          sets: [
            { of: 'port', port: 80 },
            { of: 'process', name: 'x' },
          ],
        },
      ],
      false,
    ],
    ['rows with unread bytes', [{ of: 'recv-queue-above', value: 0 }], false],
  ])('counts the invisible only where the port was seen whole: %s', (_, coverage, whole) => {
    const { contents, invisible } = contentsOf([{ count: 4 }], coverage)
    expect(contents.whole).toBe(whole)
    expect(invisible).toBe(whole ? 5 : null)
  })

  it('is never negative: more visible than queued is a race', () => {
    expect(contentsOf([{ count: 10 }]).invisible).toBeNull()
  })

  it('reads the three ports of the node as they are', () => {
    const got = ask(queueContents, earlierReading())
    const told = got.ok ? got.value.filter((one) => one.contents.whole) : []
    expect(
      told.map((one) => [
        one.listener.local.port,
        one.length,
        one.contents.visible,
        one.contents.finOnly,
        one.contents.withData,
        one.contents.bytes,
        one.invisible,
      ]),
    ).toEqual([
      [30720, 129, 100, 1, 99, 447219, 29],
      [31425, 129, 129, 127, 2, 1139, 0],
      [32426, 82, 80, 30, 50, 28439, 2],
    ])
    expect(got).toMatchObject({ incomplete: { en: expect.stringContaining('30 queues') } })
  })
})
