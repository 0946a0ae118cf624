import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { findWay } from '../../src/lab/namespace.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/kube-parts', import.meta.url))

/** Programs that scripts/kube-parts makes. */
export type Part =
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-proxy'
  | 'kube-proxy-both-families'
  | 'etcd'
  | 'kubectl'
  | 'containerd'
  | 'containerd-shim-runc-v2'
  | 'ctr'
  | 'runc'

export const FOLDER = lookForParts()
const found = await findWay()

/** Why no test with a real cluster can run here, to stand behind the name of a skipped test; null: they can. */
export const NO_CLUSTER: string | null =
  found.way !== 'named'
    ? ` (skipped: root is needed${found.way === null ? `; ${found.why}` : ''})`
    : FOLDER === null
      ? ' (skipped: scripts/kube-parts has not made the parts of Kubernetes)'
      : null

/** Errors: throws where the parts were not made. */
export function pathOfPart(part: Part): string {
  if (FOLDER === null) throw new Error('no parts of Kubernetes here: run scripts/kube-parts')
  return `${FOLDER}/bin/${part}`
}

function lookForParts(): string | null {
  try {
    return execFileSync('sh', [SCRIPT, '--if-present'], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}
