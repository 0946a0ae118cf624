import { parseDocument } from 'yaml'

interface Fragment {
  readonly apiVersion?: string
  readonly kind?: string
  readonly spec?: {
    readonly containers?: readonly object[]
    readonly template?: { readonly spec?: object }
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

const CONTAINERS = [{ name: 'web', image: 'nginx' }]
const LABELS = { app: 'web' }

/**
 * The object that a fragment of advice belongs to, so that an API server can judge it: `spec` alone is a Pod's, one with a `template`
 * a Deployment's. null: of a kind that a plain API server does not know (Calico's resources, configuration files of components).
 */
export function manifestOf(text: string): object | null {
  const { apiVersion, kind, spec, ...rest } = parseDocument(text).toJS() as Fragment
  const isFileOrCustom =
    apiVersion !== undefined && /\.config\.k8s\.io\/|projectcalico\.org\/|cilium\.io\//.test(apiVersion)
  if (isFileOrCustom || (apiVersion === undefined && spec === undefined)) return null
  const metadata = { name: 'advice', namespace: 'default' }
  if (apiVersion !== undefined)
    return { ...rest, apiVersion, kind, spec, metadata: { ...metadata, ...metadataOf(rest) } }
  if (spec?.template === undefined)
    return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: CONTAINERS, ...spec } }
  const template = { metadata: { labels: LABELS }, spec: { containers: CONTAINERS, ...spec.template.spec } }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { selector: { matchLabels: LABELS }, ...spec, template },
  }
}

const metadataOf = ({ metadata }: { readonly [field: string]: unknown }): object =>
  typeof metadata === 'object' && metadata !== null ? metadata : {}
