const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,252})\/[a-z0-9](?:[a-z0-9.-]{0,252})(?::[a-z0-9-]{0,63})?$/

/**
 * The Service port that a comment of kube-proxy names: `ns/name:port`, or `ns/name` for a port without a name.
 * Shape: `ns/name:port`, `… cluster IP`, `… has no endpoints`, `… -> 10.0.0.1:80`, `Balancing rule 0 for …`, `masquerade traffic for …`
 * Gaps:  null for comments that name none. Old versions wrote `ns/name:` for the port without a name
 */
export function serviceOfComment(comment: string): string | null {
  if (!comment.includes('/')) return null
  for (const word of comment.split(' ')) {
    const bare = word.startsWith('"') && word.endsWith('"') ? word.slice(1, -1) : word
    if (NAME.test(bare)) return bare.endsWith(':') ? bare.slice(0, -1) : bare
  }
  return null
}

/**
 * The Service port in a chain's name of kube-proxy's nftables mode: `service-ULMVA6XW-ns/name/tcp/port`,
 * `endpoint-5OJB2KTY-ns/name/tcp/port__10.180.0.1/80`.
 * Gaps: null for other names, and for those cut with `...` (more than 240 characters)
 */
export function serviceOfNftChain(name: string): { readonly service: string; readonly protocol: string } | null {
  const kind = /^(?:service|external|local|firewall|endpoint|affinity)-[A-Z2-7]{8}-/.exec(name)
  if (!kind || name.endsWith('...')) return null
  const [namespace, service, protocol, rest] = name.slice(kind[0].length).split('/', 4)
  if (!namespace || !service || !protocol) return null
  const port = (rest ?? '').split('__', 1)[0] ?? ''
  return { service: `${namespace}/${service}${port === '' ? '' : `:${port}`}`, protocol }
}
