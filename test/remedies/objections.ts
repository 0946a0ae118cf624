import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { Draft, Remedy } from '../../src/model/finding.ts'
import { SYSCTLS_NOT_HERE, sysctlsIn } from './sysctls.ts'

/** Commands that differ in their numbers alone are one to a shell. */
const read = new Map<string, string>()

/** What is wrong with a piece of advice, as far as it can be tried without doing it; empty where nothing is. */
export function objectionsTo(language: Remedy['language'], text: string): readonly string[] {
  const wrong = [
    ...(language === 'sh' ? [bash(text), unfilled(text)] : []),
    ...(language === 'yaml' ? parseAllDocuments(text).flatMap((one) => one.errors.map(({ message }) => message)) : []),
    ...sysctlsIn(text).flatMap((name) => (isSysctl(name) ? [] : `no such sysctl: ${name}`)),
  ]
  return wrong.filter((one) => one !== '').map((one) => `${one}: ${text}`)
}

/** The same of all that a finding has people do. */
export function objectionsToDraft({ remedies, evidence }: Pick<Draft, 'remedies' | 'evidence'>): readonly string[] {
  return [
    ...remedies.flatMap(({ action, language }) => (action === null ? [] : objectionsTo(language, action))),
    ...[...remedies.map((one) => one.verify), ...evidence.map((one) => one.command)].flatMap((command) =>
      command === null ? [] : objectionsTo('sh', command),
    ),
  ]
}

/** bash reads it and does nothing. */
function bash(text: string): string {
  const shape = text.replace(/\d+/g, '9')
  const known = read.get(shape)
  if (known !== undefined) return known
  const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })
  const said = status === 0 ? '' : stderr
  read.set(shape, said)
  return said
}

/** What is to be filled in stands in CAPITALS. */
function unfilled(text: string): string {
  const bare = text.replaceAll('/dev/null', '').replaceAll('"<none>"', '')
  return /<[a-z][a-z -]*>|\bundefined\b|\bnull\b|\bNaN\b|\[object /.exec(bare)?.[0] ?? ''
}

const isSysctl = (name: string): boolean =>
  existsSync(`/proc/sys/${name.replaceAll('.', '/')}`) || SYSCTLS_NOT_HERE.has(name)
