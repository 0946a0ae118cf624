import { z } from 'zod'
import type { Coverage } from './part.ts'
import { captureSchema } from './schema-capture.ts'
import { flowsSchema, natSchema, reportCluster, reportFlows, reportForwarding } from './schema-forwarding.ts'
import { machineSchema } from './schema-machine.ts'
import { networkSchema } from './schema-network.ts'
import { count, line, origin, processRef } from './schema-origin.ts'
import { TCP_STATES, type TcpState } from './socket.ts'

/**
 * The model as zod schemas: what files from outside are held against, and what the published JSON Schemas are made of.
 * zod is heavy; only who reads such a file, or checks one, imports this. That the schemas say what the types say, both ways,
 * is checked by the compiler in schema.test.ts.
 */

/** zod's types have no readonly. */
export type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T

const index = z.int().nonnegative()
const lines = z.tuple([line, line])
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/)
  .describe('RFC 3339, UTC')
const states: TcpState[] = [...new Set(TCP_STATES.filter((state) => state !== null))]
const state = z.enum(states)

const warning = z.object({ origin, message: z.string() })
const gapReason = z.enum(['absent', 'denied', 'timeout', 'unsupported', 'malformed'])
const gap = z.object({ ok: z.literal(false), reason: gapReason, detail: z.string() })

const coverage: z.ZodType<Mutable<Coverage>> = z.lazy(() =>
  z.discriminatedUnion('of', [
    z.object({ of: z.literal('all') }),
    z.object({ of: z.literal('recv-queue-above'), value: z.number() }),
    z.object({ of: z.literal('recv-queue-above-limit') }),
    z.object({ of: z.literal('port'), port: z.number() }),
    z.object({ of: z.literal('state'), state: z.string() }),
    z.object({ of: z.literal('process'), name: z.string() }),
    z.object({ of: z.literal('address'), address: z.string() }),
    z.object({ of: z.literal('keys'), keys: z.array(z.string()) }),
    z.object({ of: z.literal('and'), sets: z.array(coverage) }),
  ]),
)

function part<T extends z.ZodType>(data: T) {
  const whole = z.object({
    ok: z.literal(true),
    data,
    via: z.string(),
    coverage: z.array(coverage),
    cuts: z.array(z.string()),
    warnings: z.array(warning),
  })
  return z.union([whole, gap])
}

const sourced = z.object({ value: z.string(), origin })
const nodeFacts = z.object({
  name: z.string().nullable(),
  kernel: sourced.nullable(),
  os: sourced.nullable(),
  bootId: z.string().nullable(),
  cores: count.nullable(),
  uptimeSeconds: count.nullable(),
})
const podRef = z.object({
  uid: z.string().nullable(),
  containerId: z.string().nullable(),
  namespace: z.string().nullable(),
  name: z.string().nullable(),
})
const process = z.object({
  pid: z.number(),
  comm: z.string(),
  state: z.string().nullable(),
  wchan: z.string().nullable(),
  startedAt: z.string().nullable(),
  fds: z.object({ open: count, limit: count.nullable() }).nullable(),
  netns: count.nullable(),
  pod: podRef.nullable(),
  threads: z
    .object({
      total: count,
      looked: count,
      states: z.record(z.string(), count),
      blocked: z.array(z.object({ wchan: z.string().nullable(), count })),
    })
    .nullable(),
  cpuTime: z.object({ ranUs: count, waitedUs: count }).nullable(),
  cgroup: z.string().nullable(),
  tracer: count.nullable(),
})

const listener = z.object({
  local: z.object({ address: z.string(), port: count }),
  family: z.union([z.literal(4), z.literal(6), z.literal(46)]).nullable(),
  acceptQueue: z.object({ length: count.nullable(), max: count.nullable() }),
  drops: count.nullable(),
  inode: count.nullable(),
  cookie: z.string().nullable(),
  uid: count.nullable(),
  cgroupId: count.nullable(),
  service: z.string().nullable(),
  owners: z.array(processRef).nullable(),
  origin,
})
const groupEnd = z.object({ address: z.string(), port: count.nullable() })
const connectionGroup = z.object({
  state,
  holding: z.enum(['unaccepted', 'unowned', 'process', 'kernel', 'unknown']),
  processes: z.array(processRef).nullable(),
  role: z.enum(['server', 'client', 'unknown']),
  local: groupEnd,
  peer: groupEnd,
  count,
  recvQueueBytes: count.nullable(),
  sendQueueBytes: count.nullable(),
  recvQueue: z.object({ zero: count, one: count, more: count }).nullable(),
  oldestMs: count.nullable(),
  youngestMs: count.nullable(),
  oldestCookie: z.string().nullable(),
  fingerprint: z.string().nullable(),
  origin,
})
const census = z.object({ counts: z.partialRecord(state, count), origin })
const origins = z.record(z.string(), origin)

