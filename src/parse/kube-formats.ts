import type { Content } from '../model/block.ts'
import type { Cluster } from '../model/cluster.ts'
import { type Format, MAX_ENTRIES, startTrouble } from './format.ts'
import { emptyCluster } from './kube-objects.ts'
import { parseKubectlDescribe } from './kubectl-describe.ts'
import { type KubeContext, NO_CONTEXT, parseKubectlGet } from './kubectl-get.ts'
import { isTableHead } from './kubectl-table.ts'
import { parseKubeObjects } from './kubectl-yaml.ts'
import { type Parsed, wholeText } from './whole-text.ts'

/** Readers of what kubectl prints. */

/** A cluster of 5000 nodes has 150 000 pods. */
const MAX_ROWS = 10 * MAX_ENTRIES
/** A document is held several times over while it is read. */
const MAX_DOCUMENT = 16_000_000

const clusterOf = (cluster: Cluster): readonly Content[] => [{ question: 'cluster', cluster }]

/** The heads by which a table of nodes, pods, Services, endpoints or events is known without its command. */
const KINDS: readonly (readonly string[])[] = [
  ['STATUS', 'AGE', 'VERSION'],
  ['READY', 'STATUS', 'RESTARTS'],
  ['CLUSTER-IP', 'PORT(S)'],
  ['ENDPOINTS', 'AGE'],
  ['REASON', 'OBJECT', 'MESSAGE'],
]

function isKnownTable(text: string): boolean {
  const heads = new Set(text.trim().split(/\s+/))
  // `helm list` has a STATUS and an APP VERSION too.
  return isTableHead(text) && !heads.has('CHART') && KINDS.some((kind) => kind.every((head) => heads.has(head)))
}

/** Tables of `kubectl get`, row by row. `asked`: a command says that they are. */
export const kubectlGet = (context: KubeContext = NO_CONTEXT, asked = false): Format => ({
  name: 'kubectl-get',
  opens: (text) => (asked ? isTableHead(text) || rowsIn(null, text, 1, context) !== null : isKnownTable(text)),
  read(of) {
    const cluster = emptyCluster()
    let head: string | null = null
    let rows = 0
    return {
      take(text, line) {
        if (isTableHead(text)) {
          if (!asked && !isKnownTable(text)) return false
          head = text
          return true
        }
        if (/^No resources found/.test(text)) return true
        const told = rowsIn(head, text, line, context)
        if (told === null) return false
        rows++
        if (rows <= MAX_ROWS) add(cluster, told)
        return true
      },
      finish() {
        const cuts = rows > MAX_ROWS ? [`${rows - MAX_ROWS} rows beyond the first ${MAX_ROWS}`] : []
        return { ...startTrouble(of).result(clusterOf(cluster)), cuts }
      },
    }
  },
})

/** One row under its head; null where it is none. */
function rowsIn(head: string | null, text: string, number: number, context: KubeContext): Cluster | null {
  const lines = [...(head === null ? [] : [{ number: 0, text: head, cut: false }]), { number, text, cut: false }]
  const { value } = parseKubectlGet(lines, context)
  return Object.values(value).some((list: readonly unknown[]) => list.length > 0) ? value : null
}

function add(cluster: ReturnType<typeof emptyCluster>, told: Cluster): void {
  cluster.nodes.push(...told.nodes)
  cluster.services.push(...told.services)
  cluster.endpoints.push(...told.endpoints)
  cluster.pods.push(...told.pods)
  cluster.events.push(...told.events)
}

/** `kubectl describe`. */
export const kubectlDescribe = (context: KubeContext = NO_CONTEXT): Format =>
  wholeText({
    name: 'kubectl-describe',
    opens: (text) => /^Name:\s{2,60}[a-z0-9]\S*$/.test(text),
    follow: () => (text) => /^[A-Z][\w ()/.-]{0,60}:(?:\s|$)|^\s+\S|^No events\.$|^Error from server/.test(text),
    parse: (lines) => parsed(parseKubectlDescribe(lines, context)),
  })

/** `kubectl get -o yaml`, `-o json`. */
export const kubeObjects = wholeText({
  name: 'kubectl-objects',
  opens: (text) => /^(?:---|\{|apiVersion: |items:|kind: |metadata:)/.test(text),
  follow: () => (text) => /^(?:\s+\S|---|- |[{}[\]"]|[A-Za-z][\w.-]{0,60}:(?: |$))/.test(text),
  maxChars: MAX_DOCUMENT,
  parse: (lines) => parsed(parseKubeObjects(lines)),
})

const parsed = ({
  value,
  notUnderstood,
}: {
  readonly value: Cluster
  readonly notUnderstood: readonly number[]
}): Parsed => ({ content: clusterOf(value), notUnderstood })
