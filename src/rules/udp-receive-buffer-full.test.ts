import { expect } from 'vitest'
import { network } from '../../test/rules/forwarding-builder.ts'
import { at, counters, listener, netns, ok, owner, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { UdpSocket } from '../model/network.ts'
import rule from './udp-receive-buffer-full.ts'

const udp = (port: number, more: Partial<UdpSocket> = {}): UdpSocket => ({
  local: { address: '0.0.0.0', port },
  peer: null,
  recvQueueBytes: 0,
  sendQueueBytes: 0,
  drops: 0,
  inode: 7000 + port,
  processes: null,
  origin: at(port, 'ss -uanmp'),
  ...more,
})
const counted = (lost: number, taken: number) => counters({ UdpRcvbufErrors: lost, UdpInDatagrams: taken })
const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]
const BUFFER = sysctls({ 'net.core.rmem_default': 212_992, 'net.core.rmem_max': 212_992 })

testRule(rule, {
  found: {
    'a resolver that loses lookups between the readings': {
      readings: [
        snapshot(
          netns({ counters: counted(500, 90_000), network: network({ udp: [udp(53, { drops: 450 })] }) }),
          FIRST,
        ),
        snapshot(
          netns({
            counters: counted(700, 98_000),
            sysctls: BUFFER,
            network: network({
              udp: [
                udp(53, { drops: 650, recvQueueBytes: 213_760, processes: [owner('coredns', 9)] }),
                udp(514, { drops: 50, processes: [owner('rsyslogd', 10)] }),
              ],
            }),
          }),
          SECOND,
        ),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(draft?.subject).toMatchObject({ process: 'coredns' })
        expect(draft?.summary.en).toContain('200 UDP datagrams')
        expect(draft?.summary.en).toContain('2.4 % of those that came), at 0.0.0.0:53 (DNS) of coredns')
        expect(draft?.evidence.map((one) => one.value)).toEqual([700, 200, 200, 650, 213_760, 50])
        expect(draft?.remedies[1]?.action).toBe('sysctl -w net.core.rmem_max=8388608')
      },
    },
    'a few of very many are worth knowing': {
      readings: [
        snapshot(netns({ counters: counted(500, 90_000) }), FIRST),
        snapshot(netns({ counters: counted(503, 190_000) }), SECOND),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'now' }),
    },
    'no counters, but the socket itself counts': {
      readings: [
        snapshot(netns({ network: network({ udp: [udp(8125, { drops: 3 })] }) }), FIRST),
        snapshot(netns({ network: network({ udp: [udp(8125, { drops: 13, recvQueueBytes: 212_000 })] }) }), SECOND),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('0.0.0.0:8125 (StatsD) dropped 10')
      },
    },
    'a queue that is full at the only reading': {
      readings: [
        snapshot(
          netns({ sysctls: BUFFER, network: network({ udp: [udp(53, { drops: null, recvQueueBytes: 213_504 })] }) }),
        ),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' }),
    },
    'a great share since boot': {
      readings: [snapshot(netns({ counters: counted(4000, 96_000) }))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'past' })
        expect(draft?.summary.en).toContain('4 % of the UDP datagrams')
      },
    },
  },
  clear: {
    'many in all, few against what came': snapshot(netns({ counters: counted(4000, 90_000_000) })),
    'a TCP accept queue is full, UDP is not': snapshot(
      netns({ counters: counted(0, 5000), listeners: ok([listener(53, { length: 129 })]) }),
    ),
    'bytes wait, with room for more': snapshot(
      netns({ counters: counted(0, 5000), network: network({ udp: [udp(53, { recvQueueBytes: 90_000 })] }) }),
    ),
    'a large buffer with room: the queue is longer than the default, nothing was ever dropped': snapshot(
      netns({
        counters: counted(0, 5000),
        sysctls: BUFFER,
        network: network({ udp: [udp(443, { recvQueueBytes: 900_000 })] }),
      }),
    ),
    'the socket turned datagrams away by its own filter': {
      readings: [
        snapshot(netns({ counters: counted(9, 90_000), network: network({ udp: [udp(53, { drops: 450 })] }) }), FIRST),
        snapshot(netns({ counters: counted(9, 98_000), network: network({ udp: [udp(53, { drops: 650 })] }) }), SECOND),
      ],
    },
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    'sockets without drops': snapshot(netns({ network: network({ udp: [udp(53, { drops: null })] }) })),
    'a grep that left UDP out': snapshot(
      netns({ counters: counters({ TcpExtListenDrops: 3 }, { absentIsZero: false }) }),
    ),
  },
})
