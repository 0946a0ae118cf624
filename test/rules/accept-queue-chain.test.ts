import { expect, it } from 'vitest'
import { diagnose } from '../../src/diagnose.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { earlierReading, laterReading } from './nodeport-node.ts'
import { listener, netns, ok, podNetns, snapshot, sysctls } from './snapshot-builder.ts'

/** Each finding with the rules that bring it about, in the report's order. */
function treeOf(snapshots: readonly Snapshot[], by: 'hint' | null = null): readonly string[] {
  const order = by === null ? [] : [{ before: 0, after: 1, by, because: 'people said so' }]
  const { findings } = diagnose({ series: [{ node: 'node-1', snapshots, order }], version: '0' })
  const ruleOf = (id: string) => findings.find((one) => one.id === id)?.rule
  return findings.map(({ rule, causes }) => `${rule} < ${causes.map((cause) => ruleOf(cause.id)).join()}`)
}

it('has one root for the leaking NodePorts: nobody accepts', () => {
  expect(treeOf([laterReading(), earlierReading()])).toEqual([
    'listener-never-accepts < ',
    'accept-queue-full < listener-never-accepts',
    'queue-holds-reset-connections < listener-never-accepts',
  ])
})

it('puts the two readings in order by queues that can only grow, and lets the later one speak', () => {
  const { order, findings } = diagnose({
    series: [{ node: 'node-1', snapshots: [laterReading(), earlierReading()], order: [] }],
    version: '0',
  })
  expect(order).toMatchObject([{ before: 1, after: 0, by: 'inferred' }])
  const full = findings.find((one) => one.rule === 'accept-queue-full')
  expect(full?.summary.en).toContain('21 of 32')
  expect(full?.evidence[1]?.label.en).toMatch(/^reading 2: kube-proxy: 19 of 33/)
  expect(full?.snapshots).toEqual([1, 0])
})

it('names both limits of a pod in order: its namespace first, then the program', () => {
  const pod = (max: number, somaxconn: number | null) =>
    podNetns({
      listeners: ok([listener(80, { address: '*', length: max + 1, max })]),
      ...(somaxconn === null ? {} : { sysctls: sysctls({ 'net.core.somaxconn': somaxconn }) }),
    })
  const host = netns({ sysctls: sysctls({ 'net.core.somaxconn': 32768 }) })
  const readings = [snapshot([pod(128, 128), host]), snapshot(pod(511, null))]
  expect(treeOf(readings, 'hint')).toEqual([
    'netns-somaxconn-low < ',
    'backlog-too-small < netns-somaxconn-low',
    'accept-queue-full < backlog-too-small',
  ])
  const { findings } = diagnose({
    series: [{ node: 'node-1', snapshots: readings, order: [{ before: 0, after: 1, by: 'hint', because: '' }] }],
    version: '0',
  })
  const backlog = findings.find((one) => one.rule === 'backlog-too-small')
  expect(backlog?.summary.en).toContain('511 is the default of nginx')
  expect(backlog?.evidence[1]?.label.en).toMatch(/^reading 1: .*net\.core\.somaxconn = 128 of its namespace binds/)
})
