import type { BindingLimit } from '../facts/binding-limit.ts'
import { backlogsOf, type KnownBacklog, NOT_CONFIGURABLE } from '../facts/known-backlogs.ts'
import type { View } from '../facts/need.ts'
import type { Remedy } from '../model/finding.ts'
import type { End } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'

/** Part of the words of every rule that advises on limits. */
export const LIMIT_WORDS = {
  program: {
    en: "The program's own backlog{names}, together with somaxconn",
    zh: '程序自己的 backlog{names}，与 somaxconn 一起调大',
  },
  other: {
    en: 'somaxconn of this network namespace',
    zh: '这个网络命名空间的 somaxconn',
  },
  otherRisk: {
    en: 'None for what runs; it acts on the next listen(), and is gone with the namespace: whatever makes the namespace should set it.',
    zh: '对正在运行的程序没有影响，下一次 listen() 才生效；命名空间删除后设置也消失，应由创建它的一方来设置。',
  },
  names: { en: ' ({name})', zh: '（{name}）' },
  programRisk: {
    en: 'The listener must be opened anew: a reload keeps the old one in many programs, a restart does not.',
    zh: '监听必须重新打开：很多程序的 reload 会沿用旧的监听套接字，重启才会换新。',
  },
  reloadRisk: {
    en: '{program} calls listen() again at a reload where this number has changed, and loses nobody. Where somaxconn alone was raised it does not: that takes a restart.',
    zh: '只要这个数有改动，{program} 在 reload 时就会重新调用 listen()，不丢连接。如果只调大了 somaxconn 则不会，需要重启。',
  },
  restartRisk: {
    en: '{program} takes it only when it starts: without a restart, which ends its connections, the open listener keeps its old limit.',
    zh: '{program} 只在启动时读取它：必须重启才会生效，现有连接会断开；不重启，监听就一直沿用旧的上限。',
  },
  pod: {
    en: 'somaxconn of the pod, by its securityContext',
    zh: '通过 securityContext 设置 pod 的 somaxconn',
  },
  podRisk: {
    en: 'net.core.somaxconn is an unsafe sysctl: the kubelet refuses the pod unless it runs with --allowed-unsafe-sysctls=net.core.somaxconn. The pod is made anew.',
    zh: 'net.core.somaxconn 属于 unsafe sysctl：kubelet 没有加 --allowed-unsafe-sysctls=net.core.somaxconn 时会拒绝该 pod。pod 会重建。',
  },
  init: {
    en: 'The same by a privileged init container, where the kubelet does not allow it',
    zh: 'kubelet 不允许时，用特权 init 容器达到同样效果',
  },
  initRisk: {
    en: 'A privileged container; admission policies may refuse it.',
    zh: '需要特权容器，准入策略可能拒绝。',
  },
  cni: {
    en: 'The same for all pods of a node, by the tuning CNI plugin (an entry of plugins in the conflist)',
    zh: '用 tuning CNI 插件为节点上所有 pod 设置（加进 conflist 的 plugins）',
  },
  cniRisk: {
    en: 'Only pods that start afterwards get it; a fault in the file keeps new pods from starting.',
    zh: '只对之后启动的 pod 生效；文件写错会导致新 pod 无法启动。',
  },
  host: { en: 'somaxconn of the host, now and after a reboot', zh: '宿主机的 somaxconn，立即生效并在重启后保留' },
  hostRisk: {
    en: 'None for what runs; it acts on the next listen(). Pods have their own value.',
    zh: '对正在运行的程序没有影响，下一次 listen() 才生效。pod 有自己的值。',
  },
} satisfies Record<string, Text>

