import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { allTopics, findTopics, similarTopics } from '../src/cli/topics.ts'
import type { KernelEventKind } from '../src/model/machine.ts'
import { TCP_STATES } from '../src/model/socket.ts'
import { HOST_SYSCTLS, MACHINE_SYSCTLS, NETNS_SYSCTLS } from '../src/sys/sysctls.ts'

/** Settings, states, columns and log lines: found as tools print them and as people write them. */

const topics = allTopics()
const found = (asked: string): readonly string[] => findTopics(asked, topics).map(({ id }) => id)

describe('a setting', () => {
  test.each([...NETNS_SYSCTLS, ...HOST_SYSCTLS, ...MACHINE_SYSCTLS])('%s, which is read live, has a page', (name) => {
    expect(found(name)).toHaveLength(1)
  })

  test('that a rule, a fact or a page names has one', () => {
    const files = globSync('src/{rules,facts,words}/**/*.ts', { cwd: join(import.meta.dirname, '..') })
    const named = files
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap(
        (file) =>
          readFileSync(join(import.meta.dirname, '..', file), 'utf8').match(/\bnet\.[a-z]\w*\.[\w.*-]*\w/g) ?? [],
      )
    expect(named.length).toBeGreaterThan(100)
    const settings = named.filter((name) => !/\.(?:conf|default|WHAT)$/.test(name))
    expect([...new Set(settings)].filter((name) => found(name).length !== 1)).toEqual([])
  })

  test.each([
    ['somaxconn', 'net.core.somaxconn'],
    ['net.core.somaxconn = 128', 'net.core.somaxconn'],
    ['/proc/sys/net/core/somaxconn', 'net.core.somaxconn'],
    ['tcp_tw_recycle', 'net.ipv4.tcp_tw_recycle'],
    ['net.ipv4.conf.eth0/100.rp_filter', 'net.ipv4.conf.*.rp_filter'],
    ['net.ipv4.conf.all.forwarding', 'net.ipv4.ip_forward'],
    ['net.ipv6.neigh.default.gc_thresh3', 'net.ipv4.neigh.default.gc_thresh3'],
    ['bridge-nf-call-ip6tables', 'net.bridge.bridge-nf-call-iptables'],
    ['net.ipv4.netfilter.ip_conntrack_max', 'net.netfilter.nf_conntrack_max'],
  ])('is found as %s', (asked, id) => {
    expect(found(asked)).toEqual([id])
  })
})

describe('a state', () => {
  test.each(TCP_STATES.flatMap((state, number) => (state === null || number > 11 ? [] : [[state, number] as const])))(
    '%s has a page, by its number in /proc/net/tcp as well',
    (state, number) => {
      expect(found(state)).toEqual([state])
      expect(found(number.toString(16).padStart(2, '0'))).toEqual([state])
    },
  )

  test.each([
    ['CLOSE-WAIT', 'CLOSE_WAIT'],
    ['close-wait', 'CLOSE_WAIT'],
    ['08', 'CLOSE_WAIT'],
    ['0a', 'LISTEN'],
    ['ESTAB', 'ESTABLISHED'],
    ['fin-wait-1', 'FIN_WAIT1'],
    ['UNCONN', 'CLOSE'],
    ['conntrack close_wait', 'conntrack CLOSE_WAIT'],
    ['[UNREPLIED]', 'UNREPLIED'],
  ])('is found as %s', (asked, id) => {
    expect(found(asked)).toEqual([id])
  })
})

describe('a column or field', () => {
  test.each([
    ['recv-q', 'Recv-Q'],
    ['Peer Address:Port', 'Peer Address:Port'],
    ['Foreign Address', 'Peer Address:Port'],
    ['users:(("nginx",pid=812,fd=6))', 'users'],
    ['timer:(keepalive,119min,0)', 'timer:keepalive'],
    ['timer:(on,1.2sec,3)', 'timer:on'],
    ['keepalive (7199.68/0/0)', 'timer:keepalive'],
    ['probe (1.20/0/3)', 'timer:persist'],
    ['skmem:(r0,rb131072,t0,tb87040,f0,w0,o0,bl0,d7)', 'skmem'],
    ['skmem:d', 'skmem:d'],
    ['ino:13003144', 'ino'],
    ['rto:204', 'rto'],
    ['rtt:0.028/0.014', 'rtt'],
    ['retrans:0/3', 'retrans'],
    ['rwnd_limited:44ms(12.5%)', 'rwnd_limited'],
    ['delivery_rate 28076160bps', 'delivery_rate'],
  ])('is found as %s', (asked, id) => {
    expect(found(asked)).toEqual([id])
  })
})

describe('a line of the kernel’s log', () => {
  /** As kernels wrote them. */
  const LINES = {
    'syn-flooding': 'TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:80. Sending cookies.',
    'conntrack-full': '[8812.1] nf_conntrack: nf_conntrack: table full, dropping packet',
    'neighbour-overflow': 'neighbour: arp_cache: neighbor table overflow!',
    'tcp-out-of-memory': 'TCP: out of memory -- consider tuning tcp_mem',
    'too-many-orphans': 'TCP: too many orphaned sockets',
    'time-wait-overflow': 'TCP: time wait bucket table overflow',
    martian: 'IPv4: martian source 10.1.2.3 from 10.9.8.7, on dev eth0',
    'bad-checksum': 'eth0: hw csum failure',
    'hung-task': 'INFO: task nginx:812 blocked for more than 120 seconds.',
    'file-table-full': 'VFS: file-max limit 65536 reached',
    'nfs-not-responding': 'nfs: server files.example not responding, still trying',
    'nfs-ok': 'nfs: server files.example OK',
    'oom-kill': 'Memory cgroup out of memory: Killed process 812 (java) total-vm:1kB',
    other: 'eth0: Link is Down',
  } satisfies Record<KernelEventKind, string>

  test.each(Object.entries(LINES))('%s is found by a pasted line', (kind, line) => {
    expect(found(line)).toEqual([kind])
  })

  test('a lower-case short form without its time is found too', () => {
    expect(found('possible SYN flooding on port 80. Sending cookies.')).toEqual(['syn-flooding'])
  })
})

describe('what has no page', () => {
  test.each([
    ['somaxcon', 'net.core.somaxconn'],
    ['tcp_tw_recyle', 'net.ipv4.tcp_tw_recycle'],
    ['CLOSE_WAITING', 'CLOSE_WAIT'],
    ['FIN_WAIT', 'conntrack FIN_WAIT'],
    ['RecQ', 'Recv-Q'],
    ['nf_contrack_max', 'net.netfilter.nf_conntrack_max'],
    ['skmem:x', 'skmem'],
  ])('%s: %s is named as near', (asked, near) => {
    expect([...found(asked), ...similarTopics(asked, topics)]).toContain(near)
  })

  test.each([
    'net.ipv4.no_such_setting_at_all',
    'SYN_ACK_RECEIVED_TWICE',
    'usb 1-1: new high-speed USB device',
    '\u001b[31m',
    '…',
  ])('%s finds nothing', (asked) => {
    expect(found(asked)).toEqual([])
  })

  test('nothing like it: no name is made up', () => {
    expect(similarTopics('zzzzzzzzzzzz', topics)).toEqual([])
  })
})
