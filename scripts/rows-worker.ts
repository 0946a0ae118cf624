import { join } from 'node:path'
import { buildSync } from 'esbuild'

/** What bundles of the program define: the code of its second thread (src/collect/rows-ahead.ts), for there is no file beside them. */
export function rowsWorker(): Readonly<Record<string, string>> {
  const { outputFiles } = buildSync({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: ['src/collect/rows-worker.ts'],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
  return { ROWS_WORKER: JSON.stringify(outputFiles[0]?.text ?? '') }
}
