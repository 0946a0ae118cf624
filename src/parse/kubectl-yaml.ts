import { type Document, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml'
import type { Cluster } from '../model/cluster.ts'
import type { Line } from '../model/line.ts'
import { addObject, emptyCluster } from './kube-objects.ts'
import { Account, isElision, type Reading } from './reading.ts'
import { isMap, listAt, type Untyped } from './untyped.ts'

type Draft = Parameters<typeof addObject>[0]

/**
 * Parse `kubectl get -o yaml` and `-o json`: single objects, Lists, several documents.
 * Gaps:   lines on which somebody left rows out are taken out first; JSON that then is none is counted whole
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
  const text = kept.map((line) => shortened(line.text)).join('\n')
  const lineAt = (row: number) => kept[row]?.number ?? kept[0]?.number ?? 0
  const isJson = text.trimStart().startsWith('{')
  const json = isJson ? parseJson(text) : undefined
  if (json !== undefined) addAll(cluster, json, () => lineAt(0), account)
  else if (isJson) account.notUnderstood.push(lineAt(0))
  else if (text.trim() !== '') readYaml(text, cluster, lineAt, account)
  return account.reading(cluster)
}

const LONG_LINE = 4096

/** Values that long are annotations (the last applied configuration): nothing here reads them. */
function shortened(text: string): string {
  if (text.length <= LONG_LINE || /^\s{0,4}\{/.test(text)) return text
  const head = text.slice(0, LONG_LINE)
  const key = /^\s{0,200}(?:- )?[\w./-]{1,300}: /.exec(head)
  return key ? `${key[0]}""` : `${/^\s*/.exec(head)?.[0] ?? ''}x`
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
      // Without: each error is shown with its surroundings, at a cost that grows with the square of their number.
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'silent',
    })
    for (const document of documents) {
      const lineOf = (offset: number | undefined) => lineAt(counter.linePos(offset ?? 0).line - 1)
      const first = lineOf(document.contents?.range[0])
      const broken = new Set(removeOddKeys(document).map(lineOf))
      const items = document.get('items', true)
      const starts = isSeq(items) ? items.items.map((item) => rangeStart(item)) : []
      // Aliases multiply: the library's own limit guards against documents made to explode.
      const value: Untyped = document.toJS({ maxAliasCount: 100 })
      if (isMap(value))
        addAll(cluster, value, (index) => (starts[index] === undefined ? first : lineOf(starts[index])), account)
      else if (value !== null && value !== undefined) account.notUnderstood.push(first)
      for (const error of document.errors) broken.add(lineOf(error.pos[0]))
      account.notUnderstood.push(...broken)
    }
  } catch {
    account.notUnderstood.push(lineAt(0))
  }
}

/**
 * Take out what has a map or a list for its key, and tell where that stood. No object has such keys: they come from rows left out,
 * and turning nested ones into texts can take for ever.
 */
function removeOddKeys(document: Document): readonly (number | undefined)[] {
  const places: (number | undefined)[] = []
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key)) return undefined
      places.push(rangeStart(pair.key))
      return visit.REMOVE
    },
  })
  return places
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
