import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  absent,
  census,
  counters,
  group,
  kernel,
  listener,
  netns,
  ok,
  proc,
  snapshot,
  sysctls,
} from '../../test/rules/snapshot-builder.ts'
import type { Report } from './report.ts'
import { type Mutable, reportSchema, snapshotFileSchema, snapshotSchema } from './schema.ts'
import type { Snapshot, SnapshotFile } from './snapshot.ts'
import type { Printed } from './text.ts'

/** `true` where both are the same type but for readonly, optional fields included. */
type Same<A, B> = (<T>() => T extends Mutable<A> ? 1 : 2) extends <T>() => T extends Mutable<B> ? 1 : 2 ? true : false

/** Does not compile when a schema and its type differ. */
const same: {
  readonly snapshot: Same<z.infer<typeof snapshotSchema>, Snapshot>
  readonly snapshotFile: Same<z.infer<typeof snapshotFileSchema>, SnapshotFile>
  readonly report: Same<z.infer<typeof reportSchema>, Printed<Report>>
  readonly andSeesDifferences: Same<z.infer<typeof snapshotSchema>, Omit<Snapshot, 'hints'>>
} = { snapshot: true, snapshotFile: true, report: true, andSeesDifferences: false }

const full = snapshot(
  netns({
    listeners: ok(
      [listener(80, { owner: 'nginx', drops: 3, cookie: 'a1' })],
      [
        {
          of: 'and',
          sets: [
            { of: 'port', port: 80 },
            { of: 'keys', keys: ['x'] },
          ],
        },
      ],
    ),
    connections: ok([group(80, { recvQueue: { zero: 1, one: 2, more: 3 }, oldestMs: 5 })]),
    census: census({ CLOSE_WAIT: 7 }),
    counters: counters({ TcpExtListenOverflows: 1 }),
    sysctls: sysctls({ 'net.core.somaxconn': 128 }),
  }),
  { node: kernel('4.4.41'), processes: [proc('nginx', 7)], takenAt: '2026-01-02T03:04:05.678Z' },
)

describe('schemas', () => {
  it('say what the types say', () => {
    expect(same).toEqual({ snapshot: true, snapshotFile: true, report: true, andSeesDifferences: false })
  })

  it('let a snapshot through unchanged', () => {
    expect(snapshotSchema.parse(structuredClone(full))).toEqual(full)
  })

  it.each([
    ['a time without zone', { ...full, takenAt: '2026-01-02 03:04:05' }],
    ['a negative count', { ...full, netns: [netns({ connections: ok([group(80, { count: -1 })]) })] }],
    [
      'a state that does not exist',
      { ...full, netns: [netns({ census: ok({ counts: { OPEN: 1 }, origin: { via: 'x' } }) as never })] },
    ],
    ['a gap without reason', { ...full, processes: { ok: false, detail: '' } }],
    ['another version', { ...full, apiVersion: 'recvq/v2' }],
  ])('refuse %s', (_, wrong) => {
    expect(snapshotSchema.safeParse(wrong).success).toBe(false)
  })

  it('keep what a newer version added out of the model', () => {
    const file = { apiVersion: 'recvq/v1', kind: 'Series', node: null, snapshots: [], order: [] }
    expect(snapshotFileSchema.parse({ ...file, later: true })).toEqual(file)
  })

  it('can be published as JSON Schema', () => {
    for (const schema of [snapshotSchema, snapshotFileSchema, reportSchema]) {
      const json = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'output' })
      expect(json.$schema).toContain('2020-12')
      expect(json.properties).toHaveProperty('apiVersion')
    }
  })

  it('allow gaps everywhere', () => {
    expect(snapshotSchema.safeParse(snapshot(netns({ listeners: absent }))).success).toBe(true)
  })
})
