import { z } from 'zod'
import type { Packet } from './capture.ts'
import { count, origin } from './schema-origin.ts'

/** model/capture and model/payload as zod schemas. */

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T

const number = count.nullable()
const text = z.string().nullable()

const frame = z.object({
  type: z.string(),
  stream: count,
  length: count,
  ack: z.boolean(),
  settings: z.record(z.string(), z.number()).exactOptional(),
  increment: count.exactOptional(),
  data: z.string().exactOptional(),
  cut: z.boolean(),
})

export const payloadSchema = z.union([
  z.object({
    protocol: z.literal('http1'),
    kind: z.literal('request'),
    method: z.string(),
    target: z.string(),
    host: text,
  }),
  z.object({ protocol: z.literal('http1'), kind: z.literal('response'), status: count, server: text }),
  z.object({
    protocol: z.literal('http2'),
    from: z.enum(['client', 'server']),
    frames: z.array(frame),
    grpc: z.boolean(),
  }),
  z.object({
    protocol: z.literal('tls'),
    kind: z.enum(['ClientHello', 'ServerHello', 'alert', 'record']),
    version: text,
    serverName: text,
    alpn: z.array(z.string()),
  }),
  z.object({ protocol: z.literal('redis'), kind: z.enum(['request', 'reply']), command: text }),
  z.object({ protocol: z.literal('mysql'), kind: z.literal('greeting'), version: z.string() }),
  z.object({
    protocol: z.literal('postgresql'),
    kind: z.enum(['startup', 'ssl request', 'authentication', 'error']),
  }),
  z.object({ protocol: z.literal('ssh'), banner: z.string() }),
  z.object({ protocol: z.literal('unknown') }),
])

const end = z.object({ address: z.string(), port: number }).nullable()

const packet: z.ZodType<Mutable<Packet>> = z.lazy(() =>
  z.object({
    time: z
      .object({ kind: z.enum(['clock', 'date', 'epoch', 'delta', 'relative', 'unknown']), seconds: z.number() })
      .nullable(),
    elapsed: z.number().nullable(),
    link: text,
    family: z.union([z.literal(4), z.literal(6)]).nullable(),
    protocol: z.enum(['tcp', 'udp', 'icmp', 'arp', 'other']),
    from: end,
    to: end,
    flags: z.array(z.enum(['SYN', 'ACK', 'FIN', 'RST', 'PSH', 'URG', 'ECE', 'CWR'])).nullable(),
    seq: number,
    ack: number,
    window: number,
    options: z
      .object({
        mss: number,
        windowScale: number,
        sackPermitted: z.boolean(),
        timestamp: z.object({ value: count, echo: count }).nullable(),
      })
      .nullable(),
    length: number,
    badChecksum: z.boolean().nullable(),
    payload: payloadSchema.nullable(),
    inner: packet.nullable(),
    vni: number,
    note: text,
    origin,
  }),
)

export const captureSchema = z.object({
  tool: z.enum(['tcpdump', 'tshark', 'wireshark']),
  packets: z.array(packet),
  beyond: count,
  droppedByKernel: number,
  origin,
})
