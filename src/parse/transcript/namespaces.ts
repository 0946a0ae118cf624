import type { Content, NamedNetns } from '../../model/block.ts'
import type { PodRef } from '../../model/pod-ref.ts'
import type { Container } from '../../model/snapshot.ts'
import type { NetnsName, Where } from './invocation.ts'
import type { Ran } from './sink.ts'

export const HOST_NETNS: NamedNetns = { key: 'host', kind: 'host', pod: null }
export const UNPLACED: NamedNetns = { key: 'unplaced', kind: 'unplaced', pod: null }

/**
 * Which network namespace a command ran in, as far as wrappers (`nsenter`, `kubectl exec`) and the shells they open tell.
 * A pid is tied to its container by `docker inspect`, a container to its pod by `kubectl describe`, where the text shows these.
 */
export interface Namespaces {
  /** Learn from what kubectl, docker and crictl printed, and follow shells that open and close. */
  learn(ran: Ran): void
  /** A shell inside a namespace is taken to be over. */
  leave(): void
  /** null: nothing tells. */
  of(where: Where, pid: string | null): NamedNetns | null
  /** The machine on which a prompt stands: inside of a container it shows the container's name. */
  machineOf(promptHost: string | null): string | null
  /** A shell that kubectl opened: it runs on a machine that nobody named. */
  readonly inPod: boolean
  /** Namespaces other than the host's that the text has entered so far; the last one first. */
  readonly entered: readonly NamedNetns[]
}

interface Shell {
  readonly netns: NamedNetns
  /** The prompt's host where it was opened, and the machine it runs on. */
  readonly from: string | null
  readonly machine: string | null
  /** A container has a prompt of its own: the old prompt again means that the shell is over. */
  readonly ownPrompt: boolean
  /** The host in the prompts inside; null: they name none; undefined: none was seen yet. */
  inside: string | null | undefined
}

const CONTAINER_ID = /(?<![\da-f])[\da-f]{64}(?![\da-f])/

export function followNamespaces(): Namespaces {
  const containerOfPid = new Map<string, string>()
  const podOfContainer = new Map<string, string>()
  const entered: NamedNetns[] = []
  let shell: Shell | null = null

  const podNetns = (pod: PodRef): NamedNetns => {
    const name =
      pod.name === null
        ? (pod.containerId ?? '').slice(0, 12)
        : [pod.namespace, pod.name].filter((part) => part !== null).join('/')
    return { key: `pod ${name}`, kind: 'pod', pod }
  }
  const ofContainer = (container: string): NamedNetns => {
    const known = [...podOfContainer].find(([id]) => id.startsWith(container))
    const isId = /^[\da-f]{12,64}$/.test(container)
    const name = known?.[1] ?? (isId ? null : container)
    return podNetns({ uid: null, containerId: known?.[0] ?? (isId ? container : null), namespace: null, name })
  }
  const resolve = (name: NetnsName): NamedNetns => {
    switch (name.by) {
      case 'host':
        return HOST_NETNS
      case 'name':
        return { key: `named ${name.name}`, kind: 'named', pod: null }
      case 'pod':
        return podNetns({ uid: null, containerId: null, namespace: name.namespace, name: name.pod })
      case 'container':
        return ofContainer(name.container)
      case 'pid': {
        const container = containerOfPid.get(name.pid)
        return container === undefined ? { key: `pid ${name.pid}`, kind: 'other', pod: null } : ofContainer(container)
      }
    }
  }
  const enter = (netns: NamedNetns): NamedNetns => {
    if (netns.kind === 'host') return netns
    const at = entered.findIndex((one) => one.key === netns.key)
    if (at >= 0) entered.splice(at, 1)
    entered.unshift(netns)
    return netns
  }

  return {
    entered,
    get inPod() {
      return shell?.ownPrompt === true && shell.machine === null
    },
    learn(ran) {
      for (const { id, pid, pod } of ran.pieces.flatMap((piece) => piece.content.flatMap(containersIn))) {
        if (pid !== null) containerOfPid.set(String(pid), id)
        if (pod?.name) podOfContainer.set(id, pod.name)
      }
      for (const pipeline of ran.pipelines) {
        const { first, where } = pipeline
        const words = [first.program, ...first.args]
        if (where.shell && where.netns) {
          const from = ran.prompt?.host ?? null
          shell = {
            netns: enter(resolve(where.netns)),
            from,
            machine: where.viaKubectl ? null : (where.host ?? from),
            ownPrompt: where.netns.by === 'container' || where.netns.by === 'pod' || where.host !== null,
            inside: undefined,
          }
        }
        if (/^(?:exit|logout)$/.test(first.program)) shell = null
        const inspected = words.includes('inspect') ? words.find((word) => /^[\da-f]{12,64}$/.test(word)) : undefined
        const pid = ran.printed.find((line) => /^\s*(?:"?pid"?:\s*)?\d+,?\s*$/i.test(line))?.replace(/\D/g, '')
        if (inspected !== undefined && pid !== undefined) containerOfPid.set(pid, inspected)
        const id = ran.printed.map((line) => CONTAINER_ID.exec(line)?.[0]).find((one) => one !== undefined)
        const pod = podAskedFor(words)
        if (id !== undefined && pod !== null) podOfContainer.set(id, pod)
      }
    },
    leave() {
      shell = null
    },
    machineOf(promptHost) {
      if (shell?.ownPrompt) {
        const back = promptHost !== null && promptHost === shell.from
        // Another machine's prompt than the one inside: nobody wrote down the exit.
        const elsewhere = shell.inside !== undefined && promptHost !== null && promptHost !== shell.inside
        if (shell.inside === undefined) shell.inside = promptHost
        if (back || elsewhere) shell = null
      }
      return shell?.ownPrompt ? shell.machine : promptHost
    },
    of(where, pid) {
      if (where.netns) return enter(resolve(where.netns))
      if (pid !== null) return pid === '1' ? HOST_NETNS : enter(resolve({ by: 'pid', pid }))
      return shell?.netns ?? null
    },
  }
}

const containersIn = (content: Content): readonly Container[] =>
  content.question === 'containers' ? content.containers : []

/** `kubectl describe pod NAME`, `kubectl get pod/NAME`: NAME. */
function podAskedFor(words: readonly string[]): string | null {
  if (!/^(?:kubectl|k|oc)$/.test(words[0] ?? '')) return null
  const slashed = words.find((word) => /^(?:po|pods?)\/[\w.-]+$/.test(word))
  if (slashed) return slashed.slice(slashed.indexOf('/') + 1)
  const next = words[words.findIndex((word) => /^(?:po|pods?)$/.test(word)) + 1]
  return words.some((word) => /^(?:po|pods?)$/.test(word)) && next !== undefined && /^[a-z\d][\w.-]*$/.test(next)
    ? next
    : null
}
