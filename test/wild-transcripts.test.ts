import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Block } from '../src/model/block.ts'
import { TCP_STATES } from '../src/model/socket.ts'
import { told } from '../src/parse/socket-table.ts'
import type { Transcript } from '../src/parse/transcript/index.ts'
import { transcript } from './text/read.ts'

/** Texts as an engineer on call would paste them, made up around outputs of real shape; what they say was read off by eye. */
const FOLDER = join(import.meta.dirname, 'fixtures/transcripts/wild')

/** Counters that somebody looks for in such a text. */
const COUNTERS = /(?:ListenOverflows|ListenDrops|TCPReqQFullDrop|SyncookiesSent|TcpPassiveOpens)$/

/** What a block says of queues, counters, settings and states, as short words. */
function factsOf({ content }: Block): readonly string[] {
  return content.flatMap((one): readonly string[] => {
    switch (one.question) {
      case 'sockets': {
        const { table } = one
        const rows = Array.from({ length: table.length }, (_, row) => row)
        return rows.flatMap((row) => {
          const length = told(table.recvQueue, row) ?? 0
          const isQueue = TCP_STATES[table.state[row] ?? 0] === 'LISTEN' && length > 0
          return isQueue ? [`${table.localPort[row]} ${length}/${told(table.sendQueue, row) ?? '?'}`] : []
        })
      }
      case 'counters':
        return Object.entries(one.counters.values)
          .filter(([name, value]) => COUNTERS.test(name) && value > 0)
          .map(([name, value]) => `${name.replace(/^TcpExt/, '')} ${value}`)
      case 'sysctls':
        return Object.entries(one.sysctls.values).map(([name, value]) => `${name}=${value}`)
      case 'census':
        return Object.entries(one.census.counts).map(([state, count]) => `${state} ${count}`)
      case 'count':
        return [`count ${one.count}`]
      case 'refused':
        return [`no ${one.of}: ${one.gap.reason}`]
      default:
        return []
    }
  })
}

const linesOf = ({ lines: [first, last] }: Block) => (first === last ? `${first}` : `${first}-${last}`)

const shown = (text: Transcript): readonly string[] =>
  text.blocks.map((block) => {
    const facts = factsOf(block)
    const pod = block.netns.startsWith('pod') ? ` in ${block.netns}` : ''
    return `${linesOf(block)} ${block.node ?? '-'}${pod} ${block.format}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`
  })

