import { expect, it } from 'vitest'
import { established, halfOpen, handshakes } from '../../test/rules/half-open.ts'
import { listener, netns, ok, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, testRule } from '../../test/rules/test-rule.ts'
import rule from './syn-flood.ts'

const COOKIES_OFF = sysctls({ 'net.ipv4.tcp_syncookies': 0 })

testRule(rule, {
  found: {
    'many addresses that stay, while others come through': {
      readings: [
        handshakes(0, halfOpen(90), { TcpPassiveOpens: 100 }),
        handshakes(3, [...halfOpen(90), established(20)], { TcpPassiveOpens: 160 }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now', subject: { port: 80 } })
        expect(draft?.summary.en).toContain('90 handshakes from 90 addresses')
        expect(draft?.summary.en).toContain('60 others were completed in the same 3 s')
        expect(draft?.unknowns[0]?.en).toContain('SYN-ACKs get lost')
      },
    },
    'cookies that nobody returns': {
      readings: [
        handshakes(0, halfOpen(128)),
        handshakes(3, halfOpen(128), { TcpExtSyncookiesSent: 900, TcpExtSyncookiesRecv: 9 }),
      ],
      expect: ([draft]) => expect(draft?.summary.en).toContain('of 900 SYN cookies only 1 % came back'),
    },
    'without cookies honest clients are dropped, too': {
      readings: [
        handshakes(0, halfOpen(128), {}, { sysctls: COOKIES_OFF }),
        handshakes(3, halfOpen(128), { TcpPassiveOpens: 4, TcpExtTCPReqQFullDrop: 700 }, { sysctls: COOKIES_OFF }),
      ],
      expect: ([draft]) => {
        expect(draft?.severity).toBe('critical')
        expect(draft?.summary.en).toContain('honest clients are dropped')
        expect(draft?.remedies[0]?.action).toContain('tcp_syncookies=1')
      },
    },
    'one reading: a full queue of many addresses, and cookies that never came back': {
      readings: [handshakes(0, halfOpen(128), { TcpExtSyncookiesSent: 800, TcpExtSyncookiesRecv: 10 })],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'likely', when: 'now' }),
    },
    'over: told as a possibility, and as information': {
      readings: [handshakes(0, [], { TcpExtSyncookiesSent: 90_000, TcpExtSyncookiesRecv: 12 })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible', when: 'past' }),
    },
  },
  clear: {
    'nobody is half-open': handshakes(0, [established(50)], { TcpPassiveOpens: 1000 }),
    'honest load on a short backlog: the cookies come back': {
      readings: [
        handshakes(0, halfOpen(128, 1, 'a')),
        handshakes(3, halfOpen(128, 1, 'b'), {
          TcpExtTCPReqQFullDoCookies: 5000,
          TcpExtSyncookiesSent: 5000,
          TcpExtSyncookiesRecv: 4990,
          TcpPassiveOpens: 9000,
        }),
      ],
    },
    'a busy server far from its clients: none of them is there three seconds later': {
      readings: [
        handshakes(0, halfOpen(300, 1, 'a'), { TcpPassiveOpens: 1 }),
        handshakes(3, halfOpen(300, 1, 'b'), { TcpPassiveOpens: 9000 }),
      ],
    },
    'a busy server whose clients lose one packet in a hundred': {
      readings: [
        handshakes(0, halfOpen(60), { TcpPassiveOpens: 1 }),
        handshakes(3, halfOpen(60), { TcpPassiveOpens: 9001 }),
      ],
    },
    'a few addresses: their answers get lost': {
      readings: [
        handshakes(0, halfOpen(4, 30), { TcpPassiveOpens: 1 }),
        handshakes(3, halfOpen(4, 30), { TcpPassiveOpens: 90 }),
      ],
    },
    'nobody comes through at all: the way back is broken': {
      readings: [handshakes(0, halfOpen(90)), handshakes(3, halfOpen(90))],
    },
    'a full accept queue keeps them half-open on old kernels': {
      readings: [0, 3].map((seconds) =>
        handshakes(
          seconds,
          halfOpen(90),
          { TcpPassiveOpens: seconds * 20 },
          {
            listeners: ok([listener(80, { length: 129 })]),
          },
        ),
      ),
    },
    'a deferring listener asked for it': {
      readings: [0, 3].map((seconds) =>
        handshakes(seconds, halfOpen(90), { TcpPassiveOpens: seconds * 20, TcpExtTCPDeferAcceptDrop: 90 }),
      ),
    },
  },
  skipped: {
    'no connections were read': snapshot(netns()),
    'only a part of them': handshakes(0, [], {}, { connections: ok([], [{ of: 'port', port: 443 }], ['grep :443']) }),
  },
})

it('a reading two seconds after one that knows no time tells of nothing that stays', () => {
  const undated = { ...handshakes(0, halfOpen(90)), takenAt: null }
  const { drafts } = judgeCase(rule, { readings: [undated, handshakes(3, halfOpen(90), { TcpPassiveOpens: 50 })] })
  expect(drafts).toEqual([])
})
