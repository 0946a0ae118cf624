import { serviceOfComment } from '../parse/service-name.ts'
import { cleanLine } from '../parse/transcript/clean-line.ts'
import { parseCommandLine } from '../parse/transcript/command-line.ts'
import { readPrompt } from '../parse/transcript/prompt.ts'
import type { Kind } from './token.ts'
import type { Words } from './words.ts'

type Learn = Words['learn']

/** Looks through a text, line by line, for places where names stand. */
export interface Finder {
  line(text: string): void
}

const MAX = 20_000

export function createFinder(words: Words): Finder {
  let head: readonly string[] | null = null
  let section: Kind | null = null
  return {
    line(raw) {
      const text = cleanLine(raw.length > MAX ? raw.slice(0, MAX) : raw)
      if (text.trim() === '') {
        head = null
        return
      }
      const prompt = readPrompt(text, true)
      if (prompt) {
        head = null
        if (prompt.host !== null) words.learn('host', prompt.host)
        if (prompt.user !== null) words.learn('user', prompt.user)
        readCommand(prompt.command, words)
        return
      }
      if (COMMAND.test(text)) readCommand(text.slice(text.search(COMMAND)), words)
      const read = readHead(text)
      if (read) {
        head = read
        return
      }
      readRow(text, head, words.learn)
      section = readField(text, section, words.learn)
      readPlaces(text, words.learn)
    },
  }
}

const COMMAND = /(?<![\w./-])(?:kubectl|oc|k|ssh|scp|docker|crictl|nsenter|sudo)\s+\S/

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
const kindOf = (word: string): Kind | undefined => (Object.hasOwn(KINDS, word) ? KINDS[word] : undefined)

