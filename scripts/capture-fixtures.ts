import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { captureLab } from './capture-fixtures/capture-lab.ts'
import { capturePlain } from './capture-fixtures/capture-plain.ts'

/**
 * Make test/fixtures/captured anew: the lab's faults and healthy states, looked at by real tools of several releases, each with
 * what the kernel held at that moment. Usage: node scripts/capture-fixtures.ts [STATE]
 * Needs root, Linux, /usr/bin/python3, and the tools that capture-fixtures/old-tools.sh unpacks.
 */
const INSIDE = 'RECVQ_CAPTURE_INSIDE'

if (process.env[INSIDE] === undefined) {
  // processes, host name and mounts of its own: nothing of this machine gets into a fixture, nothing stays behind
  const prepare = 'mount -t tmpfs none /run && mkdir /run/netns /run/lock && hostname node-1 && "$@"; exit $?'
  const own = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const { status } = spawnSync('unshare', ['-pfmu', '--mount-proc', 'sh', '-c', prepare, 'sh', ...own], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  })
  process.exitCode = status ?? 1
} else {
  await captureLab(process.argv[2])
  await capturePlain(process.argv[2])
}
