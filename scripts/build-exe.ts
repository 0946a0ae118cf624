/**
 * Called by scripts/build-exe: the single executable. Arguments: where to put it (default dist/recvq).
 * RECVQ_NODE26 names the Node that becomes the executable; it also builds it, since both must be the same.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { KOFFI_ASSET } from '../src/sys/koffi.ts'

const root = join(import.meta.dirname, '..')
const output = resolve(process.argv[2] ?? join(root, 'dist/recvq'))
const node26 = process.env.RECVQ_NODE26
if (!node26) throw new Error('RECVQ_NODE26 is not set: run `npm run build:exe`')

const work = mkdtempSync(join(tmpdir(), 'recvq-exe-'))
try {
  await bundle(join(work, 'main.mjs'))
  const config = join(work, 'sea.json')
  writeFileSync(
    config,
    JSON.stringify({
      main: join(work, 'main.mjs'),
      mainFormat: 'module',
      output: join(work, 'recvq'),
      disableExperimentalSEAWarning: true,
      // NODE_OPTIONS belongs to the machine's Node, not to a tool that happens to be made of one
      execArgvExtension: 'none',
      assets: { [KOFFI_ASSET]: koffiBinary() },
    }),
  )
  execFileSync(node26, ['--build-sea', config], { stdio: ['ignore', 'ignore', 'inherit'] })
  mkdirSync(dirname(output), { recursive: true })
  cpSync(join(work, 'recvq'), output)
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
    // taken from the asset; the call that would require() it is never reached
    external: ['koffi'],
    platform: 'node',
    target: 'node26',
    format: 'esm',
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    // CommonJS packages in an ES module still say require()
    banner: { js: "import { createRequire as requireMaker } from 'node:module'; const require = requireMaker('/');" },
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
