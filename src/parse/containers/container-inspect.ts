import type { PodRef } from '../../model/pod-ref.ts'
import type { Container } from '../../model/snapshot.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { gatherJson } from '../network/json-lines.ts'
import { keep } from '../network/network-of.ts'
import { at, isMap, numberAt, textAt, type Untyped } from '../untyped.ts'
import { podOf } from './container-table.ts'

/**
 * Read the JSON of `docker inspect`, `nerdctl inspect`, `podman inspect` and `crictl inspect`, `crictl ps -o json`,
 * and of `ctr containers info` (which tells no state and no pid).
 * Shape:  container → pid on the host, pod by kubelet's labels
 * Errors: JSON that breaks off is lost; objects that are no containers are passed over
 */
export const containerInspect: Format = {
  name: 'container-inspect',
  opens: (text) => /^\s*[[{]\s*$/.test(text),
  read: startInspect,
}

function startInspect(context: ReadContext): FormatReader {
  const json = gatherJson()
  let first: number | null = null
  return {
    take(text, line) {
      if (!json.take(text)) return false
      first ??= line
      return true
    },
    finish() {
      const trouble = startTrouble(context)
      const origin = originAt(context, first ?? 0)
      if (json.broken()) trouble.lose(first ?? 0, 'JSON that breaks off')
      const containers: Container[] = []
      const objects = json.values().flatMap((value): readonly Untyped[] => {
        const listed = at(value, 'containers')
        return Array.isArray(value)
          ? (value as readonly Untyped[])
          : Array.isArray(listed)
            ? (listed as readonly Untyped[])
            : [value]
      })
      for (const one of objects) {
        const container = dockerContainer(one, origin) ?? containerdContainer(one, origin) ?? criContainer(one, origin)
        if (container) keep(containers, container)
      }
      return trouble.result(containers.length > 0 ? [{ question: 'containers', containers }] : [])
    },
  }
}

function podIn(labels: Untyped): PodRef | null {
  const label = (name: string) => (isMap(labels) && typeof labels[name] === 'string' ? labels[name] : null)
  const name = label('io.kubernetes.pod.name')
  if (name === null) return null
  return {
    uid: label('io.kubernetes.pod.uid'),
    containerId: null,
    namespace: label('io.kubernetes.pod.namespace'),
    name,
  }
}

const runningPid = (pid: number | null) => (pid !== null && pid > 0 ? pid : null)

function dockerContainer(one: Untyped, origin: Container['origin']): Container | null {
  const id = textAt(one, 'Id')
  if (id === null || !isMap(at(one, 'State'))) return null
  const name = textAt(one, 'Name')
  return {
    id,
    name: name?.replace(/^\//, '') ?? null,
    image: textAt(one, 'Config', 'Image') ?? textAt(one, 'ImageName'),
    state: textAt(one, 'State', 'Status')?.toLowerCase() ?? null,
    pid: runningPid(numberAt(one, 'State', 'Pid')),
    pod: podIn(at(one, 'Config', 'Labels')) ?? podOf(name ?? ''),
    restarts: nonNegative(numberAt(one, 'RestartCount')),
    origin,
  }
}

/** Of a Pod's containers the label tells the name; the sandbox has none. */
function containerdContainer(one: Untyped, origin: Container['origin']): Container | null {
  const id = textAt(one, 'ID')
  const labels = at(one, 'Labels')
  if (id === null || textAt(one, 'Runtime', 'Name') === null) return null
  return {
    id,
    name: isMap(labels) ? textAt(labels, 'io.kubernetes.container.name') : null,
    image: textAt(one, 'Image'),
    state: null,
    pid: null,
    pod: podIn(labels),
    restarts: null,
    origin,
  }
}

function criContainer(one: Untyped, origin: Container['origin']): Container | null {
  const status = isMap(at(one, 'status')) ? at(one, 'status') : one
  const id = textAt(status, 'id')
  const state = textAt(status, 'state')
  if (id === null || state === null) return null
  return {
    id,
    name: textAt(status, 'metadata', 'name'),
    image: textAt(status, 'image', 'image'),
    state: state.replace(/^CONTAINER_/, '').toLowerCase(),
    pid: runningPid(numberAt(one, 'info', 'pid')),
    pod: podIn(at(status, 'labels')),
    restarts: nonNegative(numberAt(status, 'metadata', 'attempt')),
    origin,
  }
}

const nonNegative = (value: number | null) => (value !== null && value >= 0 ? value : null)
