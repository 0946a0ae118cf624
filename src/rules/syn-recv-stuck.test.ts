import { expect } from 'vitest'
import { established, halfOpen, handshakes } from '../../test/rules/half-open.ts'
import { listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './syn-recv-stuck.ts'

testRule(rule, {
  found: {
    'one client whose handshakes never end': {
      readings: [handshakes(0, halfOpen(1, 12)), handshakes(3, halfOpen(1, 12), { TcpExtTCPSynRetrans: 12 })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(draft?.subject).toMatchObject({ port: 80, process: 'nginx' })
        expect(draft?.summary.en).toMatch(/12 handshakes were still half-open 3 s later.*203\.0\.0\.1/)
        expect(draft?.remedies[0]?.action).toContain('ip route get 203.0.0.1')
      },
    },
    'one client among thousands that come through': {
      readings: [
        handshakes(0, [...halfOpen(1, 5), established(900)], { TcpPassiveOpens: 1 }),
        handshakes(3, [...halfOpen(1, 5), established(900)], { TcpPassiveOpens: 9000 }),
      ],
      expect: ([draft]) => expect(draft?.evidence[0]).toMatchObject({ value: 5, limit: 128 }),
    },
    'nobody comes through: the way back, or a flood, which is said': {
      readings: [handshakes(0, halfOpen(90)), handshakes(3, halfOpen(90))],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('likely')
        expect(draft?.unknowns[0]?.en).toContain('syn-flood')
      },
    },
    'a tool that prints no cookies: the addresses stay, and SYN-ACKs are sent again': {
      readings: [handshakes(0, halfOpen(5, 2, null)), handshakes(3, halfOpen(5, 2, null), { TcpExtTCPSynRetrans: 20 })],
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'one reading: more half-open than established, as a possibility': {
      readings: [handshakes(0, [...halfOpen(3, 20), established(4)])],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' })
        expect(draft?.unknowns[0]?.en).toContain('ss -tano state syn-recv')
      },
    },
  },
  clear: {
    'handshakes under way: others three seconds later': {
      readings: [handshakes(0, halfOpen(3, 9, 'a')), handshakes(3, halfOpen(3, 9, 'b'))],
    },
    'two that got lost': { readings: [handshakes(0, halfOpen(2)), handshakes(3, halfOpen(2))] },
    'a client with a bad line, that does come through': {
      readings: [0, 3].map((seconds) =>
        handshakes(seconds, [...halfOpen(1, 4), established(3, '203.0.0.1')], { TcpPassiveOpens: seconds * 500 }),
      ),
    },
    'the accept queue is full: the last ACK arrives and is dropped here': {
      readings: [0, 3].map((seconds) =>
        handshakes(seconds, halfOpen(1, 12), {}, { listeners: ok([listener(80, { length: 129 })]) }),
      ),
    },
    'a listener that waits for data (TCP_DEFER_ACCEPT)': {
      readings: [0, 3].map((seconds) => handshakes(seconds, halfOpen(1, 12), { TcpExtTCPDeferAcceptDrop: 40 })),
    },
    'the same addresses at both readings, and nothing is sent again: a proxy at work': {
      readings: [handshakes(0, halfOpen(5, 2, null)), handshakes(3, halfOpen(5, 2, null), { TcpPassiveOpens: 10 })],
    },
    'a busy moment: as many are established': handshakes(0, [...halfOpen(3, 20), established(60)]),
  },
  skipped: {
    'no connections were read': snapshot(netns()),
    'only listeners': snapshot(netns({ listeners: ok([listener(80)]) })),
  },
})
