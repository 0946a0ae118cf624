import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LabNetns } from '../../src/lab/namespace.ts'

const PROGRAM = fileURLToPath(new URL('neighbours.py', import.meta.url))

/** The other programs of a node; comes back when they listen, with the way to end them. */
export function startNeighbours(netns: LabNetns): Promise<() => void> {
  const [command = '', ...args] = netns.inside(['/usr/bin/python3', PROGRAM, mkdtempSync('/run/')])
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`neighbours ended: ${code}`)))
    child.stdout.once('data', () => resolve(() => child.kill('SIGKILL')))
  })
}