interface Expected {
  /** Machines with the number of their readings, `-` for the one that nobody names. */
  readonly machines: Readonly<Record<string, number>>
  /** Lines, machine, format, and what is said of queues, counters and settings. */
  readonly blocks: readonly string[]
  /** Lines of examples. */
  readonly examples?: number
  /** Lines that no reader takes, and why not. */
  readonly unread?: readonly string[]
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  'zh-centos7.md': {
    machines: { 'gw-03': 2, 'gw-01': 1 },
    blocks: [
      '11-12 gw-03 node-facts',
      '13-17 gw-03 ss: 8080 101/100',
      '19-22 gw-03 netstat-s: ListenOverflows 84211, ListenDrops 84213',
      '23-27 gw-03 state-counts: TIME_WAIT 341, CLOSE_WAIT 103, ESTABLISHED 912, LISTEN 11',
      '35-36 gw-01 ss',
      '37-38 gw-01 netstat-s',
      '44-45 gw-03 ss',
    ],
  },
  'narrow.txt': {
    machines: { 'edge-9': 1 },
    blocks: ['1-9 edge-9 ss: 8443 129/128', '10-19 edge-9 netstat: 8443 129/?'],
  },
  'empty-awk.md': {
    machines: { n1: 1, n2: 1 },
    blocks: ['4 n1 ss', '6-7 n2 ss: 443 129/128', '8 n2 ss'],
  },
  'macos-client.md': {
    machines: { 'Alices-MBP': 1, 'web-4': 1 },
    blocks: [
      '3-4 Alices-MBP foreign-netstat',
      '5-9 Alices-MBP foreign-netstat',
      '10-14 Alices-MBP foreign-netstat',
      '15-23 Alices-MBP foreign-netstat',
      '24-25 Alices-MBP connect',
      '26-27 Alices-MBP count',
      '32-35 web-4 ss',
    ],
  },
  'windows.md': {
    machines: { '10.20.0.5': 1 },
    blocks: ['4-8 - foreign-netstat', '10-17 - foreign-netstat', '30-32 10.20.0.5 ss: 8443 513/512'],
    unread: ['no parser for `Test-NetConnection` yet', 'no parser for `Get-NetTCPConnection` yet'],
  },
  'kubectl.md': {
    machines: { '-': 1 },
    blocks: [
      '2-25 - kubectl-describe',
      '26-27 - refused: no cluster: absent',
      '28-29 - refused: no cluster: absent',
      '30-31 - refused: no cluster: absent',
      '32-33 - in pod shop/web-2 refused: no sockets: absent',
      '34-35 - in pod shop/web-2 refused: no sockets: absent',
      '37-39 - in pod shop/web-2 proc-net-tcp: 8080 3/?',
      '40-41 - refused: no cluster: absent',
      '42-43 - kubectl',
      '44-47 - kubectl-get',
    ],
  },
  'times.txt': {
    machines: { 'node-2': 2 },
    blocks: ['1-4 node-2 ss: 8080 129/128', '5-8 node-2 ss: 8080 7/128'],
  },
  'watch.txt': {
    machines: { 'app-7': 2 },
    blocks: ['1-4 app-7 ss: 8080 51/50', '6-9 app-7 ss: 8080 51/50'],
  },
  'typescript.txt': {
    machines: { 'db-2': 1 },
    blocks: ['2-5 db-2 ss: 5432 201/200', '6-8 db-2 netstat-s: ListenOverflows 551, ListenDrops 551'],
  },
  'jira.txt': {
    machines: { 'pay-01': 1, 'pay-02': 1, 'pay-03': 1, 'pay-04': 1 },
    blocks: [
      '5-6 pay-02 ss: 9000 129/128',
      '7-8 pay-02 sysctl: net.core.somaxconn=128',
      '12-13 pay-01 ss',
      '16-18 pay-03 ss',
      '21-23 pay-04 ss: 9000 12/128',
    ],
  },
  'fan.txt': {
    machines: { 'node-1': 1, 'node-2': 1, 'node-3': 1, 'node-4': 1, web1: 1, web2: 1, web3: 1, n1: 1, n2: 1, n3: 1 },
    blocks: [
      '3-5 node-1 ss',
      '6-7 node-2 refused: no sockets: absent',
      '8-10 node-3 refused: no sockets: timeout',
      '13-15 node-4 ss: 22 129/128',
      '18-20 web1 ss',
      '21-23 web2 ss: 80 511/511',
      '24-25 web3 refused: no sockets: timeout',
      '26-29 - refused: no cluster: absent',
      '27 n1 netstat-s: ListenOverflows 12',
      '28 n3 netstat-s: ListenOverflows 9',
      '31-32 n1 ss: 80 3/128',
      '35-37 n1 ss',
      '38-40 n2 ss: 22 5/128',
    ],
    unread: ['not understood as output of `ss`'],
  },
  'tutorial.md': { machines: { '-': 1 }, blocks: [], examples: 5 },
  'de-rhel6.txt': {
    machines: { lxapp07: 1 },
    blocks: [
      '4-6 lxapp07 node-facts',
      '7-10 lxapp07 netstat-s: SyncookiesSent 1892, ListenDrops 22013, ListenOverflows 19982',
      '11-15 lxapp07 ss: 8009 51/50',
      '16-18 lxapp07 sysctl: net.ipv4.tcp_max_syn_backlog=1024, net.core.somaxconn=128',
      '19-20 lxapp07 refused: no nat: absent',
      '21-22 lxapp07 refused: no flows: absent',
      '23-24 lxapp07 refused: no counters: absent',
      '25-26 lxapp07 refused: no flows: absent',
      '28-29 lxapp07 refused: no refused: denied',
      '30-31 lxapp07 refused: no refused: denied',
    ],
    unread: ['not understood as output of `cat`'],
  },
  'ja.md': {
    machines: { app01: 2, app02: 1 },
    blocks: [
      '8-9 app01 node-facts',
      '10-14 app01 ss: 3000 1025/1024',
      '16-19 app01 nstat: ListenOverflows 20311, ListenDrops 20311',
      '25-28 app01 nstat: ListenOverflows 29877, ListenDrops 29877',
      '29-30 app01 sysctl: net.core.somaxconn=1024',
      '35-36 app02 ss',
    ],
  },
  'es-alpine.md': {
    machines: { '-': 1 },
    blocks: [
      '6-9 - in pod pagos/pagos-7c9f5d8c4b-x2x9k netstat: 8080 129/?',
      '10-11 - in pod pagos/pagos-7c9f5d8c4b-x2x9k refused: no sockets: absent',
      '12-13 - in pod pagos/pagos-7c9f5d8c4b-x2x9k sysctl: net.core.somaxconn=128',
      '14-16 - in pod pagos/pagos-7c9f5d8c4b-x2x9k proc-net-netstat: ListenOverflows 8842, ListenDrops 8842',
      '18-20 - kubectl-get',
    ],
  },
  'ru.md': {
    machines: { 'k8s-w12': 2 },
    blocks: [
      '5-7 k8s-w12 ss: 30080 88/128',
      '11-13 k8s-w12 ss: 30080 129/128',
      '14-20 k8s-w12 state-counts: CLOSE_WAIT 129, ESTABLISHED 41, LISTEN 22, TIME_WAIT 7',
      '21-22 k8s-w12 refused: no flows: denied',
      '24-26 k8s-w12 lsof',
    ],
  },
  'pt-bottlerocket.txt': {
    machines: { '-': 1 },
    blocks: [
      '5-8 - ss: 10256 4097/4096',
      '9-15 - proc-net-sockstat',
      '16-17 - refused: no counters: absent',
      '18-25 - node-facts',
    ],
  },
  'sar.txt': {
    machines: { 'app-11': 1 },
    blocks: [
      '1-2 app-11 mpstat',
      '4-18 app-11 sar',
      '19-20 app-11 mpstat',
      '22-24 app-11 sar',
      '25-31 app-11 mpstat',
      '32-33 app-11 mpstat',
      '35-37 app-11 sar',
    ],
  },
  'jsonlogs.md': {
    machines: { '-': 1 },
    blocks: [
      '2-5 - kubectl',
      '6-8 - kernel-log',
      '9-10 - nstat: TcpPassiveOpens 4411, ListenOverflows 17, ListenDrops 17',
      '11-12 - kubectl',
    ],
  },
  'eks.txt': {
    machines: { 'ip-10-0-1-5.ec2.internal': 1 },
    blocks: [
      '1-5 ip-10-0-1-5.ec2.internal ss: 30443 129/128',
      '7-8 ip-10-0-1-5.ec2.internal refused: no nat: absent',
      '10-11 ip-10-0-1-5.ec2.internal sysctl: net.core.somaxconn=128',
      '13-16 ip-10-0-1-5.ec2.internal netstat-s: ListenOverflows 39, ListenDrops 39',
      '18-19 ip-10-0-1-5.ec2.internal node-facts',
      '21-23 ip-10-0-1-5.ec2.internal nstat: ListenOverflows 39',
    ],
  },
  'jupyter.md': {
    machines: { '-': 1 },
    blocks: ['1-4 - ss: 8888 101/100', '6-7 - sysctl: net.core.somaxconn=128'],
  },
  'column.txt': {
    machines: { n9: 2 },
    blocks: [
      '1-3 n9 counter-pairs: ListenOverflows 1234, ListenDrops 1300',
      '4-6 n9 proc-net-netstat: ListenOverflows 1234, ListenDrops 1300',
      '7-9 n9 counter-pairs: ListenOverflows 1240, ListenDrops 1306',
      '10-12 n9 proc-net-netstat: TcpPassiveOpens 99120',
      '13-14 n9 count',
      '15-16 n9 row-count: count 130',
      '17-18 n9 row-count: count 129',
    ],
  },
  'labels.txt': {
    machines: { '-': 1 },
    blocks: [
      '1-3 - ss',
      '4-6 - netstat-s: ListenOverflows 39',
      '7-8 - sysctl: net.core.somaxconn=128',
      '9-19 - ss-summary',
      '20-22 - proc-net-sockstat',
      '23-28 - iptables-save',
    ],
  },
  'debugnode.txt': {
    machines: { 'gke-prod-pool-1-3f2a1b9c-x7zq': 1, bastion: 1, 'worker-0': 1 },
    blocks: [
      '5-8 gke-prod-pool-1-3f2a1b9c-x7zq ss: 10256 4097/4096',
      '9-11 gke-prod-pool-1-3f2a1b9c-x7zq nstat: ListenOverflows 77',
      '13-15 bastion in pod web ss',
      '16-17 bastion in pod web sysctl: net.core.somaxconn=4096',
      '24-26 worker-0 ss: 22 3/128',
    ],
  },
  'confluence.html': {
    machines: { 'app-3': 1, 'app-4': 1, 'app-5': 1 },
    blocks: ['2-4 app-3 ss: 8080 129/128', '7-8 app-4 ss', '11-12 app-5 sysctl: net.core.somaxconn=1024'],
  },
  'slack.txt': {
    machines: { 'edge-3': 2 },
    blocks: [
      '3-5 edge-3 ss: 443 129/128',
      '9-11 edge-3 nstat: ListenOverflows 9911, ListenDrops 9911',
      '16-18 edge-3 nstat: ListenOverflows 10020, ListenDrops 10020',
      '19-20 edge-3 sysctl: net.core.somaxconn=128',
    ],
  },
  'manpage.txt': { machines: { '-': 1 }, blocks: [], examples: 3 },
  'blog-zh.md': { machines: { '-': 1 }, blocks: [], examples: 9 },
  'loops.txt': {
    machines: { 'web-1': 1, 'web-2': 1, 'web-3': 1 },
    blocks: [
      '2-3 web-1 ss',
      '4-5 web-2 ss: 80 129/128',
      '6-7 web-3 ss: 80 2/128',
      '10-11 web-2 netstat-s: ListenOverflows 912',
      '13-14 web-1 sysctl: net.core.somaxconn=128',
      '15-16 web-2 sysctl: net.core.somaxconn=4096',
    ],
    unread: ['not understood as output of `parallel`'],
  },
  'changelog.md': { machines: { '-': 1 }, blocks: [], examples: 13 },
  'ko.md': {
    machines: { 'prod-pay-03': 2 },
    blocks: [
      '6-7 prod-pay-03 netstat: 9090 101/?',
      '8-10 prod-pay-03 ss: 9090 101/100',
      '11-12 prod-pay-03 limits',
      '13-14 prod-pay-03 count',
      '20-22 prod-pay-03 ss',
    ],
  },
  'fr-k3s.txt': {
    machines: { 'k3s-edge-2': 1 },
    blocks: [
      '3-5 k3s-edge-2 conntrack-stats',
      '6-8 k3s-edge-2 sysctl: net.netfilter.nf_conntrack_count=65534, net.netfilter.nf_conntrack_max=65536',
      '9-12 k3s-edge-2 kernel-log',
      '13-22 k3s-edge-2 ss-summary',
      '24-26 k3s-edge-2 container-table',
    ],
  },
  'vi-mixed.md': {
    machines: { 'lb-01': 1, 'lb-02': 1 },
    blocks: [
      '3-4 lb-01 row-count: count 257',
      '5-8 lb-01 netstat-s: SyncookiesSent 18223, ListenDrops 18399',
      '10-12 lb-01 sysctl: net.ipv4.tcp_max_syn_backlog=256, net.ipv4.tcp_syncookies=1',
      '14-15 lb-02 row-count: count 3',
    ],
  },
  'glued.txt': {
    machines: { 'old-db1': 1 },
    blocks: [
      '1-5 old-db1 netstat',
      '6-9 old-db1 state-counts: CLOSE_WAIT 812, ESTABLISHED 40, LISTEN 1',
      '10-14 old-db1 netstat-other',
      '15-16 old-db1 ss-other',
      '17-20 old-db1 ss-other',
    ],
  },
  'tmux.txt': {
    machines: { 'node-a': 1 },
    blocks: ['2-5 node-a ss: 80 4/511', '6-16 node-a top', '20-21 node-a mounts'],
    unread: ['no parser for `/proc/902/stack` yet'],
  },
  'it-multi.md': {
    machines: { 'wrk-07': 2 },
    blocks: [
      '5-8 wrk-07 nstat',
      '9 wrk-07 ss',
      '10-15 wrk-07 state-counts: CLOSE_WAIT 2012, ESTABLISHED 310, LISTEN 44, TIME_WAIT 12',
      '19-24 wrk-07 state-counts: CLOSE_WAIT 2841, ESTABLISHED 305, LISTEN 44, TIME_WAIT 9',
      '25-29 wrk-07 ss',
    ],
  },
}

describe('texts as people paste them', () => {
  it('all of the folder are held against what they say', () => {
    expect(readdirSync(FOLDER).filter((name) => !(name in EXPECTED))).toEqual([])
  })

  it.each(Object.entries(EXPECTED))('%s', async (name, { machines, blocks, examples = 0, unread = [] }) => {
    const text = await transcript(readFileSync(join(FOLDER, name), 'utf8'))
    expect(shown(text)).toEqual(blocks)
    expect(Object.fromEntries(text.nodes.map(({ node, readings }) => [node ?? '-', readings.length]))).toEqual(machines)
    expect(text.lines.kinds.example).toBe(examples)
    const reasons = text.unread.map(({ why }) => why).filter((why) => !why.startsWith('an example'))
    expect(reasons).toEqual(unread)
  })
})
