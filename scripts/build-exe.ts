/**
 * Called by scripts/build-exe: the single executable. Arguments: where to put it (default dist/recvq).
 * RECVQ_NODE24 names the Node that becomes the executable; it also makes what goes into it, since both must be the same. Node 24,
 * because from 25 on the binaries of nodejs.org need libatomic, which stock Debian, Ubuntu and RHEL do not have.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { KOFFI_ASSET } from '../src/sys/koffi.ts'
import { rowsWorker } from './rows-worker.ts'

const root = join(import.meta.dirname, '..')
const output = resolve(process.argv[2] ?? join(root, 'dist/recvq'))
const node24 = process.env.RECVQ_NODE24
if (!node24) throw new Error('RECVQ_NODE24 is not set: run `npm run build:exe`')

/** Where Node looks for what it is to run: the flag that postject turns over, as Node's documentation spells it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

const work = mkdtempSync(join(tmpdir(), 'recvq-exe-'))
const inside = (name: string): string => join(work, name)
try {
  await bundle(inside('main.cjs'))
  const config = {
    main: inside('main.cjs'),
    output: inside('blob'),
    disableExperimentalSEAWarning: true,
    // NODE_OPTIONS belongs to the machine's Node, not to a tool that happens to be made of one
    execArgvExtension: 'none',
    assets: { [KOFFI_ASSET]: koffiBinary() },
  }
  writeFileSync(inside('sea.json'), JSON.stringify(config))
  execFileSync(node24, ['--experimental-sea-config', inside('sea.json')], { stdio: 'pipe' })
  copyFileSync(node24, inside('recvq'))
  // its warnings are about notes of a linker that nobody reads; when it fails, the error carries them
  const postject = fileURLToPath(import.meta.resolve('postject/dist/cli.js'))
  const injection = [postject, inside('recvq'), 'NODE_SEA_BLOB', inside('blob'), '--sentinel-fuse', FUSE]
  execFileSync(process.execPath, injection, { stdio: 'pipe' })
  mkdirSync(dirname(output), { recursive: true })
  // a file of its own, not other contents of one that may be running
  rmSync(output, { force: true })
  copyFileSync(inside('recvq'), output)
  chmodSync(output, 0o755)
} finally {
  rmSync(work, { recursive: true, force: true })
}
console.log(`${output} (${Math.round(statSync(output).size / 1e6)} MB)`)

async function bundle(outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    // Node 24 runs nothing else out of an executable; there import() finds no file, and import.meta does not exist
    format: 'cjs',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'mainUrl', ...rowsWorker() },
    banner: { js: "const mainUrl = require('node:url').pathToFileURL(process.execPath).href;" },
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
}

/** The prebuilt native module for the platform that this Node runs on. */
function koffiBinary(): string {
  const resolver = createRequire(createRequire(import.meta.url).resolve('koffi'))
  const platform = `${process.platform}-${process.arch}`
  return join(
    dirname(resolver.resolve(`@koromix/koffi-${platform}/package.json`)),
    platform.replace('-', '_'),
    KOFFI_ASSET,
  )
}
