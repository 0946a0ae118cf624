import type { PodRef } from '../../model/pod-ref.ts'
import type { Container } from '../../model/snapshot.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { keep } from '../network/network-of.ts'

/**
 * Read `docker ps` (also nerdctl, podman) and `crictl ps`.
 * Shape:  columns as their heads stand: CONTAINER ID, IMAGE, STATE or STATUS, NAME or NAMES, POD ID, POD, ATTEMPT
 * Gaps:   no pids. docker names a pod's containers `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`: from that the pod is told
 * Errors: a row shorter than its head is lost
 */
export const containerTable: Format = {
  name: 'container-table',
  opens: (text) => HEAD.test(text),
  read: startTable,
}

const HEAD = /^CONTAINER(?: ID)?\s{2,}IMAGE\s{2,}.{0,200}(?:STATUS|STATE)\s/
const COLUMN = /CONTAINER ID|POD ID|[A-Z]+/g

function startTable(context: ReadContext): FormatReader {
  const containers: Container[] = []
  const trouble = startTrouble(context)
  let columns: readonly { readonly name: string; readonly from: number }[] | null = null
  return {
    take(text, line) {
      if (HEAD.test(text)) {
        columns = [...text.slice(0, 1000).matchAll(COLUMN)].map((found) => ({ name: found[0], from: found.index }))
        return true
      }
      const id = /^[\da-f]{10,64}(?=\s)/.exec(text)?.[0]
      if (columns === null || id === undefined) return false
      const cells = cellsOf(text, columns)
      const name = cells.get('NAMES') ?? cells.get('NAME') ?? null
      if (name === null || name === '') {
        trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
        return true
      }
      keep(containers, {
        id,
        name: nameIn(name),
        image: cells.get('IMAGE') ?? null,
        state: stateOf(cells.get('STATE') ?? cells.get('STATUS') ?? ''),
        pid: null,
        pod: podOf(name) ?? podNamed(cells),
        restarts: /^\d{1,9}$/.test(cells.get('ATTEMPT') ?? '') ? Number(cells.get('ATTEMPT')) : null,
        origin: originAt(context, line),
      })
      return true
    },
    finish: () => trouble.result([{ question: 'containers', containers }]),
  }
}

/** Cells begin where their heads do; where a cell is wider than its column, all behind it are shifted: then blanks part them. */
function cellsOf(
  text: string,
  columns: readonly { readonly name: string; readonly from: number }[],
): ReadonlyMap<string, string> {
  const aligned = columns.every(({ from }) => from === 0 || from >= text.length || text[from - 1] === ' ')
  const cells = aligned
    ? columns.map(({ from }, i) => text.slice(from, columns[i + 1]?.from ?? text.length).trim())
    : text
        .slice(0, 4000)
        .trim()
        .split(/\s{2,}/)
  return new Map(columns.map(({ name }, i) => [name, cells[i] ?? '']))
}

const stateOf = (status: string): string | null => {
  const first = status.split(' ', 1)[0]?.toLowerCase() ?? ''
  return first === '' ? null : first === 'up' ? 'running' : first
}

const nameIn = (name: string) => /^k8s_([^_]{1,64})_/.exec(name)?.[1] ?? name

/** `k8s_nginx_web-0_default_0b1c…_3`. */
export function podOf(name: string): PodRef | null {
  const found = /^\/?k8s_[^_]{1,64}_([^_]{1,253})_([^_]{1,63})_([\da-f-]{8,40})_\d{1,9}$/.exec(name)
  return found
    ? { uid: found[3] ?? null, containerId: null, namespace: found[2] ?? null, name: found[1] ?? null }
    : null
}

function podNamed(cells: ReadonlyMap<string, string>): PodRef | null {
  const name = cells.get('POD')
  if (name === undefined || name === '') return null
  return { uid: null, containerId: null, namespace: cells.get('NAMESPACE') ?? null, name }
}
