import { expect, it } from 'vitest'
import {
  at,
  counters,
  group,
  kernel,
  listener,
  machine,
  netns,
  ok,
  podNetns,
  snapshot,
  sysctls,
} from '../../test/rules/snapshot-builder.ts'
import { judgeCase, onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import type { KernelEvent } from '../model/machine.ts'
import type { Netns, Snapshot } from '../model/snapshot.ts'
import rule from './syn-queue-full.ts'

const NO_COOKIES = sysctls({ 'net.ipv4.tcp_syncookies': 0, 'net.ipv4.tcp_max_syn_backlog': 1024 })
const COOKIES = sysctls({ 'net.ipv4.tcp_syncookies': 1 })

const of = (values: Readonly<Record<string, number>>, more: Partial<Netns> = {}): Snapshot =>
  snapshot(netns({ counters: counters(values), ...more }))

/** So many half-open handshakes before a listener with a limit of `max`. */
const open = (count: number, max = 128): Partial<Netns> => ({
  listeners: ok([listener(80, { max, owner: 'nginx' }), listener(22, { owner: 'sshd' })]),
  connections: ok([group(80, { state: 'SYN_RECV', holding: 'kernel', count })]),
})

const flooding = (port: number, answer: KernelEvent['answer']): KernelEvent => ({
  kind: 'syn-flooding',
  when: null,
  sinceBootSeconds: 100,
  port,
  answer,
  who: null,
  pid: null,
  text: `TCP: request_sock_TCP: Possible SYN flooding on port ${port}. ${answer}`,
  origin: at(700, 'dmesg'),
})
const logged = (port: number, answer: KernelEvent['answer'], spec: Partial<Netns> = {}): Snapshot =>
  snapshot(netns({ listeners: ok([listener(80)]), ...spec }), {
    machine: machine({ kernelLog: [flooding(port, answer)] }),
  })

testRule(rule, {
  found: {
    'SYNs dropped since boot': {
      readings: [of({ TcpExtTCPReqQFullDrop: 900, TcpExtListenDrops: 900, TcpPassiveOpens: 20_000 })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'past' })
        expect(draft?.summary.en).toMatch(/^900 SYNs were dropped since boot .* against 20 000/)
        expect(draft?.evidence[0]).toMatchObject({ value: 900, limit: 20_000, source: { command: 'netstat -s' } })
      },
    },
    'a few of very many are an old burst': {
      readings: [of({ TcpExtTCPReqQFullDrop: 150, TcpPassiveOpens: 2_000_000 })],
      expect: ([draft]) => expect(draft?.severity).toBe('info'),
    },
    'growing now, at the port whose queue is full': {
      readings: [
        of({ TcpExtTCPReqQFullDrop: 10, TcpPassiveOpens: 5 }),
        of({ TcpExtTCPReqQFullDrop: 250, TcpPassiveOpens: 6 }, { ...open(129), sysctls: NO_COOKIES }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', when: 'now', subject: { port: 80 } })
        expect(draft?.summary.en).toContain('of port 80')
        expect(draft?.summary.en).toContain('240 SYNs')
        expect(draft?.evidence).toContainEqual(expect.objectContaining({ value: 129, limit: 128 }))
        expect(draft?.remedies[0]?.action).toContain('sysctl -w net.ipv4.tcp_syncookies=1')
        expect(draft?.remedies.some((one) => one.action?.includes('backlog=4096'))).toBe(true)
      },
    },
    'only the sockets were read: as many as fit, and no cookies': {
      readings: [snapshot(netns({ ...open(128), sysctls: NO_COOKIES }))],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' }),
    },
    'three quarters of tcp_max_syn_backlog, which no counter names': {
      readings: [
        of(
          { TcpExtListenDrops: 4000 },
          {
            ...open(13),
            sysctls: sysctls({ 'net.ipv4.tcp_syncookies': 0, 'net.ipv4.tcp_max_syn_backlog': 16 }),
          },
        ),
      ],
      expect: ([draft]) => {
        expect(draft?.subject).toMatchObject({ key: 'net.ipv4.tcp_max_syn_backlog', port: 80 })
        expect(draft?.summary.en).toContain('no more than 13 of new clients')
        expect(draft?.notHelpful[0]?.en).toMatch(/^A longer backlog/)
      },
    },
    'cookies answered, and honest clients returned them': {
      readings: [
        of(
          { TcpExtTCPReqQFullDoCookies: 5000, TcpExtSyncookiesSent: 5000, TcpExtSyncookiesRecv: 4900 },
          { sysctls: COOKIES },
        ),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'certain', when: 'past' })
        expect(draft?.summary.en).toContain('98 % of the cookies came back: honest clients')
        expect(draft?.unknowns).toEqual([])
      },
    },
    'the log alone: SYNs dropped': {
      readings: [logged(80, 'dropping')],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'past' }),
    },
    'the log alone: cookies, which is no attack by itself': {
      readings: [logged(80, 'cookies')],
      expect: ([draft]) => {
        expect(draft?.severity).toBe('info')
        expect(draft?.summary.en).toContain('honest load')
      },
    },
  },
  clear: {
    'never full': of({ TcpPassiveOpens: 10 }, { ...open(127), sysctls: NO_COOKIES }),
    'a full accept queue is another queue': of({ TcpExtListenOverflows: 900, TcpExtListenDrops: 900 }),
    'tcp_syncookies = 2: every SYN is counted': of(
      { TcpExtTCPReqQFullDoCookies: 5000, TcpExtSyncookiesSent: 5000 },
      { sysctls: sysctls({ 'net.ipv4.tcp_syncookies': 2 }) },
    ),
    'the log is about another namespace: here the counters stand at 0': logged(80, 'dropping', {
      counters: counters({ TcpPassiveOpens: 3 }),
    }),
    'many half-open, and cookies on: tcp_max_syn_backlog has no effect': of(
      { TcpExtListenDrops: 40 },
      { ...open(13), sysctls: sysctls({ 'net.ipv4.tcp_syncookies': 1, 'net.ipv4.tcp_max_syn_backlog': 16 }) },
    ),
    'three quarters taken, and every drop has another reason': of(
      { TcpExtListenDrops: 40, TcpExtListenOverflows: 40 },
      { ...open(13), sysctls: sysctls({ 'net.ipv4.tcp_syncookies': 0, 'net.ipv4.tcp_max_syn_backlog': 16 }) },
    ),
  },
  skipped: {
    'nothing that tells of SYN queues': snapshot(netns()),
    'half-open handshakes below the limit, and no counters': snapshot(netns({ ...open(12), sysctls: NO_COOKIES })),
    'the log says cookies of a port whose accept queue is full: that is the matter': logged(80, 'cookies', {
      listeners: ok([listener(80, { length: 129 })]),
      connections: ok([]),
    }),
    'the log names a port that does not listen here': logged(8443, 'dropping', { connections: ok([]) }),
    'an old kernel, whose SYN queue has another length': snapshot(netns({ ...open(128), sysctls: NO_COOKIES }), {
      node: kernel('3.10.0-1160.el7'),
    }),
  },
})

