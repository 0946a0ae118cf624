import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('../../scripts/server-parts', import.meta.url))

const folder = lookForServers()

/** Why no program can check its configuration here, to stand behind the name of a skipped test; null: they can. */
export const NO_SERVERS = folder === null ? ' (skipped: scripts/server-parts brought no programs)' : null

/** A configuration around one line of advice, and the command that checks it without starting anything. */
interface Check {
  readonly program: string
  readonly config: (line: string, work: string) => string
  readonly argv: (file: string, work: string) => readonly string[]
}

const CHECKS: Readonly<Record<string, Check>> = {
  nginx: {
    program: 'nginx',
    config: (line, work) =>
      `pid ${work}/pid;\nerror_log ${work}/log;\nevents {}\nhttp {\n access_log off;\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => ` ${one}_temp_path ${work}/${one};`).join('\n')}\n server { ${line} }\n}\n`,
    argv: (file, work) => ['-t', '-e', `${work}/log`, '-c', file, '-p', work],
  },
  HAProxy: {
    program: 'haproxy',
    config: (line) =>
      `defaults\n mode tcp\n timeout client 5s\n timeout server 5s\n timeout connect 5s\nfrontend web\n ${line}\n`,
    argv: (file) => ['-c', '-f', file],
  },
  Apache: {
    program: 'apache2',
    config: (line, work) =>
      `ServerRoot ${work}\nServerName web\nErrorLog ${work}/log\nLoadModule mpm_event_module ${folder}/usr/lib/apache2/modules/mod_mpm_event.so\nListen 80\n${line}\n`,
    argv: (file, work) => ['-t', '-d', work, '-f', file],
  },
  Redis: {
    program: 'redis-server',
    // It cannot check without starting, but stops at the first line that it does not know: nobody complains of ours.
    config: (line) => `${line}\nthe-end 1\n`,
    argv: (file) => [file],
  },
}

/** What the program says against its configuration; empty where it takes it. Errors: throws for a program without a check. */
export function serverAccepts(name: string, line: string): string {
  const check = CHECKS[name]
  if (!check) throw new Error(`no check for ${name}`)
  const work = mkdtempSync(join(tmpdir(), 'recvq-servers-'))
  try {
    const file = join(work, 'conf')
    writeFileSync(file, check.config(line, work))
    const { status, stdout, stderr } = spawnSync(`${folder}/bin-of-servers/${check.program}`, check.argv(file, work), {
      encoding: 'utf8',
      timeout: 15_000,
    })
    const said = `${stdout}${stderr}`
    if (name === 'Redis') return said.includes(">>> 'the-end 1'") ? '' : said || 'nothing'
    return status === 0 ? '' : said || `exit code ${status}`
  } finally {
    rmSync(work, { recursive: true })
  }
}

function lookForServers(): string | null {
  try {
    return execFileSync('sh', [SCRIPT], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 120_000,
    }).trim()
  } catch {
    return null
  }
}
