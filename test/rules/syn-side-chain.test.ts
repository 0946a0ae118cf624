import { expect, it } from 'vitest'
import { diagnose } from '../../src/diagnose.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { halfOpen, handshakes } from './half-open.ts'
import { packetsAt } from './packets.ts'
import { listener, netns, ok, snapshot, sysctls } from './snapshot-builder.ts'

const order = [{ before: 0, after: 1, by: 'clock', because: 'both are dated' }] as const
const judged = (...snapshots: readonly Snapshot[]): readonly Finding[] =>
  diagnose({ series: [{ node: 'node-1', snapshots, order: snapshots.length > 1 ? order : [] }], version: '0' }).findings

const treeOf = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ rule, causes }) => {
    const cause = findings.find((one) => one.id === causes[0]?.id)
    return cause ? `${rule} < ${cause.rule}` : rule
  })

const COOKIES_OFF = { sysctls: sysctls({ 'net.ipv4.tcp_syncookies': 0, 'net.ipv4.tcp_max_syn_backlog': 1024 }) }

it('answers that get lost fill the SYN queue, which drops SYNs; nothing is left unexplained', () => {
  const lost = { TcpExtTCPReqQFullDrop: 900, TcpExtListenDrops: 900 }
  const found = judged(
    handshakes(0, halfOpen(1, 129), {}, COOKIES_OFF),
    handshakes(3, halfOpen(1, 129), lost, COOKIES_OFF),
  )
  expect(treeOf(found)).toEqual(['syn-recv-stuck', 'syn-queue-full < syn-recv-stuck'])
})

it('a flood does the same, and is told from it by those who come through', () => {
  const lost = { TcpExtTCPReqQFullDrop: 900, TcpExtListenDrops: 900, TcpPassiveOpens: 40 }
  const found = judged(handshakes(0, halfOpen(129), {}, COOKIES_OFF), handshakes(3, halfOpen(129), lost, COOKIES_OFF))
  expect(treeOf(found)).toEqual(['syn-flood', 'syn-queue-full < syn-flood'])
})

it('SYNs without an answer hang on the full accept queue of their port', () => {
  const again = packetsAt([0, 1, 3].map((elapsed) => ({ elapsed, from: 5000 })))
  const of = (length: number) =>
    snapshot(netns({ listeners: ok([listener(80, { length, address: '10.0.0.1', owner: 'nginx' })]) }), {
      captures: ok([again]),
    })
  expect(treeOf(judged(of(129)))).toContain('syn-unanswered < accept-queue-full')
  expect(treeOf(judged(of(3)))).toEqual(['syn-unanswered'])
})

it('cookies are no reason for drops: those stay unexplained', () => {
  const found = judged(
    handshakes(0, [], { TcpExtTCPReqQFullDoCookies: 300, TcpExtListenDrops: 5000, TcpPassiveOpens: 9000 }),
  )
  expect(treeOf(found).toSorted()).toEqual(['listen-drops-unexplained', 'syn-queue-full'])
})
