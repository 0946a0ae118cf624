import { describe, expect, test } from 'vitest'
import { kernel, netns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import { diagnose } from '../diagnose.ts'
import type { Snapshot } from '../model/snapshot.ts'
import rule from './node-differs.ts'

const node = (name: string, values: Readonly<Record<string, string | number>>): Snapshot =>
  snapshot(netns({ sysctls: sysctls(values) }), { node: { name, ...kernel('4.4.0') } })

const RECYCLE = 'net.ipv4.tcp_tw_recycle'
const fleet = (own: number, ...others: readonly number[]) => ({
  readings: [node('n1', { [RECYCLE]: own })],
  peers: others.map((value, index) => node(`n${index + 2}`, { [RECYCLE]: value })),
})

testRule(rule, {
  found: {
    'one of three has another value': {
      ...fleet(1, 0, 0),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', subject: { sysctl: RECYCLE } })
        expect(draft?.evidence[0]).toMatchObject({ value: '1', limit: '0' })
        expect(draft?.remedies[0]?.action).toContain(`'${RECYCLE}=0'`)
      },
    },
    'one of six, though another is odd, too': fleet(1, 0, 0, 0, 0, 1),
  },
  clear: {
    'all alike': fleet(0, 0, 0),
    'this one is as most others are; another is odd': fleet(0, 0, 0, 0, 1),
    'no common value among the others': fleet(0, 1, 1, 2, 2),
    'blanks between numbers are the kernel’s own': {
      readings: [node('n1', { 'net.ipv4.ip_local_port_range': '32768\t60999' })],
      peers: ['n2', 'n3'].map((name) => node(name, { 'net.ipv4.ip_local_port_range': '32768 60999' })),
    },
    'values that the kernel scales with memory': {
      readings: [node('n1', { 'net.ipv4.tcp_mem': '1 2 3', [RECYCLE]: 0 })],
      peers: ['n2', 'n3'].map((name) => node(name, { 'net.ipv4.tcp_mem': '4 5 6', [RECYCLE]: 0 })),
    },
    'a card that only this machine has': {
      readings: [node('n1', { 'net.ipv4.conf.eth7.rp_filter': 1, [RECYCLE]: 0 })],
      peers: ['n2', 'n3'].map((name) => node(name, { 'net.ipv4.conf.eth7.rp_filter': 0, [RECYCLE]: 0 })),
    },
  },
  skipped: {
    'two nodes do not tell which is the odd one': fleet(1, 0),
    'one node': fleet(1),
    'nobody else read a setting of this one': {
      readings: [node('n1', { [RECYCLE]: 1 })],
      peers: ['n2', 'n3'].map((name) => node(name, { 'net.core.somaxconn': 128 })),
    },
  },
})

describe('how grave', () => {
  test('a value that is not known to do harm is information', () => {
    const somaxconn = (name: string, value: number) => node(name, { 'net.core.somaxconn': value })
    const draft = onlyDraft(rule, {
      readings: [somaxconn('n1', 65535)],
      peers: [somaxconn('n2', 4096), somaxconn('n3', 4096)],
    })
    expect(draft.severity).toBe('info')
  })

  test('nor is a good value among bad ones', () => {
    expect(judgeCase(rule, fleet(0, 1, 1)).drafts.map(({ severity }) => severity)).toEqual(['info'])
  })
})

test('three machines in one input: that node, that setting, and nothing of the others', () => {
  const report = diagnose({
    series: [0, 1, 0].map((value, index) => ({
      node: `n${index}`,
      snapshots: [node(`n${index}`, { [RECYCLE]: value })],
      order: [],
    })),
    version: 'test',
  })
  const found = report.findings.filter((one) => one.rule === 'node-differs')
  expect(found.map((one) => [one.node, one.subject.sysctl])).toEqual([['n1', RECYCLE]])
})

test('machines without a name are no peers: they may be this one', () => {
  const report = diagnose({
    series: [0, 1, 0].map((value) => ({ node: null, snapshots: [node('', { [RECYCLE]: value })], order: [] })),
    version: 'test',
  })
  expect(report.findings.filter((one) => one.rule === 'node-differs')).toEqual([])
})
