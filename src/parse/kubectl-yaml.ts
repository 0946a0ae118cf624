import { isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { Cluster } from '../model/cluster.ts'
import type { Line } from '../model/line.ts'
import { addObject, emptyCluster } from './kube-objects.ts'
import { Account, isElision, type Reading } from './reading.ts'
import { isMap, listAt, type Untyped } from './untyped.ts'

type Draft = Parameters<typeof addObject>[0]

/**
 * Parse `kubectl get -o yaml` and `-o json`: single objects, Lists, several documents.
 * Gaps:   lines on which somebody left rows out are taken out first; what then is no YAML is counted
 * Errors: documents that cannot be read, and objects of other kinds, are counted by their first line; never throws
 */
export function parseKubeObjects(lines: readonly Line[]): Reading<Cluster> {
  const account = new Account()
  const cluster = emptyCluster()
  const kept = lines.filter((line) => {
    const leftOut = isElision(line.text)
    if (leftOut) account.elided.push(line.number)
    return !leftOut
  })
  const text = kept.map((line) => line.text).join('\n')
  const lineAt = (row: number) => kept[row]?.number ?? kept[0]?.number ?? 0
  const json = text.trimStart().startsWith('{') ? parseJson(text) : undefined
  if (json !== undefined) addAll(cluster, json, () => lineAt(0), account)
  else if (text.trim() !== '') readYaml(text, cluster, lineAt, account)
  return account.reading(cluster)
}

function parseJson(text: string): Untyped {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readYaml(text: string, cluster: Draft, lineAt: (row: number) => number, account: Account): void {
  const counter = new LineCounter()
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: counter,
      strict: false,
      uniqueKeys: false,
      logLevel: 'silent',
    })
    for (const document of documents) {
      const lineOf = (offset: number | undefined) => lineAt(counter.linePos(offset ?? 0).line - 1)
      const first = lineOf(document.contents?.range[0])
      const items = document.get('items', true)
      const starts = isSeq(items) ? items.items.map((item) => rangeStart(item)) : []
      // Aliases multiply: the library's own limit guards against documents made to explode.
      const value: Untyped = document.toJS({ maxAliasCount: 100 })
      if (isMap(value))
        addAll(cluster, value, (index) => (starts[index] === undefined ? first : lineOf(starts[index])), account)
      else if (value !== null && value !== undefined) account.notUnderstood.push(first)
      for (const error of document.errors) account.notUnderstood.push(lineOf(error.pos[0]))
    }
  } catch {
    account.notUnderstood.push(lineAt(0))
  }
}

const rangeStart = (node: unknown): number | undefined => {
  const range = isMap(node) ? node.range : undefined
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined
}

function addAll(cluster: Draft, value: Untyped, lineOf: (index: number) => number, account: Account): void {
  const items = listAt(value, 'items')
  const list = items.length > 0 || (isMap(value) && Array.isArray(value.items))
  if (!list && !addObject(cluster, value, lineOf(-1))) account.notUnderstood.push(lineOf(-1))
  const kind = isMap(value) && typeof value.kind === 'string' ? value.kind.replace(/List$/, '') : ''
  items.forEach((item, index) => {
    // PodList and its like leave the kind of their items out.
    const whole = isMap(item) && item.kind === undefined ? { ...item, kind } : item
    if (!addObject(cluster, whole, lineOf(index))) account.notUnderstood.push(lineOf(index))
  })
}
