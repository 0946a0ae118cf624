import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LabNetns } from '../../src/lab/namespace.ts'
import { type Run, STYLES } from './prompts.ts'
import type { Truth } from './truth.ts'
import { CACHE, type Release } from './versions.ts'

const FOLDER = fileURLToPath(new URL('../../test/fixtures/captured', import.meta.url))
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Made by old-tools.sh; the C locale is in the C library itself. */
const LOCALES = `${CACHE}/locales`
const TRUTH = fileURLToPath(new URL('truth.py', import.meta.url))

/** How a transcript is written down. */
export interface How {
  /** Which style comes next. */
  readonly at: number
  /** The name of a style, where it matters. */
  readonly styled?: string
  readonly encoding?: Encoding
}

/** `crlf`: as Windows terminals save text; `utf-16le`: as its Notepad did, with a byte order mark. */
export type Encoding = 'crlf' | 'gbk' | 'latin-1' | 'utf-16le'

function encode(text: string, encoding: Encoding | undefined): string | Buffer {
  const windows = text.replaceAll('\n', '\r\n')
  if (encoding === 'crlf') return windows
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${windows}`, 'utf16le')
  if (encoding === 'latin-1') return Buffer.from(text, 'latin1')
  return encoding === 'gbk' ? execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GBK'], { input: text }) : text
}

/** The transcript, and beside it what a reading of it must hold. */
export function writeFixture(folder: string, name: string, expect: object, runs: readonly Run[], how: How): void {
  const { at, styled, encoding } = how
  const style = styled === undefined ? STYLES[at % STYLES.length] : STYLES.find((one) => one.name === styled)
  if (!style) return
  mkdirSync(join(FOLDER, folder), { recursive: true })
  writeFileSync(join(FOLDER, folder, `${name}.txt`), encode(style.show(runs), encoding))
  writeFileSync(
    join(FOLDER, folder, `${name}.expect.json`),
    `${JSON.stringify({ ...expect, prompt: style.name }, null, 1)}\n`,
  )
  console.log(`${folder}/${name} ${style.name}`)
}

export const pathOf = ({ bin }: Release): string => `${bin}:${process.env.PATH}`

export function lookAt(netns: LabNetns): Truth {
  const [command = '', ...args] = netns.inside(['/usr/bin/python3', TRUTH])
  return JSON.parse(withoutBuild(execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })))
}

/** What stands on the terminal, complaints included. */
export function run(command: string, from: Release, netns: LabNetns, lang = 'C'): Run {
  const env = {
    ...process.env,
    PATH: pathOf(from),
    LC_ALL: `${lang}.UTF-8`,
    LOCPATH: LOCALES,
    NSTAT_HISTORY: '/run/nstat',
  }
  const [program = '', ...args] = netns.inside(['sh', '-c', `exec 2>&1; ${command}`])
  return { command, output: withoutBuild(finished(program, args, env)).trimEnd() }
}

/** As it would stand on any machine: no builder's suffix, no folder where this repository or unpacked packages happen to be. */
const withoutBuild = (text: string) =>
  text
    .replaceAll(release(), release().replace(/-.*$/, ''))
    .replaceAll(ROOT, '/srv/recvq/')
    .replaceAll(process.execPath, '/usr/bin/node')
    .replaceAll(/^\/\S{1,100}\/root\/\S{0,60}bin\//gm, '')
    .replaceAll(CACHE, '/srv/tools')

function finished(program: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  try {
    return execFileSync(program, args, { env, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 20_000 })
  } catch (error) {
    // grep that found nothing ends with 1
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
  }
}
