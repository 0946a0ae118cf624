import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LabNetns } from '../../src/lab/namespace.ts'
import { run } from './lab-node.ts'

const PROMPT = 'root@lab-node:~#'

/** What people paste into a ticket, one list per habit. Every command is a real tool's. */
export const HABITS = {
  ss: ['uname -a', 'ss -antpem', 'nstat -az', 'sysctl net.core.somaxconn net.ipv4.tcp_max_syn_backlog'],
  netstat: ['uname -a', 'ss -ltnp', 'netstat -antp', 'netstat -s', 'cat /proc/sys/net/core/somaxconn'],
} as const

export type Habit = keyof typeof HABITS

/** The terminal of someone who looked into the namespace, as it stood on the screen; `more`: what else they looked at. */
export async function captureTerminal(netns: LabNetns, habit: Habit, more: readonly string[] = []): Promise<string> {
  const lines: string[] = []
  // nstat keeps what it saw in a file of the user's, which belongs to another namespace
  const folder = await mkdtemp(join(tmpdir(), 'recvq-nstat-'))
  for (const command of [...HABITS[habit], ...more]) {
    const history = { NSTAT_HISTORY: join(folder, 'history') }
    const { code, stdout, stderr } = await run(netns.inside(command.split(' ')), history)
    if (code !== 0) throw new Error(`${command}: exit code ${code}: ${stderr}`)
    lines.push(`${PROMPT} ${command}`, stdout.trimEnd())
  }
  await rm(folder, { recursive: true })
  return `${lines.join('\n')}\n${PROMPT} \n`
}
