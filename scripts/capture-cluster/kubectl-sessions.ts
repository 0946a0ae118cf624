import type { Expected, Row } from './expect.ts'
import { endpointsRow, eventRow, nodeRow, type Objects, podRow, serviceRow } from './truth.ts'

/** What somebody types, who they are, and what the form of the answer shows. */
export interface Session {
  readonly slug: string
  readonly command: string
  readonly as?: 'nobody' | 'nowhere' | 'stranger'
  readonly expect: (objects: Objects) => Expected
}

const NODE = ['status', 'roles', 'version']
const NODE_WIDE = [...NODE, 'addresses', 'kernel', 'os', 'runtime']
const SERVICE = ['type', 'clusterIps', 'externalIps', 'nodePorts', 'ports']
const POD = ['status', 'ready', 'restarts']
const POD_OBJECT = ['phase', 'ready', 'restarts', 'ip', 'node', 'hostNetwork', 'labels', 'containerIds']

const inShop = (row: { readonly name: string }) => row.name.startsWith('shop/')
const only = (rows: readonly Row[], fields: readonly string[]): readonly Row[] =>
  rows.map((row) => ({ name: row.name, ...Object.fromEntries(fields.map((field) => [field, row[field]])) }))

const nodes =
  (fields: readonly string[]) =>
  (all: Objects): Expected => ({ nodes: only(all.nodes.map(nodeRow), fields) })
const services =
  (fields: readonly string[], fits: (row: Row) => boolean = () => true) =>
  (all: Objects): Expected => ({
    services: only(all.services.map(serviceRow).filter(fits), fields),
  })
const pods =
  (fields: readonly string[], fits: (row: Row) => boolean = () => true) =>
  (all: Objects): Expected => ({
    pods: only(all.pods.map(podRow).filter(fits), fields),
  })
const events =
  (fields: readonly string[]) =>
  (all: Objects): Expected => ({ events: only(all.events.map(eventRow), fields) })
/** `pairs`: address and port stand together. */
const endpoints =
  (shows: { readonly unready: boolean }, fits: (row: { readonly name: string }) => boolean = () => true) =>
  (all: Objects): Expected => ({
    endpoints: all.endpoints
      .map(endpointsRow)
      .filter(({ service }) => fits({ name: service }))
      .map((one) => ({ ...one, unready: shows.unready ? one.unready : null })),
  })
const both =
  (...parts: readonly ((all: Objects) => Expected)[]) =>
  (all: Objects): Expected =>
    Object.assign({}, ...parts.map((part) => part(all)))
const nothing = (): Expected => ({ nothing: true })
const named = (name: string) => (row: { readonly name: string }) => row.name === name
/** Slices exist for Services with a selector, and for the API's own. */
const isSliced = (row: { readonly name: string }) => row.name !== 'shop/mirror'

