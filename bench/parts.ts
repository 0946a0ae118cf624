import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildSync } from 'esbuild'
import { rowsWorker } from '../scripts/rows-worker.ts'

const here = import.meta.dirname
const built = join(here, '.build')

/** Compile one of the C programs beside this file; its path. */
export function compile(name: string): string {
  mkdirSync(built, { recursive: true })
  const program = join(built, name)
  execFileSync('gcc', ['-O2', '-Wall', '-o', program, join(here, 'c', `${name}.c`)])
  return program
}

/** A program of ours in one JavaScript file, as it is published; its path. */
export function bundle(entry: string, name: string): string {
  const outfile = join(built, `${name}.mjs`)
  buildSync({
    entryPoints: [join(here, entry)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    define: rowsWorker(),
    logLevel: 'error',
  })
  return outfile
}

/** A program that answers each line on its input with a line. */
export interface Talker {
  readonly child: ChildProcess
  ask(line: string): Promise<string>
  next(): Promise<string>
  end(): Promise<void>
}

export function talk(command: string, args: readonly string[]): Talker {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const next = async () => {
    const line = await lines.next()
    if (line.done) throw new Error(`${command} ended`)
    return line.value
  }
  return {
    child,
    next,
    ask(line) {
      child.stdin.write(`${line}\n`)
      return next()
    },
    end() {
      child.stdin.end()
      return gone
    },
  }
}

/** A network namespace with its loopback up; gone when the callback is. */
export async function inNamespace<T>(name: string, act: () => Promise<T>): Promise<T> {
  execFileSync('ip', ['netns', 'add', name])
  try {
    execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
    return await act()
  } finally {
    execFileSync('ip', ['netns', 'del', name])
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

export const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(1))
