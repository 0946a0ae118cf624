import type { Question } from '../model/block.ts'

import type { Sysctls } from '../model/snapshot.ts'
import { enterNetns } from './enter-netns.ts'
import { openForwarding } from './forwarding-door.ts'
import type { Answer, Host } from './host.ts'
import { asGap } from './host-error.ts'
import { findHostRoot } from './host-root.ts'
import { loadLibc } from './libc.ts'
import { machineTexts } from './live-machine.ts'
import { type NetlinkSocket, openDiag } from './netlink.ts'
import { flowAnswers, networkAnswers } from './netns-answers.ts'
import { type Inside, throughProcess } from './netns-files.ts'
import { type LiveNetns, listNetns, type PodOf } from './netns-refs.ts'
import { readNodeFacts } from './node-facts.ts'
import { openProc, type Proc } from './proc.ts'
import { openPrograms } from './programs.ts'
import { HOST_SYSCTLS, MACHINE_SYSCTLS, NETNS_SYSCTLS, ofNoOneNamespace, readSysctls } from './sysctls.ts'

export interface LiveHostOptions {
  /** Where this node's procfs is mounted: `/host/proc` inside a pod. */
  readonly procfs?: string
  /** all · self · host · a namespace's key, pod uid or mount name. */
  readonly netns?: string
  readonly podOf: PodOf
  /** What the container runtime said: it is asked before, as only that takes waiting. */
  readonly containers?: readonly Answer[]
  /** Longest silence of the kernel during a dump. */
  readonly silenceMs?: number
  /** `proc`: as if there were no netlink. */
  readonly way?: 'inet-diag' | 'proc'
}

/**
 * This machine, now.
 * Shape:  sockets as a kernel dump (`inet-diag`), else /proc/PID/net/tcp; the rest as texts of procfs or contents
 * Gaps:   what is not allowed is a gap that names the missing capability
 * Errors: HostError when made, if the namespace asked for is not there or procfs cannot be read; never when asked
 */
export function createLiveHost(options: LiveHostOptions): Host {
  const proc = openProc(options.procfs)
  const namespaces = listNetns(proc, options.netns ?? 'all', options.podOf)
  const byKey = new Map(namespaces.map((one) => [one.ref.key, one]))
  const facts = readNodeFacts(proc)
  const lacking = new Set<string>()
  const silenceMs = options.silenceMs ?? 2000
  const useDiag = options.way !== 'proc'

  const within: Inside = (netns, act) => enterNetns(proc, netns, act)
  const programs = openPrograms(findHostRoot(proc.root))
  const means = { proc, inside: within, programs, silenceMs }

  const machine = machineSettings(proc, namespaces[0])
  let host: Sysctls | null = null
  /** What stands in the host's namespace alone is not namespaced by this kernel (tcp_tw_recycle up to 4.11): it holds in all. */
  const settingsOf = (netns: LiveNetns): Sysctls => {
    const own = enterNetns(proc, netns, () => readSysctls(proc, NETNS_SYSCTLS, lacking))
    if (netns.ref.kind !== 'host') return merge(own, host ? merge(host, machine) : machine)
    host = ofNoOneNamespace(own)
    return merge(
      merge(
        own,
        enterNetns(proc, netns, () => readSysctls(proc, HOST_SYSCTLS)),
      ),
      machine,
    )
  }

  const answer = (question: Question, netns: LiveNetns | null): readonly Answer[] => {
    if (question === 'node') return [content({ question, facts })]
    if (question === 'machine') return machineTexts(proc)
    if (question === 'processes') return [{ ok: true, via: 'proc', proc, podOf: options.podOf }]
    if (question === 'containers') return options.containers ?? []
    if (!netns) return []
    switch (question) {
      case 'sockets':
        return useDiag ? [dumpOf(proc, netns, silenceMs)] : socketTexts(proc, netns)
      case 'counters':
        return netTexts(proc, netns, ['netstat', 'snmp', 'snmp6'])
      case 'sockstat':
        return netTexts(proc, netns, ['sockstat', 'sockstat6'])
      case 'sysctls':
        return [content({ question, sysctls: settingsOf(netns) }, netns.ref.kind === 'host')]
      case 'nat':
        return [openForwarding(netns, means)]
      case 'flows':
        return flowAnswers(netns, means)
      case 'network':
        return networkAnswers(netns, means)
      default:
        return []
    }
  }

  return {
    source: 'live',
    way: 'live',
    node: facts.name,
    takenAt: new Date().toISOString(),
    lines: null,
    hints: [],
    netns: namespaces.map((one) => one.ref),
    ask(question, ref) {
      try {
        return answer(question, ref ? (byKey.get(ref.key) ?? null) : null)
      } catch (error) {
        return [asGap(error)]
      }
    },
  }
}

/** Those of net.* stand in the host's namespace alone. Where it may not be entered, what ours shows. */
function machineSettings(proc: Proc, first: LiveNetns | undefined): Sysctls {
  const read = () => readSysctls(proc, MACHINE_SYSCTLS)
  if (first?.ref.kind !== 'host' || first.own) return read()
  try {
    return enterNetns(proc, first, read)
  } catch {
    return read()
  }
}

function content(what: Extract<Answer, { content: unknown }>['content'], host = false): Answer {
  const asked = [...NETNS_SYSCTLS, ...(host ? HOST_SYSCTLS : []), ...MACHINE_SYSCTLS]
  const keys = what.question === 'sysctls' ? asked : null
  const coverage = keys ? [{ of: 'keys' as const, keys }] : [{ of: 'all' as const }]
  return { ok: true, via: 'proc', content: what, place: null, coverage, cuts: [], warnings: [] }
}

const merge = (a: Sysctls, b: Sysctls): Sysctls => ({
  values: { ...b.values, ...a.values },
  origins: { ...b.origins, ...a.origins },
})

function dumpOf(proc: Proc, netns: LiveNetns, silenceMs: number): Answer {
  return {
    ok: true,
    via: 'inet-diag',
    run(request, buffer, onDatagram) {
      loadLibc()
      // Opened inside, used outside: the socket stays in the namespace, the thread does not.
      const socket: NetlinkSocket = enterNetns(proc, netns, () => openDiag(silenceMs))
      try {
        socket.dump(request, buffer, onDatagram)
      } finally {
        socket.close()
      }
    },
    otherwise: () => {
      try {
        return socketTexts(proc, netns)
      } catch (error) {
        return [asGap(error)]
      }
    },
  }
}

const socketTexts = (proc: Proc, netns: LiveNetns) => netTexts(proc, netns, ['tcp', 'tcp6'])

/** Files of /proc/PID/net, readable from outside for anybody. The first must be there; the others may be missing (no IPv6). */
function netTexts(proc: Proc, netns: LiveNetns, names: readonly string[]): readonly Answer[] {
  const found = throughProcess(proc, netns, (pid) => readNet(proc, pid, names))
  return found ? found.value : enterNetns(proc, netns, () => readNet(proc, 'thread-self', names))
}

function readNet(proc: Proc, who: number | 'thread-self', names: readonly string[]): readonly Answer[] {
  return names.flatMap((name, index): readonly Answer[] => {
    const path = `${who}/net/${name}`
    try {
      return [
        { ok: true, via: 'proc', format: `proc-net-${name}`, file: `${proc.root}/${path}`, text: proc.read(path) },
      ]
    } catch (error) {
      if (index === 0) throw error
      return []
    }
  })
}
