import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRawAsset, isSea } from 'node:sea'

/** The foreign function interface: C functions of libc called from TypeScript. */
export type Koffi = typeof import('koffi')

/** Name under which scripts/build-exe.ts packs the native module into the single executable. */
export const KOFFI_ASSET = 'koffi.node'

type Loaded = { readonly koffi: Koffi; readonly why: null } | { readonly koffi: null; readonly why: string }

let loaded: Loaded | null = null

/**
 * The only door to koffi; null where it cannot be had (`whyNoKoffi` says why), and the ways over text must answer.
 * Shape: from source and from the npm package it is node_modules' koffi; in the single executable it is the native module
 *        inside it, which needs koffi's JavaScript half no more than we do
 * Errors: none thrown. Tried once, the outcome is kept
 */
export function loadKoffi(): Koffi | null {
  loaded ??= tryLoad()
  return loaded.koffi
}

/** Why loadKoffi gave null, for a gap's detail; null when it did not. */
export function whyNoKoffi(): string | null {
  loaded ??= tryLoad()
  return loaded.why
}

function tryLoad(): Loaded {
  try {
    return { koffi: isSea() ? loadAsset() : createRequire(import.meta.url)('koffi'), why: null }
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
    return { koffi: null, why: `koffi cannot be loaded: ${reason}` }
  }
}

/** Hardened machines mount /tmp without execution, read-only containers have no /tmp: one of these allows to map a module. */
const places = (): readonly string[] => [...new Set([tmpdir(), '/dev/shm', '/run', '/var/tmp'])]

function loadAsset(): Koffi {
  const bytes = new Uint8Array(getRawAsset(KOFFI_ASSET))
  const errors: string[] = []
  for (const place of places()) {
    try {
      return loadThrough(place, bytes)
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error))
    }
  }
  throw new Error(errors.join('; '))
}

/**
 * dlopen() wants a file. It gets one that nobody else can have put there or can change: a new directory of mode 0700, in it a
 * new file (`wx` is O_EXCL). Both are gone again as soon as the module is mapped.
 */
function loadThrough(place: string, bytes: Uint8Array): Koffi {
  const folder = mkdtempSync(join(place, 'recvq-'))
  const file = join(folder, KOFFI_ASSET)
  try {
    writeFileSync(file, bytes, { flag: 'wx', mode: 0o500 })
    const module: { exports: Koffi | Record<string, never> } = { exports: {} }
    process.dlopen(module, file)
    return module.exports as Koffi
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