/** What to set, where, ready to use: both numbers, unless somaxconn is known to allow enough already. */
export function backlogRemedies(
  view: View,
  program: string | null,
  max: number,
  { passing, by, somaxconn }: BindingLimit,
  local: End,
): readonly Remedy[] {
  const value = max < 4096 ? 4096 : 32768
  const verify = inNetns(view, `ss -nlt 'sport = :${local.port}'`)
  const known = program === null ? passing : backlogsOf(program)
  const isEnough = by === 'program' && somaxconn?.number != null && somaxconn.number >= value
  return [...programRemedy(known, program, value, verify), ...(isEnough ? [] : somaxconnRemedies(view, value, verify))]
}

/** somaxconn of the view's namespace. */
export function somaxconnRemedies(view: View, value: number, verify: string): readonly Remedy[] {
  const { kind } = view.netns
  if (kind === 'host') return [hostRemedy(value, verify)]
  if (kind === 'other' || kind === 'named') return [otherRemedy(view, value, verify)]
  const text = String(value)
  return [
    {
      title: LIMIT_WORDS.pod,
      action: `spec:\n  securityContext:\n    sysctls:\n      - name: net.core.somaxconn\n        value: "${text}"`,
      language: 'yaml',
      risk: LIMIT_WORDS.podRisk,
      verify,
    },
    {
      title: LIMIT_WORDS.init,
      action: [
        'spec:',
        '  initContainers:',
        '    - name: somaxconn',
        '      image: busybox',
        `      command: ["sh", "-c", "echo ${text} > /proc/sys/net/core/somaxconn"]`,
        '      securityContext:',
        '        privileged: true',
      ].join('\n'),
      language: 'yaml',
      risk: LIMIT_WORDS.initRisk,
      verify,
    },
    {
      title: LIMIT_WORDS.cni,
      action: `{ "type": "tuning", "sysctl": { "net.core.somaxconn": "${text}" } }`,
      language: 'conf',
      risk: LIMIT_WORDS.cniRisk,
      verify,
    },
  ]
}

function hostRemedy(value: number, verify: string): Remedy {
  return {
    title: LIMIT_WORDS.host,
    action: `sysctl -w net.core.somaxconn=${value}\necho net.core.somaxconn=${value} > /etc/sysctl.d/90-somaxconn.conf`,
    language: 'sh',
    risk: LIMIT_WORDS.hostRisk,
    verify,
  }
}

function otherRemedy(view: View, value: number, verify: string): Remedy {
  const action = inNetns(view, `sysctl -w net.core.somaxconn=${value}`)
  return { title: LIMIT_WORDS.other, action, language: 'sh', risk: LIMIT_WORDS.otherRisk, verify }
}

/** A program that asks for all that somaxconn allows has nothing to set; one that nobody knows has something somewhere. */
function programRemedy(
  known: readonly KnownBacklog[],
  program: string | null,
  value: number,
  verify: string,
): readonly Remedy[] {
  // Nobody is named: those that merely pass the same number, and cannot be told to pass another, are no advice.
  const settable = known.filter(
    (one) => one.backlog !== 'somaxconn' && (program !== null || one.setting !== NOT_CONFIGURABLE),
  )
  if (program !== null && known.length > 0 && settable.length === 0) return []
  const [only] = settable
  const name = settable.length === 1 && only ? only.program : program
  const common = {
    title: say(LIMIT_WORDS.program, { names: name === null ? { en: '', zh: '' } : say(LIMIT_WORDS.names, { name }) }),
    language: 'conf',
    risk: riskOf(settable),
    verify,
  } as const
  const lines = settable.map((one) => `# ${one.program}: ${one.setting.en}`)
  return [{ ...common, action: lines.length > 0 ? lines.join('\n') : `# listen(fd, ${value})` }]
}

/** When the new number counts, as far as it is one program and known. */
function riskOf(settable: readonly KnownBacklog[]): Text {
  const [only] = settable
  if (!only || settable.length > 1 || only.again === null) return LIMIT_WORDS.programRisk
  return say(only.again === 'reload' ? LIMIT_WORDS.reloadRisk : LIMIT_WORDS.restartRisk, { program: only.program })
}