const netns = z.object({
  key: z.string(),
  kind: z.enum(['host', 'pod', 'named', 'other', 'unplaced']),
  inode: count.nullable(),
  pod: podRef.nullable(),
  listeners: part(z.array(listener)),
  connections: part(z.array(connectionGroup)),
  census: part(census),
  counters: part(
    z.object({
      values: z.record(z.string(), z.number()),
      origins,
      absentIsZero: z.boolean(),
      kind: z.enum(['total', 'delta']),
    }),
  ),
  sockstat: part(
    z.object({
      tcpInUse: count.nullable(),
      orphans: count.nullable(),
      timeWait: count.nullable(),
      allocated: count.nullable(),
      memPages: count.nullable(),
    }),
  ),
  sysctls: part(z.object({ values: z.record(z.string(), z.string()), origins })),
  network: part(networkSchema),
  nat: part(natSchema),
  flows: part(flowsSchema),
})

const container = z.object({
  id: z.string(),
  name: z.string().nullable(),
  image: z.string().nullable(),
  state: z.string().nullable(),
  pid: count.nullable(),
  pod: podRef.nullable(),
  restarts: count.nullable(),
  origin,
})

const hint = z.object({
  kind: z.enum(['program', 'sysctl', 'counter', 'namespace', 'later', 'date', 'topic']),
  value: z.string(),
  origin,
})
const way = z.enum(['live', 'transcript', 'file'])

/** One node at one instant. */
export const snapshotSchema = z.object({
  apiVersion: z.literal('recvq/v1'),
  kind: z.literal('Snapshot'),
  source: z.string(),
  way,
  takenAt: time.nullable(),
  lines: lines.nullable(),
  node: nodeFacts,
  processes: part(z.array(process)),
  containers: part(z.array(container)),
  captures: part(z.array(captureSchema)),
  machine: part(machineSchema(origin, podRef)),
  netns: z.array(netns),
  hints: z.array(hint),
})

const precedence = z.object({
  before: index,
  after: index,
  by: z.enum(['clock', 'inferred', 'hint']),
  because: z.string(),
})

/** What `recvq collect` writes: the readings of one node. */
export const snapshotFileSchema = z.object({
  apiVersion: z.literal('recvq/v1'),
  kind: z.literal('Series'),
  node: z.string().nullable(),
  snapshots: z.array(snapshotSchema),
  order: z.array(precedence),
})

const evidence = z.object({
  label: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  unit: z.string().nullable(),
  limit: z.union([z.number(), z.string()]).nullable(),
  source: origin,
  command: z.string().nullable(),
})
const remedy = z.object({
  title: z.string(),
  action: z.string().nullable(),
  language: z.enum(['sh', 'yaml', 'conf']).nullable(),
  risk: z.string(),
  verify: z.string().nullable(),
})
const subject = z.object({
  kind: z.enum(['node', 'netns', 'listener', 'process', 'peer', 'service', 'interface', 'sysctl', 'counter']),
  key: z.string(),
  address: z.string().exactOptional(),
  port: z.number().exactOptional(),
  process: z.string().exactOptional(),
  service: z.string().exactOptional(),
  interface: z.string().exactOptional(),
  sysctl: z.string().exactOptional(),
})
const finding = z.object({
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  node: z.string().nullable(),
  netns: z.string().nullable(),
  snapshots: z.array(index),
  subject,
  severity: z.enum(['critical', 'warning', 'info']),
  confidence: z.enum(['certain', 'likely', 'possible']),
  when: z.enum(['now', 'past', 'setting']),
  summary: z.string(),
  evidence: z.array(evidence),
  causes: z.array(z.object({ id: z.string(), why: z.string() })),
  remedies: z.array(remedy),
  notHelpful: z.array(z.string()),
  unknowns: z.array(z.string()),
})

/** A report as `-o json` prints it: its sentences are strings in the language asked for. */
export const reportSchema = z.object({
  apiVersion: z.literal('recvq/v1'),
  kind: z.literal('Report'),
  version: z.string(),
  snapshots: z.array(
    z.object({
      source: z.string(),
      way,
      node: nodeFacts,
      takenAt: time.nullable(),
      lines: lines.nullable(),
      netns: z.array(
        z.object({
          key: z.string(),
          listeners: count.nullable(),
          queued: count.nullable(),
          connections: count.nullable(),
          census: census.nullable(),
          counters: z.record(z.string(), z.number()).nullable(),
          sysctls: z.record(z.string(), z.string()).nullable(),
          forwarding: reportForwarding.nullable(),
          flows: reportFlows.nullable(),
        }),
      ),
      hints: z.array(hint),
    }),
  ),
  clusters: z.array(reportCluster),
  order: z.array(precedence),
  findings: z.array(finding),
  outcomes: z.array(
    z.object({
      rule: z.string(),
      node: z.string().nullable(),
      netns: z.string().nullable(),
      snapshot: index,
      outcome: z.enum(['found', 'clear', 'skipped', 'broken']),
      why: z.string().nullable(),
      remark: z.string().nullable(),
    }),
  ),
  gaps: z.array(
    z.object({
      snapshot: index,
      netns: z.string().nullable(),
      part: z.string(),
      reason: z.enum([...gapReason.options, 'partial']),
      detail: z.string(),
    }),
  ),
  unread: z.array(z.object({ file: z.string(), lines, why: z.string(), sample: z.string() })),
  notes: z.array(z.string()),
})
