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
const CACHE = process.env.RECVQ_TOOLS ?? '/tmp/capture-cache'

export const RELEASES: readonly Release[] = ['bookworm', 'bullseye', 'trixie', 'sid']
  .map((name) => ({ name, bin: `${CACHE}/${name}/bin` }))
  .filter(({ bin }) => existsSync(bin))
  // the oldest has no toybox
  .map((one) => ({ ...one, bin: `${one.bin}:${CACHE}/bookworm/bin` }))

const ASK: Readonly<Record<Tool, string>> = {
  ss: 'ss -V',
  netstat: 'netstat -V | head -1',
  busybox: 'busybox | head -1',
  toybox: `${CACHE}/bookworm/bin/toybox --version`,
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
