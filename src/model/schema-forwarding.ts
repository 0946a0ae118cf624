import { z } from 'zod'
import { count, line, origin } from './schema-origin.ts'

/** model/nat, model/flow and what reports count of them and of clusters, as zod schemas. */

const text = z.string().nullable()
const number = count.nullable()
const family = z.union([z.literal(4), z.literal(6)]).nullable()
const backend = z.enum(['iptables', 'nftables'])
const place = z.object({ address: z.string(), port: number })

const rule = z.object({
  backend,
  family,
  table: text,
  chain: z.string(),
  protocol: text,
  source: text,
  destination: text,
  sourcePort: number,
  destinationPort: number,
  probability: number,
  conditions: z.array(z.string()),
  target: text,
  dnat: place.nullable(),
  comment: text,
  service: text,
  packets: number,
  bytes: number,
  line,
})
const chain = z.object({
  backend,
  family,
  table: text,
  name: z.string(),
  policy: text,
  packets: number,
  bytes: number,
  line,
})
const server = z.object({
  address: z.string(),
  port: number,
  forward: text,
  weight: number,
  activeConnections: number,
  inactiveConnections: number,
  line,
})
const ipvs = z.object({
  protocol: z.string(),
  address: z.string(),
  port: number,
  scheduler: text,
  persistentSeconds: number,
  servers: z.array(server),
  line,
})
const ipvsConnection = z.object({
  protocol: z.string(),
  expiresSeconds: number,
  state: z.string(),
  source: place,
  virtual: place,
  destination: place,
  line,
})
const set = z.object({
  name: z.string(),
  type: text,
  family,
  references: number,
  count: number,
  members: z.array(z.string()),
  line,
})

export const natSchema = z.object({
  listings: z.array(
    z.object({
      rules: z.array(rule),
      chains: z.array(chain),
      ipvs: z.array(ipvs),
      ipvsConnections: z.array(ipvsConnection),
      sets: z.array(set),
      origin,
      elided: z.array(line),
      replacedBy: z.enum(['cilium', 'calico-ebpf']).nullable(),
    }),
  ),
})

const tuple = z.object({
  source: z.string(),
  destination: z.string(),
  sourcePort: number,
  destinationPort: number,
  packets: number,
  bytes: number,
})
const flow = z.object({
  protocol: z.string(),
  family,
  state: text,
  timeoutSeconds: number,
  original: tuple,
  reply: tuple.nullable(),
  assured: z.boolean(),
  unreplied: z.boolean(),
  offload: z.enum(['software', 'hardware']).nullable(),
  mark: number,
  zone: number,
  line,
})
const sited = <T extends z.ZodType>(value: T) => z.object({ value, origin }).nullable()

export const flowsSchema = z.object({
  listings: z.array(z.object({ flows: z.array(flow), more: count, origin })),
  count: sited(count),
  stats: sited(z.object({ entries: number, values: z.record(z.string(), count) })),
})

/** What a report counts of them. */
export const reportForwarding = z.object({
  backends: z.array(z.enum(['iptables', 'nftables', 'ipvs'])),
  rules: count,
  services: count,
  nodePorts: count,
  endpoints: count,
})
export const reportFlows = z.object({ listed: number, counted: number })
export const reportCluster = z.object({
  nodes: number,
  masters: number,
  workers: number,
  services: number,
  endpoints: number,
  pods: number,
  whole: z.array(z.string()),
  sources: z.array(origin),
})
