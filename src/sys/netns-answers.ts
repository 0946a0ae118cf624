import type { Answer } from './host.ts'
import { asGap } from './host-error.ts'
import { mayAsk } from './kernel-modules.ts'
import { talkOf } from './kernel-talk.ts'
import { type Inside, readNetFile } from './netns-files.ts'
import type { LiveNetns } from './netns-refs.ts'
import type { Proc } from './proc.ts'

export interface AnswerMeans {
  readonly proc: Proc
  readonly inside: Inside
  readonly silenceMs: number
}

const COUNT = 'sys/net/netfilter/nf_conntrack_count'

/**
 * Connection tracking of one namespace: how many entries, the counters, and a way to list them.
 * Gaps: absent where the kernel has no conntrack (its module is not loaded, and asking must not load it)
 */
export function flowAnswers(netns: LiveNetns, { proc, inside, silenceMs }: AnswerMeans): readonly Answer[] {
  const absent = { ok: false, reason: 'absent', detail: 'connection tracking: nf_conntrack is not loaded' } as const
  let count: string
  try {
    count = inside(netns, () => proc.read(COUNT))
  } catch (error) {
    const gap = asGap(error)
    return [gap.reason === 'absent' ? absent : gap]
  }
  const answers: Answer[] = [textOf(proc, 'conntrack-count', COUNT, count)]
  const file = (name: string, format: string) => {
    try {
      const text = readNetFile(proc, netns, inside, name)
      if (text !== null) answers.push(textOf(proc, format, `net/${name}`, text))
    } catch (error) {
      answers.push(asGap(error))
    }
  }
  file('stat/nf_conntrack', 'conntrack-stats')
  if (count.trim() === '0') return answers
  const may = mayAsk(proc, 'nf_conntrack_netlink')
  if (may) answers.push(talkOf(netns, inside, 'NETFILTER', 'ctnetlink', silenceMs))
  else file('nf_conntrack', 'conntrack')
  return answers
}

const textOf = (proc: Proc, format: string, file: string, text: string): Answer => ({
  ok: true,
  via: 'proc',
  format,
  file: `${proc.root}/${file}`,
  text,
})

/** Interfaces, routes and sockets that are not TCP; of the whole machine, in the host's namespace, the backlog of packets. */
export function networkAnswers(netns: LiveNetns, { proc, inside, silenceMs }: AnswerMeans): readonly Answer[] {
  const answers: Answer[] = [
    talkOf(netns, inside, 'ROUTE', 'rtnetlink', silenceMs),
    talkOf(netns, inside, 'SOCK_DIAG', 'sock_diag', silenceMs),
  ]
  if (netns.ref.kind === 'host')
    try {
      const text = readNetFile(proc, netns, inside, 'softnet_stat')
      if (text !== null) answers.push(textOf(proc, 'proc-net-softnet', 'net/softnet_stat', text))
    } catch (error) {
      answers.push(asGap(error))
    }
  return answers
}
