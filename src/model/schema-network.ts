import { z } from 'zod'
import { count, origin, processRef } from './schema-origin.ts'

/** model/network as a zod schema. */

const text = z.string().nullable()
const number = count.nullable()
const processes = z.array(processRef).nullable()
const list = <T extends z.ZodType>(of: T) => z.array(of).nullable()
const counters = z
  .object({ packets: number, bytes: number, errors: number, dropped: number, overruns: number, carrier: number })
  .nullable()
const end = z.object({ address: z.string(), port: number })

const link = z.object({
  name: z.string(),
  index: number,
  peer: text,
  mtu: number,
  state: text,
  flags: list(z.string()),
  master: text,
  mac: text,
  qlen: number,
  rx: counters,
  tx: counters,
  origin,
})
const address = z.object({ link: z.string(), address: z.string(), prefix: number, scope: text, origin })
const route = z.object({
  to: z.string(),
  via: text,
  link: text,
  source: text,
  metric: number,
  table: text,
  type: z.string(),
  mtu: number,
  origin,
})
const rule = z.object({ priority: count, match: z.string(), action: z.string(), origin })
const neighbour = z.object({ address: z.string(), link: text, mac: text, state: text, origin })
const qdisc = z.object({
  kind: z.string(),
  link: z.string(),
  handle: text,
  sentPackets: number,
  drops: number,
  overlimits: number,
  requeues: number,
  backlogBytes: number,
  backlogPackets: number,
  origin,
})
const bridge = z.object({ name: z.string(), stp: z.boolean().nullable(), ports: z.array(z.string()), origin })
const fdb = z.object({ mac: z.string(), link: z.string(), destination: text, origin })
const nic = z.object({
  name: z.string(),
  driver: text,
  speed: number,
  linkDetected: z.boolean().nullable(),
  counters: z.record(z.string(), z.number()),
  features: z.record(z.string(), z.boolean()),
  origin,
})
const softnet = z.object({ cpu: count, processed: count, dropped: count, timeSqueezed: count, origin })
const udp = z.object({
  local: end,
  peer: end.nullable(),
  recvQueueBytes: number,
  sendQueueBytes: number,
  drops: number,
  inode: number,
  processes,
  origin,
})
const unix = z.object({
  type: z.enum(['stream', 'dgram', 'seqpacket']),
  state: z.enum(['listening', 'connected', 'other']),
  path: text,
  acceptQueue: z.object({ length: number, max: number }).nullable(),
  recvQueueBytes: number,
  inode: number,
  processes,
  origin,
})
const other = z.object({
  kind: z.string(),
  state: text,
  local: z.string(),
  recvQueue: number,
  sendQueue: number,
  drops: number,
  processes,
  origin,
})
const summary = z.object({
  total: number,
  tcp: number,
  established: number,
  closed: number,
  orphaned: number,
  synRecv: number,
  timeWait: number,
  ports: number,
  byKind: z.record(z.string(), z.number()),
  origin,
})
const probe = z.object({
  tool: z.enum(['curl', 'nc', 'telnet', 'ping', 'ab', 'wrk']),
  target: end,
  outcome: z.enum([
    'answered',
    'connected',
    'no-answer',
    'partial',
    'refused',
    'reset',
    'timed-out',
    'unreachable',
    'unresolved',
    'unknown',
  ]),
  bytes: number,
  mtu: number,
  status: number,
  ms: number,
  load: z
    .object({
      sent: number,
      ok: number,
      failed: number,
      errors: z.record(z.string(), z.number()),
      perSecond: number,
      latency: z.object({ mean: number, max: number }),
    })
    .nullable(),
  said: z.string(),
  origin,
})

export const networkSchema = z.object({
  links: list(link),
  addresses: list(address),
  routes: list(route),
  rules: list(rule),
  neighbours: list(neighbour),
  qdiscs: list(qdisc),
  bridges: list(bridge),
  fdb: list(fdb),
  nics: list(nic),
  softnet: list(softnet),
  udp: list(udp),
  unix: list(unix),
  otherSockets: list(other),
  summary: summary.nullable(),
  probes: list(probe),
})
