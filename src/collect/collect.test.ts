import { describe, expect, it } from 'vitest'
import type { Content, Question } from '../model/block.ts'
import type { Coverage } from '../model/part.ts'
import type { Listener, TcpState } from '../model/socket.ts'
import { createSocketTable, pushSocket } from '../parse/socket-table.ts'
import type { Answer, Host } from '../sys/host.ts'
import { collectSnapshot } from './collect.ts'

/** A Host that answers with what a text held. */
function hostOf(answers: readonly Answer[]): Host {
  return {
    source: 'x.md',
    way: 'transcript',
    node: 'n1',
    takenAt: null,
    lines: [1, 99],
    hints: [],
    netns: [{ key: 'host', kind: 'host', inode: null, pod: null, path: null, pid: null }],
    ask: (question: Question) =>
      answers.filter((one) => {
        const asked: readonly Question[] = question === 'sockets' ? ['sockets', 'listeners', 'census'] : [question]
        return !one.ok || ('content' in one && asked.includes(one.content.question))
      }),
  }
}

const ALL: readonly Coverage[] = [{ of: 'all' }]
const answer = (
  content: Content,
  coverage = ALL,
  lines: readonly [number, number] = [1, 50],
  command = 'ss -ant',
): Answer => {
  const cuts = coverage.some((set) => set.of === 'all') ? [] : [`cut ${command}`]
  return { ok: true, via: command, content, place: { file: 'x.md', lines, command }, coverage, cuts, warnings: [] }
}

function sockets(rows: readonly (readonly [TcpState, number, number])[]): Content {
  const table = createSocketTable()
  for (const [state, port, line] of rows)
    pushSocket(table, {
      state,
      family: 4,
      local: { address: '10.0.0.1', port },
      peer: state === 'LISTEN' ? null : { address: '10.0.0.2', port: 40_000 + line },
      recvQueue: 1,
      sendQueue: 128,
      inode: null,
      uid: null,
      cookie: null,
      drops: null,
      ageMs: null,
      holding: 'unknown',
      processes: null,
      line,
    })
  return { question: 'sockets', table }
}

const byHand = (port: number, line: number): Listener => ({
  local: { address: '*', port },
  family: null,
  acceptQueue: { length: 5, max: null },
  service: `shop/${port}`,
  drops: null,
  inode: null,
  cookie: null,
  uid: null,
  cgroupId: null,
  owners: null,
  origin: { file: 'x.md', line, command: null },
})

const read = (...answers: readonly Answer[]) => {
  const [netns] = collectSnapshot(hostOf(answers)).netns
  if (!netns) throw new Error('no namespace')
  return netns
}

const state = (name: string): readonly Coverage[] => [{ of: 'state', state: name }]

