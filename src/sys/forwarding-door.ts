import { readdirSync } from 'node:fs'
import type { CommandOutput, ForwardingDoor, WantedProgram } from './host.ts'
import { HostError } from './host-error.ts'
import { mayAsk } from './kernel-modules.ts'
import { talkOf } from './kernel-talk.ts'
import { type Inside, readNetFile } from './netns-files.ts'
import type { LiveNetns } from './netns-refs.ts'
import type { Proc } from './proc.ts'
import { type Program, type Programs, runProgram } from './programs.ts'

/** What a door to one namespace's forwarding needs of the machine. */
export interface ForwardingMeans {
  readonly proc: Proc
  readonly inside: Inside
  readonly programs: Programs
  readonly silenceMs: number
}

/** The way to one namespace's rules. Nothing is asked yet, no module is loaded. */
export function openForwarding(netns: LiveNetns, means: ForwardingMeans): ForwardingDoor {
  const { proc, inside, programs, silenceMs } = means
  const may = mayAsk(proc, 'nf_tables')
  return {
    ok: true,
    via: 'forwarding',
    file: (name) => readNetFile(proc, netns, inside, name),
    nftables:
      may === false
        ? null
        : may === null
          ? {
              ok: false,
              reason: 'unsupported',
              detail: 'nf_tables: whether it is loaded cannot be told, and asking would load it',
            }
          : talkOf(netns, inside, 'NETFILTER', 'nf_tables', silenceMs),
    run: (wanted, withinMs) => {
      const { program, args } = choose(programs, wanted)
      const { bytes, cut } = inside(netns, () => runProgram(program, args, withinMs))
      const output: CommandOutput = {
        via: `${program.name} ${program.version}`.trim(),
        name: program.name,
        bytes,
        cuts: cut === null ? [] : [cut],
      }
      return output
    },
    pinned: netns.ref.kind === 'host' ? pinnedNames(proc) : [],
  }
}

function choose(programs: Programs, wanted: readonly WantedProgram[]): { program: Program; args: readonly string[] } {
  for (const { name, args, backend } of wanted) {
    const program = programs.find([name], (one) => backend === undefined || backendOf(one) === backend)
    if (program) return { program, args }
  }
  const names = [...new Set(wanted.map((one) => one.name))].join(' or ')
  throw new HostError('run', names, null, {
    code: 'unsupported',
    why: 'not found on this machine: install it, or hand recvq its output from where it is (kube-proxy has it)',
  })
}

/** iptables says it since 1.8; older ones know the legacy back end only. */
const backendOf = ({ version }: Program): 'legacy' | 'nf_tables' =>
  version.includes('nf_tables') ? 'nf_tables' : 'legacy'

/** Where Cilium and Calico pin their maps. Names only. */
function pinnedNames(proc: Proc): readonly string[] {
  const folders = ['/sys/fs/bpf/tc/globals', '/sys/fs/bpf/cilium', '/sys/fs/bpf/calico', '/sys/fs/bpf']
  return folders.flatMap((folder) => {
    for (const root of [`${proc.root}/1/root`, '']) {
      try {
        return readdirSync(`${root}${folder}`)
      } catch {
        // Not mounted, not allowed, or not there: the next place.
      }
    }
    return []
  })
}
