import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Series, Snapshot } from '../model/snapshot.ts'
import { fsError, HostError } from '../sys/host-error.ts'

/** What `recvq collect -o FILE` writes: the readings of one node. */
interface SnapshotFile extends Series {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Series'
}

/** A file may unfold to this much and no more. */
const MAX_BYTES = 1 << 29

/** Does a file that begins so hold readings of ours? The format is told by content, never by name. */
export function looksLikeSnapshotFile(head: Uint8Array): boolean {
  if (head[0] === 0x1f && head[1] === 0x8b) return true
  const text = Buffer.from(head.subarray(0, 256)).toString('utf8')
  return /^\s*\{/.test(text) && text.includes('"recvq/v1"')
}

/**
 * Keep readings in a file: JSON, compressed by gzip unless the name ends in `.json`.
 * Errors: HostError. The file is there whole or not at all
 */
export function writeSnapshotFile(path: string, series: Series): void {
  const file: SnapshotFile = { apiVersion: 'recvq/v1', kind: 'Series', ...series }
  const text = `${JSON.stringify(file)}\n`
  const draft = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(draft, path.endsWith('.json') ? text : gzipSync(text))
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
  const series = await check(path, parse(path, unfold(path)))
  const source = (index: number) => (series.snapshots.length > 1 && index > 0 ? `${path}#${index + 1}` : path)
  return {
    node: series.node,
    order: series.order,
    snapshots: series.snapshots.map((snapshot, index) => ({ ...snapshot, source: source(index), way: 'file' })),
  }
}

function unfold(path: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw fsError('read', path, error)
  }
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

async function check(path: string, value: unknown): Promise<Series> {
  const malformed = (why: string) => new HostError('parse', path, null, { why })
  if (!isObject(value) || !('apiVersion' in value)) throw malformed('no readings of recvq')
  if (value.apiVersion !== 'recvq/v1')
    throw malformed(`apiVersion ${String(value.apiVersion)} is not known to this version`)
  const snapshots = value.kind === 'Snapshot' ? [value] : value.snapshots
  if (!Array.isArray(snapshots) || !snapshots.every(isSnapshot)) throw malformed('snapshots: not of this format')
  const node = typeof value.node === 'string' ? value.node : (snapshots[0]?.node.name ?? null)
  return { node, snapshots, order: Array.isArray(value.order) ? value.order : [] }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isSnapshot = (value: unknown): value is Snapshot =>
  isObject(value) && value.kind === 'Snapshot' && isObject(value.node) && Array.isArray(value.netns)
