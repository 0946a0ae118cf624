import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { fsError, HostError } from '../host-error.ts'
import { at, listAt, textAt } from './fields.ts'

/** An entry of a kubeconfig, and the folder that its relative paths start from. */
export interface ConfigEntry {
  readonly value: unknown
  readonly folder: string
}

/** One cluster with one user, as a context joins them. */
export interface KubeContext {
  readonly name: string
  readonly cluster: ConfigEntry
  /** null: the context names none; requests go without credentials. */
  readonly user: ConfigEntry | null
  readonly namespace: string | null
}

export interface KubeconfigChoice {
  /** `--kubeconfig`: this file and no other. */
  readonly file?: string | undefined
  /** `--context`. */
  readonly context?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Files that kubectl would read: the one named, else those of KUBECONFIG, else ~/.kube/config. Empty: there is none. */
export function kubeconfigFiles({ file, env }: KubeconfigChoice): readonly string[] {
  if (file !== undefined) return [file]
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((one) => one !== '')
  if (listed.length > 0) return listed
  const usual = join(env.HOME ?? homedir(), '.kube/config')
  return existsSync(usual) ? [usual] : []
}

/**
 * The context that is asked for, out of one or several files merged as kubectl merges them: of two entries of one name the first
 * one counts.
 * Errors: HostError: a file that cannot be read, a context, cluster or user that is not there
 * Source: kubernetes.io, Organizing Cluster Access Using kubeconfig Files
 */
export function readKubeconfig(choice: KubeconfigChoice): KubeContext {
  const files = kubeconfigFiles(choice)
  // kubectl passes over files of KUBECONFIG that are not there; the one that was named has to be.
  const present = choice.file === undefined ? files.filter((one) => existsSync(one)) : files
  const configs = present.map((file) => ({ file, config: read(file) }))
  const where = files.join(delimiter)
  if (configs.length === 0) throw new HostError('read kubeconfig', where || '~/.kube/config', 'ENOENT')
  const named = (kind: string, name: string): ConfigEntry | null => {
    for (const { file, config } of configs) {
      const entry = listAt(config, `${kind}s`).find((one) => textAt(one, 'name') === name)
      if (entry !== undefined) return { value: at(entry, kind), folder: dirname(resolve(file)) }
    }
    return null
  }
  const missing = (what: string, name: string) =>
    new HostError('read kubeconfig', where, null, { why: `no ${what} ${name} in it`, code: 'absent' })
  const current = configs.map(({ config }) => textAt(config, 'current-context')).find((one) => one !== null)
  const name = choice.context ?? current
  if (name === undefined || name === null) throw missing('current-context;', 'name one with --context')
  const context = named('context', name)
  if (!context) throw missing('context', name)
  const clusterName = textAt(context.value, 'cluster') ?? ''
  const cluster = named('cluster', clusterName)
  if (!cluster) throw missing('cluster', clusterName)
  const userName = textAt(context.value, 'user')
  const user = userName === null ? null : named('user', userName)
  if (userName !== null && !user) throw missing('user', userName)
  return { name, cluster, user, namespace: textAt(context.value, 'namespace') }
}

/** More than any kubeconfig holds. */
const MAX_BYTES = 4 << 20

function read(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw fsError('read kubeconfig', file, error)
  }
  if (text.length > MAX_BYTES) throw new HostError('read kubeconfig', file, null, { why: 'too large' })
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch {
    // What the parser says may quote the line, and the line may be a token.
    throw new HostError('read kubeconfig', file, null, { why: 'not YAML' })
  }
}
