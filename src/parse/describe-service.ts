import type { Endpoint, EndpointSet, Service, ServicePort } from '../model/cluster.ts'
import { canonicalAddress, parseAddress } from './address.ts'
import { type Description, fieldsIn, labelsOf, type Section, sectionOf, tableIn, textOf } from './describe-sections.ts'
import { parseEndpointList } from './kube-endpoints.ts'
import { portNumber } from './nat-fields.ts'

/** A Service out of `kubectl describe service`: old forms (`IP:`, `LoadBalancer Ingress:`) and new ones. */
export function describedService(description: Description, name: string, namespace: string | null): Service {
  const clusterIp = textOf(description, 'IPs') ?? textOf(description, 'IP')
  const shown = (...keys: readonly string[]) => description.sections.some((section) => keys.includes(section.key))
  const external = [textOf(description, 'External IPs'), textOf(description, 'LoadBalancer Ingress')]
    .flatMap((value) => value?.split(',') ?? [])
    .map((one) => one.trim().replace(/ \((?:VIP|Proxy)\)$/, ''))
  return {
    namespace,
    name,
    type: textOf(description, 'Type'),
    clusterIps: clusterIp === null ? null : clusterIp === 'None' ? [] : clusterIp.split(',').map((ip) => ip.trim()),
    // Both keys are left out where there is nothing to tell, so only a shown one tells.
    externalIps: shown('External IPs', 'LoadBalancer Ingress') ? external : null,
    ports: portsOf(description.sections),
    selector: textOf(description, 'Selector'),
    externalTrafficPolicy: textOf(description, 'External Traffic Policy'),
    sessionAffinity: textOf(description, 'Session Affinity'),
    ageSeconds: null,
    line: description.line,
  }
}

/** Ports stand in groups: Port, TargetPort, NodePort, Endpoints. */
function portsOf(sections: readonly Section[]): readonly ServicePort[] {
  const ports: { -readonly [K in keyof ServicePort]: ServicePort[K] }[] = []
  for (const { key, value } of sections) {
    const last = ports.at(-1)
    if (key === 'Port') {
      const port = namedPort(value)
      if (port)
        ports.push({ name: port.name, port: port.port, protocol: port.protocol, nodePort: null, targetPort: null })
    } else if (key === 'TargetPort' && last) last.targetPort = value.split('/', 1)[0] ?? null
    else if (key === 'NodePort') {
      const port = namedPort(value)
      if (last && last.nodePort === null && port) last.nodePort = port.port
      // The rows before it were cut away.
      else if (!last && port)
        ports.push({ name: port.name, port: null, protocol: port.protocol, nodePort: port.port, targetPort: null })
    }
  }
  return ports
}

/** `http 80/TCP`, `<unset>  80/TCP`, `80/TCP`. */
function namedPort(
  value: string,
): { readonly name: string | null; readonly port: number; readonly protocol: string } | null {
  const found = /^(?:(\S{1,63})\s+)?(\d{1,5})\/([A-Z]{3,4})$/.exec(value)
  const port = portNumber(found?.[2] ?? '')
  if (!found || port === null) return null
  const name = found[1] === undefined || found[1] === '<unset>' ? null : found[1]
  return { name, port, protocol: (found[3] ?? '').toLowerCase() }
}

/** The backends that a description lists. */
export function describedBackends(
  kind: 'service' | 'endpoints' | 'endpointslice',
  description: Description,
  name: string,
  namespace: string | null,
): readonly EndpointSet[] {
  if (kind === 'service') return ofService(description, name, namespace)
  const { endpoints, service } =
    kind === 'endpoints'
      ? { endpoints: ofSubsets(description), service: name }
      : { endpoints: ofSlice(description), service: serviceOfSlice(description, name) }
  return [{ namespace, service, endpoints, more: 0, line: description.line }]
}

function ofService(description: Description, name: string, namespace: string | null): readonly EndpointSet[] {
  const sets: EndpointSet[] = []
  let portName: string | null = null
  for (const { key, value, line } of description.sections) {
    if (key === 'Port') portName = namedPort(value)?.name ?? null
    else if (key === 'Endpoints') sets.push({ namespace, service: name, ...parseEndpointList(value, portName), line })
  }
  return sets
}

interface PortRow {
  readonly name: string | null
  readonly port: number | null
}

function portRows(body: Section['body']): readonly PortRow[] {
  return tableIn(body).map(({ cells }) => {
    const name = cells.get('Name') ?? ''
    return { name: name === '' || name === '<unset>' ? null : name, port: portNumber(cells.get('Port') ?? '') }
  })
}

/** `Subsets:` hold groups of Addresses, NotReadyAddresses and a table of ports. */
function ofSubsets(description: Description): readonly Endpoint[] {
  const body = sectionOf(description, 'Subsets')?.body ?? []
  const starts = body.flatMap((line, index) => (/^\s+Addresses:/.test(line.text) ? [index] : []))
  return starts.flatMap((start, index) => {
    const group = body.slice(start, starts[index + 1])
    const table = group.findIndex((line) => /^\s+Ports:/.test(line.text))
    const ports = table < 0 ? [] : portRows(group.slice(table + 1))
    const addresses = fieldsIn(group).flatMap(({ key, value }) =>
      key === 'Addresses' || key === 'NotReadyAddresses'
        ? addressesOf(value).map((address) => ({ address, ready: key === 'Addresses' }))
        : [],
    )
    return spread(
      addresses.map((one) => ({ ...one, pod: null, node: null })),
      ports,
    )
  })
}

const addressesOf = (value: string) =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => parseAddress(one).family !== 0)
    .map(canonicalAddress)

/** Every address on every port; with no port printed, each address once. */
function spread(
  addresses: readonly Omit<Endpoint, 'port' | 'portName'>[],
  ports: readonly PortRow[],
): readonly Endpoint[] {
  const rows: readonly PortRow[] = ports.length > 0 ? ports : [{ name: null, port: null }]
  return rows.flatMap((row) => addresses.map((one) => ({ ...one, port: row.port, portName: row.name })))
}

function ofSlice(description: Description): readonly Endpoint[] {
  const ports = portRows(sectionOf(description, 'Ports')?.body ?? [])
  const addresses: { address: string; ready: boolean | null; pod: string | null; node: string | null }[] = []
  let current: typeof addresses = []
  for (const { key, value } of fieldsIn(sectionOf(description, 'Endpoints')?.body ?? [])) {
    if (key === 'Addresses') {
      current = addressesOf(value).map((address) => ({ address, ready: null, pod: null, node: null }))
      addresses.push(...current)
    }
    for (const one of current) {
      if (key === 'Ready') one.ready = value === 'true' ? true : value === 'false' ? false : null
      else if (key === 'TargetRef' && value.startsWith('Pod/')) one.pod = value.slice(4)
      else if (key === 'NodeName' && !value.startsWith('<')) one.node = value
    }
  }
  return spread(addresses, ports)
}

const serviceOfSlice = (description: Description, name: string) =>
  labelsOf(description)?.['kubernetes.io/service-name'] ?? name.replace(/-[a-z0-9]{5}$/, '')
