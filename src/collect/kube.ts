import type { Cluster, ClusterListing, ClusterSeen } from '../model/cluster.ts'
import type { Gap } from '../model/part.ts'
import { addObject, emptyCluster } from '../parse/kube-objects.ts'
import { asGap } from '../sys/host-error.ts'
import { type AccessChoice, findAccess } from '../sys/kube/access.ts'
import { textAt } from '../sys/kube/fields.ts'
import { KubeRefusal, type ListTaker, listAll } from '../sys/kube/list.ts'
import { type KubeDoor, openKube } from '../sys/kube/request.ts'

export { hasAccount } from '../sys/kube/access.ts'

export interface KubeOptions extends AccessChoice {
  /** Only this namespace's Services, endpoints and pods; absent: all. */
  readonly namespace?: string | undefined
  /** Only Services with these labels. */
  readonly selector?: string | undefined
  /** `all`, only those of one node, or none. */
  readonly pods?: 'all' | 'none' | { readonly node: string }
  readonly nodes?: boolean
  /** Wall time for all of it, and until the first answer. */
  readonly timeoutMs?: number
  readonly connectMs?: number
  /** Objects a page; for tests. */
  readonly limit?: number
}

export interface KubeRead {
  readonly seen: ClusterSeen
  /** Kinds that were not got, with the reason; `*`: the API as a whole. */
  readonly gaps: readonly { readonly kind: string; readonly gap: Gap }[]
}

/** Beside the reading of a machine, whose second reading comes after 3 s. */
export const KUBE_TIMEOUT_MS = 8000
export const KUBE_CONNECT_MS = 2000

/** What is listed of the API; the first path that there is wins. No Secret, no ConfigMap, nothing else. */
interface Kind {
  readonly key: string
  readonly paths: readonly { readonly path: string; readonly kind: string }[]
  readonly namespaced: boolean
}

const NODES: Kind = { key: 'nodes', namespaced: false, paths: [{ path: '/api/v1/nodes', kind: 'Node' }] }
const SERVICES: Kind = { key: 'services', namespaced: true, paths: [{ path: '/api/v1/services', kind: 'Service' }] }
const PODS: Kind = { key: 'pods', namespaced: true, paths: [{ path: '/api/v1/pods', kind: 'Pod' }] }
/** EndpointSlices since 1.16 (v1 since 1.21); a cluster that has none of them has Endpoints. */
const ENDPOINTS: Kind = {
  key: 'endpoints',
  namespaced: true,
  paths: [
    { path: '/apis/discovery.k8s.io/v1/endpointslices', kind: 'EndpointSlice' },
    { path: '/apis/discovery.k8s.io/v1beta1/endpointslices', kind: 'EndpointSlice' },
    { path: '/api/v1/endpoints', kind: 'Endpoints' },
  ],
}

/**
 * Nodes, Services, endpoints and pods from the API server, each kind a listing of its own.
 * Gaps:   a kind that is refused, late or cut off is a gap with its reason; the others stand. Never throws
 */
export async function collectKube(options: KubeOptions): Promise<KubeRead> {
  const nothing = (error: unknown): KubeRead => ({ seen: { listings: [] }, gaps: [{ kind: '*', gap: asGap(error) }] })
  let door: KubeDoor
  try {
    door = openKube(findAccess(options))
  } catch (error) {
    return nothing(error)
  }
  const patience = startPatience(options)
  const pods = options.pods ?? 'all'
  const kinds = [...(options.nodes === false ? [] : [NODES]), SERVICES, ENDPOINTS, ...(pods === 'none' ? [] : [PODS])]
  try {
    const read = await Promise.all(kinds.map((kind) => readKind(door, kind, options, patience)))
    return { seen: { listings: read.flatMap((one) => one.listing ?? []) }, gaps: uniteGaps(read) }
  } finally {
    patience.end()
    door.close()
  }
}

/** How long it is waited: not long for a server that does not answer at all, longer for one that is at it. */
interface Patience {
  readonly signal: AbortSignal
  /** Something came. */
  heard(): void
  end(): void
}

/** A process that was busy reading its machine meanwhile has not looked into its post: it gets to, before it gives up. */
const GRACE_MS = 200

function startPatience({ connectMs = KUBE_CONNECT_MS, timeoutMs = KUBE_TIMEOUT_MS }: KubeOptions): Patience {
  const stop = new AbortController()
  let answered = false
  const timers = new Set<NodeJS.Timeout>()
  const after = (ms: number, then: () => void) => void timers.add(setTimeout(then, ms))
  after(connectMs, () => after(GRACE_MS, () => (answered ? undefined : stop.abort())))
  after(timeoutMs, () => after(GRACE_MS, () => stop.abort()))
  return {
    signal: stop.signal,
    heard: () => {
      answered = true
    },
    end: () => {
      for (const one of timers) clearTimeout(one)
    },
  }
}

