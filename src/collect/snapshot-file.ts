import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Series, SnapshotFile } from '../model/snapshot.ts'
import { fsError, HostError } from '../sys/host-error.ts'

/** A file may unfold to this much and no more. */
export const MAX_BYTES = 1 << 29

/** Does a file that begins so hold readings of ours? The format is told by content, never by name. */
export function looksLikeSnapshotFile(head: Uint8Array): boolean {
  if (head[0] === 0x1f && head[1] === 0x8b) return true
  const text = Buffer.from(head.subarray(0, 256)).toString('utf8')
  return /^\s*\{/.test(text) && text.includes('"recvq/v1"')
}

/** Readings as the bytes of a file: JSON, compressed by gzip unless `plain`. */
export function packReadings(series: Series, { plain = false }: { readonly plain?: boolean } = {}): Buffer {
  const file: SnapshotFile = { apiVersion: 'recvq/v1', kind: 'Series', ...series }
  const text = `${JSON.stringify(file)}\n`
  return plain ? Buffer.from(text) : gzipSync(text)
}

/**
 * Keep readings in a file: JSON, compressed by gzip unless the name ends in `.json`.
 * Errors: HostError. The file is there whole or not at all
 */
export function writeSnapshotFile(path: string, series: Series): void {
  const draft = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(draft, packReadings(series, { plain: path.endsWith('.json') }))
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw fsError('write', path, error)
  }
}

/**
 * The readings that a file keeps, marked as read from it.
 * Errors: HostError: absent, denied, malformed (not gzip, not JSON, not this format, a later version)
 */
export async function readSnapshotFile(path: string): Promise<Series> {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw fsError('read', path, error)
  }
  return await unpackReadings(bytes, path)
}

/** The same from bytes that came another way; `name` is where they came from. */
export async function unpackReadings(bytes: Buffer, name: string): Promise<Series> {
  const { node, snapshots, order } = await check(name, parse(name, unfold(name, bytes)))
  const source = (index: number) => (snapshots.length > 1 && index > 0 ? `${name}#${index + 1}` : name)
  return {
    node,
    order: order.filter(({ before, after }) => before < snapshots.length && after < snapshots.length),
    snapshots: snapshots.map((snapshot, index) => ({ ...snapshot, source: source(index), way: 'file' })),
  }
}

function unfold(path: string, bytes: Buffer): string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8')
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8')
  } catch (error) {
    throw new HostError('unpack', path, null, { why: 'not gzip, cut short, or too large', cause: error })
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HostError('parse', path, null, { why: 'not JSON', cause: error })
  }
}

/** Held against the published schema; a single Snapshot is taken for a series of one. */
async function check(path: string, value: unknown): Promise<Series> {
  const malformed = (why: string) => new HostError('parse', path, null, { why })
  if (!isObject(value) || !('apiVersion' in value)) throw malformed('no readings of recvq')
  if (value.apiVersion !== 'recvq/v1')
    throw malformed(`apiVersion ${String(value.apiVersion)} is not known to this version`)
  // zod takes 30 ms to load: only who reads such a file pays for it
  const { snapshotFileSchema, snapshotSchema } = await import('../model/schema.ts')
  const read =
    value.kind === 'Snapshot'
      ? snapshotSchema
          .transform((one): Series => ({ node: one.node.name, snapshots: [one], order: [] }))
          .safeParse(value)
      : snapshotFileSchema.safeParse(value)
  if (read.success) return read.data
  const [first] = read.error.issues
  throw malformed(`${first?.path.join('.') ?? ''}: ${first?.message ?? 'not of this format'}`)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