describe('a reading of a text', () => {
  it('of nothing: every part is absent, and says so', () => {
    const netns = read()
    for (const part of [
      netns.listeners,
      netns.connections,
      netns.census,
      netns.counters,
      netns.sockstat,
      netns.sysctls,
    ])
      expect(part).toMatchObject({ ok: false, reason: 'absent', detail: expect.stringMatching(/not captured/) })
  })

  it('of a whole listing: everything is known, the census counted', () => {
    const netns = read(
      answer(
        sockets([
          ['LISTEN', 80, 2],
          ['ESTABLISHED', 80, 3],
          ['CLOSE_WAIT', 80, 4],
        ]),
      ),
    )
    expect(netns.census).toMatchObject({ ok: true, data: { counts: { LISTEN: 1, ESTABLISHED: 1, CLOSE_WAIT: 1 } } })
    expect(netns.listeners).toMatchObject({
      ok: true,
      coverage: ALL,
      data: [{ origin: { file: 'x.md', line: 2, command: 'ss -ant' } }],
    })
  })

  it('of listeners only: connections are not there, rather than none', () => {
    const netns = read(answer(sockets([['LISTEN', 80, 2]]), state('LISTEN')))
    expect(netns.listeners).toMatchObject({ ok: true, coverage: state('LISTEN') })
    expect(netns.connections).toMatchObject({
      ok: false,
      reason: 'absent',
      detail: expect.stringMatching(/only listeners/),
    })
    expect(netns.census).toMatchObject({ ok: false })
  })

  it('of two filtered listings: their sets side by side, rows in both once, each row its own command', () => {
    const netns = read(
      answer(sockets([['CLOSE_WAIT', 80, 2]]), state('CLOSE_WAIT'), [1, 9], 'ss | grep CLOSE'),
      answer(
        sockets([
          ['CLOSE_WAIT', 80, 2],
          ['ESTABLISHED', 80, 13],
        ]),
        [{ of: 'port', port: 80 }],
        [10, 19],
        'ss | grep 80',
      ),
    )
    expect(netns.connections).toMatchObject({
      coverage: [{ of: 'state' }, { of: 'port', port: 80 }],
      cuts: ['cut ss | grep CLOSE', 'cut ss | grep 80'],
      data: [
        { state: 'CLOSE_WAIT', count: 1, origin: { line: 2, command: 'ss | grep CLOSE' } },
        { state: 'ESTABLISHED', count: 1, origin: { line: 13, command: 'ss | grep 80' } },
      ],
    })
    expect(netns.census).toMatchObject({ ok: false, detail: expect.stringMatching(/only a part/) })
  })

  it('two files with the same line numbers: each row is told of its own', () => {
    const of = (file: string, port: number): Answer => {
      const one = answer(sockets([['LISTEN', port, 2]]), [], [1, 3], `cat ${file}`)
      return one.ok && 'place' in one ? { ...one, place: { file, lines: [1, 3], command: `cat ${file}` } } : one
    }
    const [netns] = collectSnapshot(hostOf([of('a.txt', 80), of('b.txt', 81)])).netns
    const origins = netns?.listeners.ok ? netns.listeners.data.map((one) => [one.local.port, one.origin]) : []
    expect(origins).toEqual([
      [80, { file: 'a.txt', line: 2, command: 'cat a.txt' }],
      [81, { file: 'b.txt', line: 2, command: 'cat b.txt' }],
    ])
  })

  it('a whole listing beside a filtered one: whole', () => {
    const netns = read(
      answer(sockets([['CLOSE_WAIT', 80, 2]]), state('CLOSE_WAIT')),
      answer(sockets([['LISTEN', 80, 12]])),
    )
    expect(netns.listeners).toMatchObject({ coverage: ALL, cuts: [] })
  })

  it('a printed census goes before a counted one', () => {
    const census: Content = {
      question: 'census',
      census: { counts: { ESTABLISHED: 7 }, origin: { file: 'x.md', line: 9, command: 'netstat | awk' } },
    }
    expect(read(answer(census), answer(sockets([['ESTABLISHED', 80, 2]]))).census).toMatchObject({
      data: { counts: { ESTABLISHED: 7 } },
    })
  })

  it('a table typed by hand adds the ports that no tool listed', () => {
    const typed = answer({ question: 'listeners', listeners: [byHand(80, 30), byHand(81, 31)] }, [], [29, 40], 'typed')
    expect(read(typed).listeners).toMatchObject({ ok: true, data: [{ local: { port: 80 } }, { local: { port: 81 } }] })
    const both = read(typed, answer(sockets([['LISTEN', 80, 2]])))
    expect(
      both.listeners.ok && both.listeners.data.map((one) => [one.local.port, one.acceptQueue.max, one.service]),
    ).toEqual([
      [80, 128, 'shop/80'],
      [81, null, 'shop/81'],
    ])
  })

  it('counters of several outputs: the first value stands; totals are not mixed with differences', () => {
    const counters = (values: Record<string, number>, kind: 'total' | 'delta', absentIsZero = false): Answer =>
      answer({ question: 'counters', counters: { values, origins: {}, absentIsZero, kind } })
    const netns = read(
      counters({ A: 1 }, 'total'),
      counters({ A: 2, B: 3 }, 'total', true),
      counters({ C: 4 }, 'delta'),
    )
    expect(netns.counters).toMatchObject({ data: { values: { A: 1, B: 3 }, kind: 'total', absentIsZero: true } })
    expect(netns.counters.ok && Object.keys(netns.counters.data.values)).toEqual(['A', 'B'])
    expect(read(counters({ C: 4 }, 'delta')).counters).toMatchObject({ data: { kind: 'delta' } })
  })

  it('settings: the first value stands', () => {
    const setting = (values: Record<string, string>): Answer =>
      answer({ question: 'sysctls', sysctls: { values, origins: {} } }, [{ of: 'keys', keys: Object.keys(values) }])
    expect(read(setting({ a: '1' }), setting({ a: '2', b: '3' })).sysctls).toMatchObject({
      data: { values: { a: '1', b: '3' } },
      coverage: [{ keys: ['a'] }, { keys: ['a', 'b'] }],
    })
  })

  it('node facts: each from the first that tells it', () => {
    const node = (facts: object): Answer => answer({ question: 'node', facts })
    const snapshot = collectSnapshot(hostOf([node({ cores: null, bootId: 'a' }), node({ cores: 4, bootId: 'b' })]))
    expect(snapshot.node).toMatchObject({ name: 'n1', cores: 4, bootId: 'a', kernel: null })
  })
})