interface KindRead {
  readonly kind: string
  /** Also where it was cut off: what had come proves what there is. */
  readonly listing: ClusterListing | null
  readonly gap: Gap | null
  /** It struck the API as a whole. */
  readonly wide: boolean
}

async function readKind(door: KubeDoor, kind: Kind, options: KubeOptions, patience: Patience): Promise<KindRead> {
  let refused: unknown = null
  for (const { path, kind: object } of kind.paths) {
    const read = startList(kind, object, options)
    try {
      const end = await listAll(door, pathIn(kind, path, options), { ...queryOf(object, options), ...patience }, read)
      return { kind: kind.key, listing: read.finish(end.date, null), gap: null, wide: false }
    } catch (error) {
      refused ??= error
      // A path that is not served is 404, or 403 to those who may not know.
      const isOther = error instanceof KubeRefusal && (error.status === 404 || error.status === 403)
      if (!isOther) return asKindRead(kind, error, read.finish(null, asGap(error)))
    }
  }
  return asKindRead(kind, refused, null)
}

const asKindRead = ({ key }: Kind, error: unknown, listing: ClusterListing | null): KindRead => ({
  kind: key,
  listing,
  gap: asGap(error),
  wide: !(error instanceof KubeRefusal) || error.status === 401,
})

/** What struck the whole API need not be told once for each kind. */
function uniteGaps(read: readonly KindRead[]): KubeRead['gaps'] {
  const gaps = read.flatMap(({ kind, gap, wide }) => (gap ? [{ kind, gap, wide }] : []))
  const [first] = gaps
  if (first && gaps.length > 1 && gaps.every((one) => one.wide && one.gap.reason === first.gap.reason))
    return [{ kind: gaps.map((one) => one.kind).join(', '), gap: first.gap }]
  return gaps.map(({ kind, gap }) => ({ kind, gap }))
}

const pathIn = ({ namespaced }: Kind, path: string, { namespace }: KubeOptions): string =>
  namespaced && namespace !== undefined
    ? path.replace(/\/([a-z]+)$/, `/namespaces/${encodeURIComponent(namespace)}/$1`)
    : path

function queryOf(object: string, { pods, selector, limit }: KubeOptions) {
  const node = object === 'Pod' && typeof pods === 'object' ? pods.node : null
  return {
    fieldSelector: node === null ? undefined : `spec.nodeName=${node}`,
    labelSelector: object === 'Service' ? selector : undefined,
    ...(limit === undefined ? {} : { limit }),
  }
}

interface ListRead extends ListTaker {
  /** null where nothing came before it failed. */
  finish(date: string | null, failed: Gap | null): ClusterListing | null
}

/** One list on its way into a cluster. */
function startList({ key, namespaced }: Kind, object: string, options: KubeOptions): ListRead {
  const { fieldSelector, labelSelector } = queryOf(object, options)
  const narrowed = [fieldSelector, labelSelector].flatMap((one) => (one === undefined ? [] : [`${key} with ${one}`]))
  let draft = emptyCluster()
  let born: (number | null)[] = []
  return {
    item(value) {
      if (typeof value !== 'object' || value === null || !addObject(draft, { ...value, kind: object }, 0)) return
      const time = Date.parse(textAt(value, 'metadata', 'creationTimestamp') ?? '')
      born.push(Number.isNaN(time) ? null : time)
    },
    restart() {
      draft = emptyCluster()
      born = []
    },
    finish(date, failed) {
      if (failed && born.length === 0) return null
      const cuts = [...narrowed, ...(failed ? [`${key}: ${failed.reason}`] : [])]
      const scope = namespaced && options.namespace !== undefined ? `${key} in ${options.namespace}` : key
      return {
        cluster: withAges(draft, born, date === null ? Date.now() : Date.parse(date)),
        origin: { via: 'kubernetes api' },
        coverage: cuts.length > 0 ? [] : [{ of: 'keys', keys: [scope] }],
        cuts,
      }
    },
  }
}

/** The API tells when a thing was made; the server's clock makes an age of it. A list holds one kind of things. */
function withAges(draft: Cluster, born: readonly (number | null)[], now: number): Cluster {
  const aged = <T extends { readonly ageSeconds: number | null }>(all: readonly T[]) =>
    all.map((one, index) => {
      const time = born[index] ?? null
      return { ...one, ageSeconds: time === null ? null : Math.max(0, Math.round((now - time) / 1000)) }
    })
  return { ...draft, nodes: aged(draft.nodes), pods: aged(draft.pods), services: aged(draft.services) }
}
