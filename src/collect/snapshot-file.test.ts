import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { Series, Snapshot } from '../model/snapshot.ts'
import { looksLikeSnapshotFile, readSnapshotFile, writeSnapshotFile } from './snapshot-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'recvq-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

const reading = (takenAt: string): Snapshot => ({
  apiVersion: 'recvq/v1',
  kind: 'Snapshot',
  source: 'live',
  way: 'live',
  takenAt,
  lines: null,
  node: { name: 'n1', kernel: null, os: null, bootId: 'b', cores: 2, uptimeSeconds: 5.5 },
  processes: { ok: false, reason: 'denied', detail: 'x' },
  machine: { ok: false, reason: 'absent', detail: 'x' },
  containers: { ok: false, reason: 'absent', detail: 'x' },
  captures: { ok: false, reason: 'absent', detail: 'x' },
  netns: [],
  hints: [],
})
const series: Series = {
  node: 'n1',
  snapshots: [reading('2026-01-01T00:00:00.000Z'), reading('2026-01-01T00:00:03.000Z')],
  order: [{ before: 0, after: 1, by: 'clock', because: 'x' }],
}

describe('readings in a file', () => {
  it.each(['a.recvq', 'a.json'])('%s comes back as it was, marked as a file', async (name) => {
    const path = join(folder, name)
    writeSnapshotFile(path, series)
    const back = await readSnapshotFile(path)
    expect(back.order).toEqual(series.order)
    expect(back.snapshots).toEqual(
      series.snapshots.map((one, i) => ({ ...one, way: 'file', source: i === 0 ? path : `${path}#2` })),
    )
    expect(looksLikeSnapshotFile(readFileSync(path).subarray(0, 4096))).toBe(true)
    expect(readdirSync(folder).some((file) => file.endsWith('.tmp'))).toBe(false)
  })

  it('is compressed unless the name says JSON', () => {
    expect(JSON.parse(gunzipSync(readFileSync(join(folder, 'a.recvq'))).toString()).kind).toBe('Series')
    expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8')).kind).toBe('Series')
  })

  const bad = (name: string, content: string | Buffer) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return readSnapshotFile(path)
  }

  it.each([
    ['cut gzip', gzipSync('{"apiVersion":"recvq/v1"}').subarray(0, 20), /not gzip, cut short/],
    ['no JSON', '{"apiVersion": "recvq/v1"', /not JSON/],
    ['other JSON', '[1,2]', /no readings of recvq/],
    ['a later version', '{"apiVersion":"recvq/v9","kind":"Series"}', /recvq\/v9 is not known/],
    [
      'the right head on nothing',
      '{"apiVersion":"recvq/v1","kind":"Series","node":null,"snapshots":[{}],"order":[]}',
      /snapshots/,
    ],
  ])('%s is malformed', async (name, content, message) => {
    await expect(bad(name, content)).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringMatching(message),
    })
  })

  it('names what is missing or may not be written', async () => {
    await expect(readSnapshotFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'absent' })
    expect(() => writeSnapshotFile(join(folder, 'no/such/place'), series)).toThrow(/write .*ENOENT/)
  })

  it('takes no text for a file of ours', () => {
    expect(looksLikeSnapshotFile(Buffer.from('$ ss -lnt\nState Recv-Q'))).toBe(false)
    expect(looksLikeSnapshotFile(Buffer.from('{"items":[]}'))).toBe(false)
  })
})