export const KUBECTL_SESSIONS: readonly Session[] = [
  { slug: 'get-nodes', command: 'kubectl get nodes', expect: nodes(NODE) },
  { slug: 'get-nodes-wide', command: 'kubectl get no -o wide', expect: nodes(NODE_WIDE) },
  { slug: 'get-nodes-labels', command: 'kubectl get nodes --show-labels', expect: nodes([...NODE, 'labels']) },
  { slug: 'get-nodes-zone', command: 'kubectl get nodes -L topology.kubernetes.io/zone', expect: nodes(NODE) },
  { slug: 'get-nodes-yaml', command: 'kubectl get nodes -o yaml', expect: nodes([...NODE_WIDE, 'labels']) },
  { slug: 'get-nodes-json', command: 'kubectl get nodes -ojson', expect: nodes([...NODE_WIDE, 'labels']) },
  {
    slug: 'describe-nodes',
    command: 'kubectl describe nodes',
    expect: nodes(['roles', 'version', 'addresses', 'kernel', 'os', 'runtime', 'labels']),
  },
  { slug: 'get-svc', command: 'kubectl get svc -A', expect: services(SERVICE) },
  {
    slug: 'get-svc-wide',
    command: 'kubectl -n shop get services -o wide',
    expect: services([...SERVICE, 'selector'], inShop),
  },
  { slug: 'get-svc-one', command: 'kubectl get svc web -n shop', expect: services(SERVICE, named('shop/web')) },
  {
    slug: 'get-svc-yaml',
    command: 'kubectl get svc -n shop -o yaml',
    expect: services([...SERVICE, 'portNames', 'selector', 'externalTrafficPolicy'], inShop),
  },
  {
    slug: 'get-svc-json',
    command: 'kubectl get svc -A -o json',
    expect: services([...SERVICE, 'portNames', 'selector', 'externalTrafficPolicy']),
  },
  { slug: 'get-svc-grep', command: 'kubectl get svc -A | grep 31425', expect: services(SERVICE, named('shop/pay')) },
  { slug: 'get-svc-no-headers', command: 'kubectl get svc --all-namespaces --no-headers', expect: services(SERVICE) },
  {
    slug: 'describe-svc',
    command: 'kubectl -n shop describe svc',
    expect: services(['type', 'nodePorts', 'ports', 'portNames', 'selector'], inShop),
  },
  {
    slug: 'describe-svc-one',
    command: 'kubectl describe svc pay -n shop',
    expect: services(
      ['type', 'clusterIps', 'nodePorts', 'ports', 'selector', 'externalTrafficPolicy'],
      named('shop/pay'),
    ),
  },
  { slug: 'get-ep', command: 'kubectl get endpoints --all-namespaces', expect: endpoints({ unready: false }) },
  { slug: 'get-ep-shop', command: 'kubectl get ep -n shop', expect: endpoints({ unready: false }, inShop) },
  {
    slug: 'get-ep-yaml',
    command: 'kubectl get endpoints -n shop -o yaml',
    expect: endpoints({ unready: true }, inShop),
  },
  { slug: 'get-ep-json', command: 'kubectl get ep -A -o json', expect: endpoints({ unready: true }) },
  { slug: 'describe-ep', command: 'kubectl -n shop describe ep', expect: endpoints({ unready: true }, inShop) },
  { slug: 'get-slices', command: 'kubectl get endpointslices -A', expect: alike },
  {
    slug: 'get-slices-yaml',
    command: 'kubectl get endpointslices -n shop -o yaml',
    expect: endpoints({ unready: true }, (row) => inShop(row) && isSliced(row)),
  },
  {
    slug: 'describe-slices',
    command: 'kubectl describe endpointslices -n shop',
    expect: endpoints({ unready: true }, (row) => inShop(row) && isSliced(row)),
  },
  { slug: 'get-pods', command: 'kubectl get pods -A', expect: pods(POD) },
  { slug: 'get-pods-wide', command: 'kubectl get po -A -owide', expect: pods([...POD, 'ip', 'node']) },
  {
    slug: 'get-pods-labels',
    command: 'kubectl get pods -n shop --show-labels',
    expect: pods([...POD, 'labels'], inShop),
  },
  {
    slug: 'get-pods-selector',
    command: 'kubectl get pods -n shop -l app=web -o wide',
    expect: pods([...POD, 'ip', 'node'], (row) => /web/.test(row.name)),
  },
  {
    slug: 'get-pods-of-node',
    command: 'kubectl get pods -A -o wide --field-selector spec.nodeName=node-1',
    expect: pods([...POD, 'ip', 'node'], (row) => row.node === 'node-1'),
  },
  {
    slug: 'get-pods-grep',
    command: "kubectl get pods -A -o wide | grep -E '10.244.1.5|10.244.2.7'",
    expect: pods([...POD, 'ip', 'node'], (row) => row.ip === '10.244.1.5' || row.ip === '10.244.2.7'),
  },
  {
    slug: 'get-pods-columns',
    command:
      'kubectl get pods -A -o custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,IP:.status.podIP,NODE:.spec.nodeName',
    expect: pods(['ip', 'node']),
  },
  { slug: 'get-pods-yaml', command: 'kubectl get pods -n shop -o yaml', expect: pods(POD_OBJECT, inShop) },
  { slug: 'get-pods-json', command: 'kubectl get pods --all-namespaces -o json', expect: pods(POD_OBJECT) },
  {
    slug: 'describe-pods',
    command: 'kubectl describe pods -n shop',
    expect: pods(['phase', 'ip', 'node', 'labels', 'containerIds'], inShop),
  },
  { slug: 'get-events', command: 'kubectl get events -A', expect: events(['type', 'reason']) },
  {
    slug: 'get-events-wide',
    command: 'kubectl get events -n shop -o wide --sort-by=.lastTimestamp',
    expect: events(['type', 'reason', 'count']),
  },
  {
    slug: 'get-events-yaml',
    command: 'kubectl get events -n shop -o yaml',
    expect: events(['type', 'reason', 'count']),
  },
  {
    slug: 'get-svc-ep',
    command: 'kubectl get svc,ep -n shop',
    expect: both(services(SERVICE, inShop), endpoints({ unready: false }, inShop)),
  },
  { slug: 'get-all', command: 'kubectl -n shop get all', expect: both(services(SERVICE, inShop), pods(POD, inShop)) },
  { slug: 'not-found', command: 'kubectl get svc shop-web -n shop', expect: nothing },
  { slug: 'no-resources', command: 'kubectl get pods -n default', expect: nothing },
  { slug: 'no-such-kind', command: 'kubectl get servces -A', expect: nothing },
  { slug: 'forbidden', command: 'kubectl get svc -A', as: 'nobody', expect: nothing },
  { slug: 'unauthorized', command: 'kubectl get nodes', as: 'stranger', expect: nothing },
  { slug: 'refused', command: 'kubectl get nodes -o wide', as: 'nowhere', expect: nothing },
  { slug: 'names', command: 'kubectl get pods -n shop -o name', expect: nothing },
  { slug: 'jsonpath', command: "kubectl get svc -A -o jsonpath='{.items[*].spec.ports[*].nodePort}'", expect: nothing },
  { slug: 'version', command: 'kubectl version', expect: nothing },
  { slug: 'cluster-info', command: 'kubectl cluster-info', expect: nothing },
]

/** Ready and unready stand alike in the table of slices, and only three of them. */
function alike(all: Objects): Expected {
  const { endpoints: sets = [] } = endpoints({ unready: true }, isSliced)(all)
  return {
    endpoints: sets.map((one) => ({
      service: one.service,
      ready: [...one.ready, ...(one.unready ?? [])].sort(),
      unready: null,
    })),
  }
}
