import { parseCommandLine } from '../parse/transcript/command-line.ts'
import type { Kind } from './token.ts'
import type { Words } from './words.ts'

const KINDS: Readonly<Record<string, Kind>> = {
  po: 'pod',
  pod: 'pod',
  pods: 'pod',
  svc: 'service',
  service: 'service',
  services: 'service',
  ep: 'service',
  endpoints: 'service',
  endpointslice: 'service',
  endpointslices: 'service',
  no: 'host',
  node: 'host',
  nodes: 'host',
  ns: 'namespace',
  namespace: 'namespace',
  namespaces: 'namespace',
  deploy: 'name',
  deployment: 'name',
  deployments: 'name',
  deployments_apps: 'name',
  ds: 'name',
  daemonset: 'name',
  sts: 'name',
  statefulset: 'name',
  statefulsets: 'name',
  rs: 'name',
  replicaset: 'name',
  ing: 'name',
  ingress: 'name',
  cm: 'name',
  configmap: 'name',
  secret: 'name',
  job: 'name',
  cronjob: 'name',
}
export const kindOf = (word: string): Kind | undefined => (Object.hasOwn(KINDS, word) ? KINDS[word] : undefined)

/** What a command line names: `kubectl -n NS exec POD`, `ssh USER@HOST`, `docker exec NAME`; words that are grepped for. */
export function readCommand(line: string, { learn, learnPart }: Words): void {
  for (const { first, filters } of parseCommandLine(line.slice(0, 4000)).pipelines) {
    for (const { program, args } of filters)
      if (/grep$/.test(program))
        for (const arg of args) if (!arg.startsWith('-')) for (const part of arg.split(/[^\w-]+/)) learnPart(part)
    if (/grep$/.test(first.program)) learnPart(first.args.find((arg) => !arg.startsWith('-')) ?? '')
  }
  const all = line.split(/[\s'"`;|&()]+/).filter((word) => word !== '')
  const after = (pattern: RegExp) => all.flatMap((word, at) => (pattern.test(word) ? [all[at + 1] ?? ''] : []))
  if (/(?:^|[\s/])(?:kubectl|oc|k)\s/.test(line)) {
    for (const name of after(/^(?:-n|--namespace)$/)) learn('namespace', name)
    for (const word of all) {
      const given = /^(?:--namespace=|-n=?)([a-z\d][\w.-]*)$/.exec(word)?.[1]
      if (given !== undefined) learn('namespace', given)
      const [kind = '', name, more] = word.split('/')
      const slashed = kindOf(kind)
      if (slashed !== undefined && name !== undefined && more === undefined) learn(slashed, name)
    }
    for (const [at, word] of all.entries()) {
      const kind = kindOf(word)
      const name = all[at + 1] ?? ''
      if (kind !== undefined && /^[a-z\d][a-z\d.-]*$/.test(name)) learn(kind, name)
    }
    for (const verb of ['exec', 'logs', 'attach', 'port-forward', 'cordon', 'drain', 'uncordon']) {
      const at = all.indexOf(verb)
      const skipped =
        at < 0
          ? []
          : all.slice(at + 1).filter((word, i, rest) => !word.startsWith('-') && !/^-[nc]$/.test(rest[i - 1] ?? ''))
      const [name] = skipped
      if (name !== undefined && !name.includes('/')) learn(/cordon|drain/.test(verb) ? 'host' : 'pod', name)
    }
    for (const name of after(/^(?:-c|--container|--context|--cluster)$/)) learn('name', name)
  }
  const remote = /(?:^|\s)(?:ssh|scp|rsync)\s(?:.{0,200}?\s)?(?:([\w.-]+)@)?([A-Za-z][\w.-]*)(?=[\s:]|$)/.exec(line)
  if (remote) {
    if (remote[1] !== undefined) learn('user', remote[1])
    learn('host', remote[2] ?? '')
  }
  for (const name of /(?:^|\s)(?:docker|crictl|podman|nerdctl)\s/.test(line)
    ? after(/^(?:exec|inspect|logs|--name)$/)
    : [])
    if (!/^[\da-f]{12,64}$/.test(name) && !name.startsWith('-')) learn('name', name)
  for (const user of after(/^(?:-u|--user|-l)$/))
    if (/^[a-z][\w.-]{1,31}$/.test(user) && /sudo|ssh|mysql|psql|runuser/.test(line)) learn('user', user)
}
