import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Tool } from './sessions.ts'

/** Tools as one release of a distribution ships them. */
export interface Release {
  readonly name: string
  /** Stands first in PATH; empty: this machine's own. */
  readonly bin: string
}

/** Made by old-tools.sh. */
export const CACHE = process.env.RECVQ_TOOLS ?? '/tmp/recvq-tools'

/** Where a release lacks a tool, another's stands in. */
const LAST = `${CACHE}/bookworm/bin:${CACHE}/trixie/bin`

export const RELEASES: readonly Release[] = [
  { name: 'own', bin: '/usr/sbin:/usr/bin' },
  ...['bullseye', 'trixie', 'sid']
    .map((name) => ({ name, bin: `${CACHE}/${name}/bin` }))
    .filter(({ bin }) => existsSync(bin)),
].map((one) => ({ ...one, bin: `${one.bin}:/usr/sbin:/usr/bin:${LAST}` }))

const ASK: Readonly<Record<Tool, string>> = {
  ss: 'ss -V',
  netstat: 'netstat -V | head -1',
  busybox: 'busybox | head -1',
  toybox: 'toybox --version',
  nstat: 'nstat -V',
  procfs: 'uname -r',
  sysctl: 'sysctl -V',
  procps: 'ps -V',
}

/** `6.1.0`, as the tool itself says. */
export function versionOf(tool: Tool, { bin }: Release): string {
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
  const said = execFileSync('sh', ['-c', `${ASK[tool]} 2>&1`], { env, encoding: 'utf8' })
  return /\d+(?:\.\d+)+(?:-alpha)?/.exec(said)?.[0] ?? 'unknown'
}