/** What a command line names: `kubectl -n NS exec POD`, `ssh USER@HOST`, `docker exec NAME`; words that are grepped for. */
function readCommand(line: string, { learn, learnPart }: Words): void {
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

/** Heads of kubectl's tables, by word. */
function readHead(text: string): readonly string[] | null {
  if (!/^(?:NAMESPACE|NAME|LAST|LASTSEEN|POD|NODE)\s+[A-Z]/.test(text) || /[a-z]/.test(text)) return null
  return text
    .trim()
    .replace('LAST SEEN', 'LAST')
    .replace('NOMINATED NODE', 'NOMINATED')
    .replace('READINESS GATES', 'GATES')
    .split(/\s+/)
}

function readRow(text: string, head: readonly string[] | null, learn: Learn): void {
  const words = text.trim().split(/\s+/)
  const cells = text.trim().split(/\s{2,}|\t/)
  if (head) {
    const row = cells.length === head.length ? cells : words
    const shaped = kindOfHead(head)
    for (const [at, name] of head.entries()) {
      const cell = row[at] ?? ''
      // Behind a column that may hold several words nothing stands for sure.
      if (row === words && words.length !== head.length && at > 1) break
      if (name === 'NAMESPACE') learn('namespace', cell)
      else if (name === 'NAME') learn(shaped, cell.includes('/') ? cell.slice(cell.indexOf('/') + 1) : cell)
      else if (name === 'NODE' || name === 'HOSTNAME') learn('host', cell)
      else if (name === 'POD') learn('pod', cell)
      else if (name === 'OBJECT') {
        const [kind = '', object = ''] = cell.split('/')
        learn(kindOf(kind) ?? 'name', object)
      } else if (name === 'SELECTOR' || name === 'LABELS') labels(cell, learn)
      else if (name === 'HOSTS') for (const host of cell.split(',')) learn('host', host)
    }
  }
  rowByShape(words, learn)
}

function kindOfHead(head: readonly string[]): Kind {
  if (head.includes('RESTARTS')) return 'pod'
  if (head.includes('ROLES') || head.includes('VERSION')) return 'host'
  if (head.includes('CLUSTER-IP') || head.includes('ENDPOINTS')) return 'service'
  return head.length <= 3 && head.includes('STATUS') ? 'namespace' : 'name'
}

/** Rows whose head a grep has taken away. */
function rowByShape(words: readonly string[], learn: Learn): void {
  for (const at of [0, 1]) {
    const [name = '', a = '', b = '', c = ''] = words.slice(at)
    const kind: Kind | null =
      /^\d{1,3}\/\d{1,3}$/.test(a) && /^[A-Z][\w:]+$/.test(b)
        ? 'pod'
        : /^(?:ClusterIP|NodePort|LoadBalancer|ExternalName)$/.test(a)
          ? 'service'
          : /^(?:Not)?Ready(?:,\w+)?$/.test(a) && /^v\d/.test(words.at(-1) ?? c)
            ? 'host'
            : null
    if (kind === null) continue
    learn(kind, name)
    if (at === 1) learn('namespace', words[0] ?? '')
    if (kind === 'pod') {
      const ip = words.findIndex((word, index) => index > at + 3 && /^\d{1,3}(?:\.\d{1,3}){3}$/.test(word))
      if (ip > 0) learn('host', words[ip + 1] ?? '')
    }
    return
  }
  // ENDPOINTS of one row: name, addresses, age
  if (words.length === 3 && /^[\d.]+:\d+(?:,|$)/.test(words[1] ?? '') && /^\d+[smhdy]/.test(words[2] ?? ''))
    learn('service', words[0] ?? '')
}

/** `app=shop,release=shop-blue`: what programs are called by those who wrote them. */
function labels(text: string, learn: Learn): void {
  for (const [, key = '', value = ''] of text.matchAll(/([\w./-]{1,80})=([A-Za-z\d][\w.-]{0,62})/g))
    if (LABELS.test(key)) learn('name', value)
}

const LABELS =
  /(?:^|[/.-])(?:app|name|instance|component|part-of|release|k8s-app|run|service|svc|project|team|owner|tenant|customer|system|module|job-name|statefulset|pod-name|role)$/

/** `Key: value` of describe, YAML and JSON, hostnamectl, HTTP headers. */
const FIELDS: Readonly<Record<string, Kind>> = {
  namespace: 'namespace',
  nodename: 'host',
  node: 'host',
  hostname: 'host',
  'static hostname': 'host',
  host: 'host',
  servername: 'host',
  server_name: 'host',
  service: 'service',
  servicename: 'service',
  'service account': 'name',
  serviceaccountname: 'name',
  serviceaccount: 'name',
  generatename: 'name',
  podname: 'pod',
  pod: 'pod',
  externalname: 'host',
  username: 'user',
  user: 'user',
  login: 'user',
  owner: 'user',
  app: 'name',
  'app.kubernetes.io/name': 'name',
  'app.kubernetes.io/instance': 'name',
  'k8s-app': 'name',
  release: 'name',
  subdomain: 'name',
  clustername: 'name',
  cluster: 'name',
  sni: 'host',
}

function readField(text: string, section: Kind | null, learn: Learn): Kind | null {
  let now = section
  for (const [, key = '', value = ''] of text.matchAll(
    /["']?([A-Za-z][\w. /-]{1,60}?)["']?:\s{0,60}["']?([A-Za-z\d][\w.-]{0,252})/g,
  )) {
    const name = key.toLowerCase()
    if (name === 'kind') now = kindOf(value.toLowerCase()) ?? 'name'
    else if (name === 'name') learn(/^Name:/.test(text) ? (section ?? 'name') : 'name', value)
    else if (Object.hasOwn(FIELDS, name)) {
      if (/^\s*(?:Node|Host)s?:\s+\d+$/.test(text)) continue
      learn(FIELDS[name] ?? 'name', value)
    }
  }
  if (/^(?:Selector|Labels|Annotations|Pod Template|Controlled By):/.test(text) || /^\s{8,}[\w./-]+=/.test(text))
    labels(text, learn)
  const controlled = /^Controlled By:\s+\w+\/(\S+)/.exec(text)?.[1]
  if (controlled !== undefined) learn('name', controlled)
  return now
}

/** Names in the midst of a line, known by what stands around them. */
function readPlaces(text: string, learn: Learn): void {
  const has = (part: string) => text.includes(part)
  if (has('users:((') || has('pid='))
    for (const [, comm = ''] of text.matchAll(/\("([^"\s]{1,40})",(?:pid=)?\d/g)) learn('process', comm)
  if (/^(?:tcp|udp|unix|raw)/.test(text)) {
    const comm = /\s(?:\d{1,7}|-)\/([^\s:/]{2,40}):?\s{0,40}(?:\S{0,20}\s{0,20}@?\/?\S{0,200})?$/.exec(text)?.[1]
    if (comm !== undefined) learn('process', comm)
  }
  if (/^(?:tcp|udp|LISTEN|ESTAB|SYN|FIN|TIME|CLOS|LAST)/.test(text))
    for (const [, host = ''] of text.matchAll(/\s([A-Za-z][\w.-]{1,252}):(?:[a-z][\w-]*|\d{1,5}|\*)(?=\s|$)/g))
      learn('host', host)
  if (has('--comment') || has('/*') || has('comment "'))
    for (const [, quoted, bare, starred] of text.matchAll(
      /(?:--comment\s(?:"([^"]{1,300})"|(\S{1,300}))|\/\*\s([^*]{1,300})\s\*\/)/g,
    ))
      servicePort(serviceOfComment(quoted ?? bare ?? starred ?? ''), learn)
  for (const [, name = ''] of has('__') || has('service-') || has('endpoint-')
    ? text.matchAll(/(?:service|external|local|firewall|endpoint|affinity)-[A-Z2-7]{8}-([\w.-]+\/[\w.-]+)/g)
    : [])
    servicePort(name, learn)
  const uname = /^Linux (\S{1,253}) \d+\.\d/.exec(text)?.[1]
  if (uname !== undefined) learn('host', uname)
  // syslog: `May  1 10:00:00 host prog[1]:`, RFC 3339 likewise
  const syslog =
    /^(?:[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,40}) ([A-Za-z][\w.-]{0,252}) [\w./()-]{1,60}(?:\[\d+\])?: /.exec(
      text,
    )?.[1]
  if (syslog !== undefined) learn('host', syslog)
  if (has('://'))
    for (const [, host = ''] of text.matchAll(
      /(?<![a-z])(?!(?:docker|containerd|cri-o|unix|file|podman):)[a-z][a-z\d+.-]{1,20}:\/\/(?:[^\s/@"']{1,200}@)?([A-Za-z][\w-]{1,252})(?![\w.-])/g,
    ))
      learn('host', host)
  const image = /(?:^|[\s"])[Ii]mage"?:\s{0,30}"?((?:[\w.-]{1,100}(?::\d+)?\/){1,6}[\w.-]{1,100})/.exec(text)?.[1]
  if (image !== undefined)
    for (const part of image.split('/')) if (!part.includes('.')) learn('name', part.replace(/:.*/, ''))
  if (has('/home/') || has('/Users/'))
    for (const [, user = ''] of text.matchAll(/\/(?:home|Users)\/([A-Za-z][\w.-]{1,31})/g)) learn('user', user)
  if (has('uid=') || has('user=') || has('user ') || has('User'))
    for (const [, a, b] of text.matchAll(
      /uid=\d+\(([\w.-]{1,32})\)|(?<![\w-])(?:user=|for (?:invalid )?user |USER=|username=)"?([A-Za-z][\w.-]{1,31})/g,
    ))
      learn('user', a ?? b ?? '')
  const mount = /(?:^|\s)([A-Za-z][\w.-]{1,252}):\/[\w./-]*\s+(?:on\s+)?\//.exec(text)?.[1]
  if (mount !== undefined) learn('host', mount)
  for (const [, name = ''] of has('k8s_')
    ? text.matchAll(/k8s_[\w.-]{1,80}?_([a-z\d][a-z\d.-]{1,252}_[a-z\d-]{1,63})_[\da-f-]{32,36}/g)
    : []) {
    const [pod = '', namespace = ''] = name.split('_')
    learn('pod', pod)
    learn('namespace', namespace)
  }
  for (const [, name = ''] of has('.svc')
    ? text.matchAll(/(?<![\w.-])([a-z\d][a-z\d-]{0,62}\.[a-z\d][a-z\d-]{0,62})\.svc(?![\w-])/g)
    : []) {
    const [service = '', namespace = ''] = name.split('.')
    learn('service', service)
    learn('namespace', namespace)
  }
}

function servicePort(name: string | null, learn: Learn): void {
  const [namespace = '', rest = ''] = (name ?? '').split('/', 2)
  if (rest === '') return
  learn('namespace', namespace)
  const [service = '', port = ''] = rest.split(':', 2)
  learn('service', service)
  learn('name', port)
}
