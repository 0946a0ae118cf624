import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from './member.ts'

const MAX_DEPTH = 24

/**
 * The files below a folder, in the order of their names.
 * Gaps: links are not followed: they may lead out, or in a circle; devices and pipes are not opened
 */
export async function* readFolder(root: string, inside = '', depth = 0): AsyncGenerator<Entry> {
  let found: { readonly name: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }[]
  try {
    found = await readdir(join(root, inside), { withFileTypes: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return yield { kind: 'refused', path: inside, why: `the folder cannot be read: ${code}` }
  }
  for (const one of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = inside === '' ? one.name : `${inside}/${one.name}`
    if (one.isFile()) yield { kind: 'file', path, bytes: createReadStreamLater(join(root, path)) }
    else if (one.isDirectory()) {
      if (one.name === '.git' || one.name === 'node_modules') continue
      if (depth >= MAX_DEPTH) yield { kind: 'refused', path, why: `more than ${MAX_DEPTH} folders deep` }
      else yield* readFolder(root, path, depth + 1)
    } else if (!one.isSymbolicLink()) yield { kind: 'refused', path, why: 'a device, a pipe or a socket' }
  }
}

/** Opened when it is read: of most files only the name is looked at. */
async function* createReadStreamLater(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: CHUNK })
}

const CHUNK = 1 << 18
