import { cleanLine } from '../parse/transcript/clean-line.ts'
import { readPrompt } from '../parse/transcript/prompt.ts'
import { kindOf, readCommand } from './learn-command.ts'
import { readPlaces } from './learn-places.ts'
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
