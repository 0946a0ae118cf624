import { describe, expect, it } from 'vitest'
import type { Capture, Packet, TcpFlag } from '../model/capture.ts'
import { connectAttempts, unansweredSyns } from './capture-flows.ts'

const packet = (
  from: number,
  to: number,
  flags: readonly TcpFlag[],
  elapsed: number | null,
  spec: Partial<Packet> = {},
): Packet => ({
  time: null,
  elapsed,
  link: null,
  family: 4,
  protocol: 'tcp',
  from: { address: `10.0.0.${from > 1024 ? 1 : 2}`, port: from },
  to: { address: `10.0.0.${to > 1024 ? 1 : 2}`, port: to },
  flags,
  seq: 7,
  ack: null,
  window: null,
  options: null,
  length: 0,
  badChecksum: null,
  payload: null,
  inner: null,
  vni: null,
  note: null,
  origin: { file: 'x', line: Math.round((elapsed ?? 0) * 10), command: null },
  ...spec,
})

const capture = (...packets: readonly Packet[]): Capture => ({
  tool: 'tcpdump',
  packets,
  beyond: 0,
  droppedByKernel: null,
  origin: { file: 'x', line: 1, command: null },
})

describe('attempts to connect', () => {
  it('are SYNs of the same ports and sequence number, with the time since the first', () => {
    const found = unansweredSyns(
      capture(
        packet(5000, 80, ['SYN'], 10),
        packet(5001, 80, ['SYN'], 10.5),
        packet(5000, 80, ['SYN'], 11),
        packet(5000, 80, ['SYN'], 13),
      ),
    )
    expect(found).toMatchObject([{ client: { port: 5000 }, server: { port: 80 }, answer: 'none' }])
    expect(found[0]?.syns.map(({ at }) => at)).toEqual([0, 1, 3])
  })

  it('are answered, or refused, by the other end', () => {
    const found = connectAttempts(
      capture(
        packet(5000, 80, ['SYN'], 0),
        packet(80, 5000, ['SYN', 'ACK'], 0.1),
        packet(5001, 80, ['SYN'], 1),
        packet(80, 5001, ['RST', 'ACK'], 1.1),
        packet(5002, 80, ['SYN'], 2),
        packet(5002, 80, ['RST'], 2.5),
      ),
    )
    expect(found.map(({ answer }) => answer)).toEqual(['SYN-ACK', 'RST', 'none'])
  })

  it('a port that is used again is another attempt', () => {
    const found = connectAttempts(
      capture(
        packet(5000, 80, ['SYN'], 0),
        packet(80, 5000, ['SYN', 'ACK'], 0.1),
        packet(5000, 80, ['SYN'], 60, { seq: 8 }),
        packet(5000, 80, ['SYN'], 61, { seq: 8 }),
      ),
    )
    expect(found.map(({ answer, syns }) => [answer, syns.length])).toEqual([
      ['SYN-ACK', 1],
      ['none', 2],
    ])
  })

  it('the same SYN on the bridge and on its port was sent once', () => {
    const found = connectAttempts(
      capture(packet(5000, 80, ['SYN'], 0, { link: 'veth1' }), packet(5000, 80, ['SYN'], 0.001, { link: 'br0' })),
    )
    expect(found.map(({ syns }) => syns.length)).toEqual([1])
  })

  it('inside a tunnel are followed inside of it', () => {
    const outer = packet(40000, 8472, ['SYN'], 3, {
      protocol: 'udp',
      flags: null,
      vni: 100,
      inner: packet(5000, 80, ['SYN'], null),
    })
    expect(connectAttempts(capture(outer))).toMatchObject([{ client: { port: 5000 }, vni: 100, syns: [{ at: 0 }] }])
  })

  it('without times are counted without times', () => {
    const found = unansweredSyns(capture(packet(5000, 80, ['SYN'], null), packet(5000, 80, ['SYN'], null)))
    expect(found[0]?.syns.map(({ at }) => at)).toEqual([null, null])
  })
})
