import type { Expected, ExpectedEndpoints, Row } from '../../scripts/capture-cluster/expect.ts'
import type { CollectedText } from '../../src/collect/transcript.ts'
import { isUntranslated } from '../../src/facts/flow-nat.ts'
import { nodeForwardings } from '../../src/facts/node-forwardings.ts'
import type { Cluster, EndpointSet, Service } from '../../src/model/cluster.ts'
import type { Netns } from '../../src/model/snapshot.ts'

/** Where the reading of a fixture and what the API, the kernel or the runtime held disagree, a sentence each. */
export function clusterHeldAgainst(expected: Expected, read: CollectedText): readonly string[] {
  const clusters = read.clusters.flatMap(({ listings }) => listings.map(({ cluster }) => cluster))
  const snapshots = read.series.flatMap((one) => one.snapshots)
  const hosts = snapshots.flatMap(({ netns }) => netns).filter(({ kind }) => kind === 'host')
  const containers = snapshots.flatMap((one) => (one.containers.ok ? one.containers.data : []))
  if (expected.nothing) {
    const told = [
      clusters.some(tells) && 'a cluster',
      hosts.some(({ nat }) => nat.ok) && 'rules',
      hosts.some(({ flows }) => flows.ok) && 'flows',
    ]
    return [...told, containers.length > 0 && 'containers'].flatMap((what) =>
      what ? [`${what} was read where there is none`] : [],
    )
  }
  const all = <K extends keyof Cluster>(kind: K) =>
    clusters.flatMap((cluster): readonly Cluster[K][number][] => cluster[kind])
  return [
    ...rows(
      'node',
      expected.nodes,
      all('nodes').map((one) => ({ ...one, roles: one.roles?.toSorted() })),
    ),
    ...rows('service', expected.services, all('services').map(serviceRow)),
    ...rows(
      'pod',
      expected.pods,
      all('pods').map((one) => ({ ...one, phase: one.status, name: pathOf(one) })),
    ),
    ...rows(
      'event',
      expected.events,
      all('events').map((one) => ({ ...one, name: `${one.namespace}/${one.object}` })),
    ),
    ...endpoints(expected.endpoints, all('endpoints')),
    ...nodePorts(expected.nodePorts, hosts),
    ...flows(expected.flows, hosts),
    ...rows(
      'container',
      expected.containers,
      containers.map((one) => ({
        ...one,
        container: one.name,
        name: one.id,
        pod: one.pod && { namespace: one.pod.namespace, name: one.pod.name, uid: one.pod.uid },
      })),
    ),
  ]
}

const tells = (cluster: Cluster) => Object.values(cluster).some((list: readonly unknown[]) => list.length > 0)
const pathOf = ({ namespace, name }: { readonly namespace: string | null; readonly name: string }) =>
  `${namespace}/${name}`

const serviceRow = (one: Service) => ({
  ...one,
  name: pathOf(one),
  nodePorts: one.ports.flatMap(({ nodePort }) => nodePort ?? []).sort(),
  ports: one.ports.map(({ port, protocol }) => `${port}/${protocol}`).sort(),
  portNames: one.ports.flatMap(({ name }) => name ?? []).sort(),
})

/** Each expected row is there, as it is, and no other. An event may have been told of one object several times. */
function rows(
  what: string,
  wanted: readonly Row[] | undefined,
  found: readonly { readonly name: string }[],
): readonly string[] {
  if (!wanted) return []
  const left = found.map((one) => ({ ...one }) as Row)
  const missing = wanted.flatMap((row) => {
    const at = left.findIndex((one) => Object.entries(row).every(([field, value]) => same(one[field], value)))
    if (at < 0) {
      const near = left
        .filter(({ name }) => name === row.name)
        .map((one) => Object.fromEntries(Object.keys(row).map((field) => [field, one[field]])))
      return [`${what} ${JSON.stringify(row)} was read as ${JSON.stringify(near)}`]
    }
    left.splice(at, 1)
    return []
  })
  return [...missing, ...(missing.length === 0 ? left.map(({ name }) => `${what} ${name} is not there`) : [])]
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `+ 1 more...` counts, whichever they are. */
function endpoints(wanted: readonly ExpectedEndpoints[] | undefined, found: readonly EndpointSet[]): readonly string[] {
  if (!wanted) return []
  const byService = Map.groupBy(found, ({ namespace, service }) => `${namespace}/${service}`)
  const strange = [...byService.keys()].filter((name) => !wanted.some(({ service }) => service === name))
  return [
    ...strange.map((name) => `endpoints of ${name} are not there`),
    ...wanted.flatMap(({ service, ready, unready }) => {
      const sets = byService.get(service)
      if (!sets) return [`endpoints of ${service} are missing`]
      const shown = (fits: (ready: boolean | null) => boolean) =>
        sets
          .flatMap((set) =>
            set.endpoints.filter((one) => fits(one.ready)).map(({ address, port }) => `${address}:${port}`),
          )
          .sort()
      const more = sets.reduce((sum, one) => sum + one.more, 0)
      const good = shown((is) => is !== false)
      const bad = shown((is) => is === false)
      const fits = good.every((one) => ready.includes(one)) && good.length + more === ready.length
      return [
        ...(fits ? [] : [`${service} ready ${ready.join(' ')}, read as ${good.join(' ')} and ${more} more`]),
        ...(unready === null || same(unready, bad)
          ? []
          : [`${service} not ready ${unready.join(' ')}, read as ${bad.join(' ')}`]),
      ]
    }),
  ]
}

function nodePorts(wanted: Expected['nodePorts'], hosts: readonly Netns[]): readonly string[] {
  if (!wanted) return []
  const found = hosts
    .flatMap(({ nat }) => (nat.ok ? nodeForwardings(nat.data) : []))
    .filter(({ nodePort }) => nodePort !== null)
  const read = Object.fromEntries(
    found.map(({ nodePort, service, endpoints: sent }) => [
      nodePort,
      {
        service,
        endpoints: sent.flatMap(({ address, port }) => (address === null ? [] : [`${address}:${port}`])).sort(),
      },
    ]),
  )
  return same(wanted, read) ? [] : [`NodePorts ${JSON.stringify(wanted)}, read as ${JSON.stringify(read)}`]
}

function flows(wanted: Expected['flows'], hosts: readonly Netns[]): readonly string[] {
  const found = hosts.flatMap((one) =>
    one.flows.ok ? one.flows.data.listings.flatMap((listing) => listing.flows) : [],
  )
  return Object.entries(wanted ?? {}).flatMap(([port, { count, untranslated }]) => {
    const here = found.filter(({ original }) => original.destinationPort === Number(port))
    const past = here.filter((flow) => isUntranslated(flow) === true)
    return here.length === count && past.length === untranslated
      ? []
      : [`flows to ${port}: ${count}, ${untranslated} of them untranslated; read as ${here.length}, ${past.length}`]
  })
}
