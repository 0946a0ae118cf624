import { expect, it } from 'vitest'
import { type PacketSpec, packetsAt } from '../../test/rules/packets.ts'
import { group, listener, netns, ok, snapshot, WHOLE } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import type { Netns, Snapshot } from '../model/snapshot.ts'
import rule from './syn-unanswered.ts'

const AGAIN: readonly PacketSpec[] = [0, 1, 3, 7].map((elapsed) => ({ elapsed, from: 5000 }))
const of = (
  packets: readonly PacketSpec[],
  spec: Partial<Netns> = {},
  options: Parameters<typeof packetsAt>[1] = {},
  cuts: readonly string[] = [],
): Snapshot => snapshot(netns(spec), { captures: ok([packetsAt(packets, options)], WHOLE, cuts) })

/** The server is this machine, and so many wait in its queue. */
const here = (length: number): Partial<Netns> => ({
  listeners: ok([listener(80, { length, address: '0.0.0.0' }), listener(22, { address: '10.0.0.1' })]),
})

testRule(rule, {
  found: {
    'four SYNs of one attempt': {
      readings: [of(AGAIN)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'past' })
        expect(draft?.subject).toMatchObject({ kind: 'peer', key: '10.0.0.1:80', port: 80 })
        expect(draft?.summary.en).toMatch(/4 of one attempt by 10\.0\.0\.7, the longest for 7 s$/)
        expect(draft?.evidence[0]).toMatchObject({ value: 4, source: { line: 300 } })
      },
    },
    'to this machine, whose queue is full': {
      readings: [of(AGAIN, here(129))],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('the accept queue of 0.0.0.0:80 is full')
        expect(draft?.evidence).toContainEqual(expect.objectContaining({ value: 129, limit: 128 }))
      },
    },
    'to this machine, which listens and has room': {
      readings: [of(AGAIN, here(0))],
      expect: ([draft]) => expect(draft?.summary.en).toContain('has room in its queue at this reading'),
    },
    'to this machine, where nobody listens: that would be a reset': {
      readings: [of(AGAIN, { listeners: ok([listener(22, { address: '10.0.0.1' })]) })],
      expect: ([draft]) => expect(draft?.summary.en).toContain('nobody listens on that port'),
    },
    'in a capture that is cut: the repeated SYN is proof enough': {
      readings: [of(AGAIN, {}, {}, ['...'])],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('likely')
        expect(draft?.unknowns[0]?.en).toContain('an answer may have come later')
      },
    },
    'in a capture of one direction: no answer reached the client': {
      readings: [of(AGAIN, {}, { command: 'tcpdump -nn dst port 80' })],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('likely')
        expect(draft?.summary.en).toContain('this capture cannot show')
      },
    },
  },
  clear: {
    'every SYN is answered': of([
      { elapsed: 0, from: 5000 },
      { elapsed: 0.1, from: 5000, answer: true, flags: ['SYN', 'ACK'] },
    ]),
    'refused: that is an answer': of([...AGAIN, { elapsed: 7.1, from: 5000, answer: true, flags: ['RST', 'ACK'] }]),
    'answered at the third attempt': of([
      ...AGAIN.slice(0, 3),
      { elapsed: 3.1, from: 5000, answer: true, flags: ['SYN', 'ACK'] },
    ]),
    'one packet got lost': of(AGAIN.slice(0, 2)),
    'a scanner: many SYNs, none of them twice': of(
      Array.from({ length: 40 }, (_, i) => ({ elapsed: i / 10, from: 5000 + i, seq: i })),
    ),
  },
  skipped: {
    'no capture': snapshot(netns()),
    'a cut capture in which nothing was sent again': of(AGAIN.slice(0, 1), {}, {}, ['...']),
    'tcpdump lost packets': of(AGAIN.slice(0, 1), {}, { droppedByKernel: 12 }),
  },
})

it('a full queue on this machine is not why another one stays silent', () => {
  const client = { ...here(129), connections: ok([group(443, { role: 'client', address: '10.0.0.7' })]) }
  const elsewhere = of(AGAIN, client, { server: '198.51.100.9' })
  const draft = onlyDraft(rule, elsewhere)
  expect(draft.summary.en).not.toContain('full')
  expect(draft.subject.port).toBeUndefined()
})

it('notices that the capture names another address than the listener has', () => {
  const other = onlyDraft(rule, of(AGAIN, here(129), { server: '172.16.1.21' }))
  expect(other.unknowns.some((one) => one.en.includes('172.16.1.21:80'))).toBe(true)
})

it('does not blame a firewall where the same capture shows others answered', () => {
  const mixed = of(
    [...AGAIN, { elapsed: 8, from: 6000, seq: 9 }, { elapsed: 8.1, from: 6000, answer: true, flags: ['SYN', 'ACK'] }],
    here(0),
  )
  const { drafts } = judgeCase(rule, mixed)
  expect(drafts[0]?.summary.en).not.toContain('has room')
  expect(drafts[0]?.evidence[1]?.value).toBe(1)
})
