/** `npm run build`: dist/main.js, what `npx recvq` runs: our own modules in one file, packages as they are. */
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { rowsWorker } from './rows-worker.ts'

const root = join(import.meta.dirname, '..')

rmSync(join(root, 'dist'), { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  define: rowsWorker(),
  legalComments: 'none',
  logLevel: 'warning',
})
chmodSync(join(root, 'bin/recvq.js'), 0o755)

const { messages, pkg } = await publint({ pkgDir: root, pack: false, strict: true })
for (const message of messages) console.error(formatMessage(message, pkg) ?? message.code)
if (messages.length > 0) process.exitCode = 1
else console.log('dist/main.js')