it('writes the setting for a pod, whose kubelet allows it', () => {
  const pod = snapshot(podNetns({ counters: counters({ TcpExtTCPReqQFullDrop: 20_000 }), sysctls: NO_COOKIES }))
  const actions = onlyDraft(rule, pod).remedies.map((one) => one.action)
  expect(actions).toContainEqual(expect.stringContaining('name: net.ipv4.tcp_syncookies\n        value: "1"'))
})

it('does not take what stands in the queue now for the reason of what is over', () => {
  const { drafts } = judgeCase(rule, of({ TcpExtTCPReqQFullDrop: 300 }, { ...open(5), sysctls: COOKIES }))
  expect(drafts[0]?.subject.port).toBeUndefined()
  expect(drafts[0]?.when).toBe('past')
})

it('does not tell people to turn on what is on', () => {
  const titles = (values: Readonly<Record<string, number>>, more: Partial<Netns> = {}) =>
    onlyDraft(rule, of(values, more)).remedies.map((one) => one.action)
  const answered = { TcpExtTCPReqQFullDoCookies: 55, TcpExtSyncookiesSent: 55, TcpExtTCPReqQFullDrop: 0 }
  expect(titles(answered)).not.toContainEqual(expect.stringContaining('tcp_syncookies'))
  const dropped = { ...answered, TcpExtTCPReqQFullDrop: 9 }
  expect(titles(dropped, { sysctls: NO_COOKIES })).toContainEqual(expect.stringContaining('tcp_syncookies=1'))
})
