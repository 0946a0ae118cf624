import type { Endpoint, ServicePort } from '../model/cluster.ts'
import { canonicalAddress, parseAddress } from './address.ts'
import { parsePlace, portNumber } from './nat-fields.ts'

/** Endpoints out of `10.0.0.1:80,10.0.0.2:80 + 37 more...`, and how many were not printed. */
export function parseEndpointList(
  text: string,
  portName: string | null = null,
): { readonly endpoints: readonly Endpoint[]; readonly more: number } {
  const more = /\+ ?(\d{1,6}) more\.{0,3}\s*$/.exec(text)
  const list = more ? text.slice(0, more.index) : text
  const endpoints: Endpoint[] = []
  for (const item of list.split(',')) {
    const place = placeOf(item.trim())
    if (place) endpoints.push({ ...place, portName, ready: null, pod: null, node: null })
  }
  return { endpoints, more: more ? Number(more[1]) : 0 }
}

/** `10.0.0.1:80`, `[fd00::1]:80`, and `fd00::1:80` as kubectl before 1.20 wrote it. */
function placeOf(text: string): { readonly address: string; readonly port: number | null } | null {
  const colon = text.lastIndexOf(':')
  if (!text.startsWith('[') && text.indexOf(':') !== colon) {
    const port = portNumber(text.slice(colon + 1))
    const address = text.slice(0, colon)
    if (port !== null && parseAddress(address).family === 6) return { address: canonicalAddress(address), port }
  }
  return parsePlace(text)
}

/** `80/TCP`, `80:30720/TCP`, `443/TCP,80:30080/TCP`; null for anything else. */
export function parseServicePorts(text: string): readonly ServicePort[] | null {
  const ports: ServicePort[] = []
  for (const item of text.split(',')) {
    const found = /^(\d{1,5})(?::(\d{1,5}))?\/([A-Z]{3,4})$/.exec(item)
    if (!found) return null
    ports.push({
      name: null,
      port: portNumber(found[1] ?? ''),
      protocol: (found[3] ?? '').toLowerCase(),
      nodePort: portNumber(found[2] ?? ''),
      targetPort: null,
    })
  }
  return ports
}
