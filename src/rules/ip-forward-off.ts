import { type Counter, deltas, isRecent, readCounter } from '../facts/counters.ts'
import { type ForwardingDuty, neglectedDuties } from '../facts/forwarding-duty.ts'
import { type ForwardingSettings, forwardingSettings } from '../facts/forwarding-settings.ts'
import { maybe, type View } from '../facts/need.ts'
import type { Sysctl } from '../facts/sysctls.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const REFUSED = 'IpInAddrErrors'

const words = {
  dropping: {
    en: '{key} = 0: this machine does not forward, and dropped {count} packets for others between the two readings',
    zh: '{key} = 0：本机不转发，两次读数之间丢弃了 {count} 个发往他处的报文',
  },
  off: {
    en: '{key} = 0: this machine does not forward, yet {duty}',
    zh: '{key} = 0：本机不转发，然而{duty}',
  },
  oneLink: {
    en: '{key} = 0: what comes in at {link} is not forwarded, yet {duty}',
    zh: '{key} = 0：从 {link} 进来的报文不会被转发，然而{duty}',
  },
  byRules: {
    en: 'its rules send connections on to {count} other addresses ({targets})',
    zh: '它的规则要把连接转给另外 {count} 个地址（{targets}）',
  },
  byLinks: {
    en: 'pods or containers live behind {links}',
    zh: '{links} 后面有 Pod 或容器',
  },
  setting: { en: 'forwarding (0: off)', zh: '转发开关（0 为关闭）' },
  statement: { en: 'Forwarding in /proc/net/snmp (2: off)', zh: '/proc/net/snmp 中的 Forwarding（2 为关闭）' },
  otherLinks: { en: 'interfaces on which it is on: {links}', zh: '仍然打开转发的接口：{links}' },
  targets: { en: 'addresses elsewhere that rules send to: {targets}', zh: '规则转发到的其他地址：{targets}' },
  links: { en: 'interfaces of pods or containers: {links}', zh: 'Pod 或容器的接口：{links}' },
  refused: {
    en: 'packets for others that were dropped (IpInAddrErrors)',
    zh: '发往他处而被丢弃的报文（IpInAddrErrors）',
  },
  refusedGrown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  carried: {
    en: 'The setting was read at another place of this input and may have been changed since: sysctl {key}.',
    zh: '该参数是在输入的另一处读到的，之后可能改过：sysctl {key}。',
  },
  isUsed: {
    en: 'Whether anything comes in that is to be forwarded: nstat -az IpInAddrErrors IpForwDatagrams twice; the first grows for each packet that is dropped for this.',
    zh: '是否真有需要转发的报文：执行两次 nstat -az IpInAddrErrors IpForwDatagrams；每因此丢弃一个报文，前者加一。',
  },
  whoSets: {
    en: 'Who turned it off: kubelet, docker and most network plugins turn it on at their start; a later `sysctl --system`, a hardening job or an update of the network scripts turns it off again.',
    zh: '是谁关掉的：kubelet、docker 和多数网络插件启动时会打开它；之后的 `sysctl --system`、安全加固任务或网络脚本更新又会把它关掉。',
  },
  onTitle: { en: 'Turn it on, now and after a reboot', zh: '打开它，并在重启后保持' },
  onRisk: {
    en: 'The machine routes between all its interfaces then. Where that must not be, FORWARD needs a policy.',
    zh: '之后本机会在所有接口之间转发。如不允许，需要在 FORWARD 链上设置策略。',
  },
  linkTitle: { en: 'Turn it on for this interface', zh: '为该接口打开转发' },
  findTitle: { en: 'Find what turns it off', zh: '查找是谁关闭了它' },
  findRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  notPolicy: {
    en: 'iptables -P FORWARD ACCEPT: packets do not get as far as FORWARD while forwarding is off.',
    zh: '执行 iptables -P FORWARD ACCEPT：转发关闭时，报文根本到不了 FORWARD 链。',
  },
  notRestart: {
    en: 'Restarting pods: they are not at fault, and come back behind the same wall.',
    zh: '重启 Pod：问题不在它们，重启后仍然不通。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'ip-forward-off',
  title: { en: 'Forwarding is turned off', zh: '转发功能被关闭' },
  severity: 'critical',
  scope: 'netns',
  needs: { settings: forwardingSettings, duties: neglectedDuties, growth: maybe(deltas) },
  words,
  page: {
    what: {
      en: 'A node hands packets on: to pods behind its interfaces, and after DNAT to pods of other nodes. With net.ipv4.ip_forward = 0 it takes only what is addressed to itself. DNAT still rewrites the destination, and then the packet is no longer for this machine: it is dropped without an answer.',
      zh: '节点要转交报文：给自己接口后面的 Pod，以及 DNAT 之后给其他节点上的 Pod。net.ipv4.ip_forward = 0 时，它只接收发给自己的报文。DNAT 仍会改写目的地址，改写之后报文就不再属于本机：于是被静默丢弃。',
    },
    why: {
      en: 'Something set it to 0 after kubelet and the network plugin had turned it on: `sysctl --system` with a hardened file, a configuration tool, a restarted network service. What counts is the setting of the interface at which a packet comes in; writing ip_forward sets all of them, an interface made later takes the value of `default`. Connections that the node opens itself go on working, which misleads.',
      zh: 'kubelet 和网络插件打开它之后，又有东西把它设为 0：加固过的文件加上 `sysctl --system`、配置管理工具、被重启的网络服务。真正起作用的是报文进入接口的设置；写 ip_forward 会一并修改所有接口，之后新建的接口取 `default` 的值。节点自己发起的连接照常工作，容易误导人。',
    },
    confirm: {
      en: '`sysctl net.ipv4.ip_forward` and `sysctl -a | grep "\\.forwarding"`; `nstat -az IpInAddrErrors IpForwDatagrams` twice while a client tries: the first grows, the second stands still. A capture shows the SYN coming in and nothing going out.',
      zh: '执行 `sysctl net.ipv4.ip_forward` 和 `sysctl -a | grep "\\.forwarding"`；在客户端重试时执行两次 `nstat -az IpInAddrErrors IpForwDatagrams`：前者增长，后者不变。抓包可以看到 SYN 进来，却没有报文出去。',
    },
    fix: {
      en: 'Set it to 1 and write it where the machine reads its settings at boot, in a file that sorts after the one that turns it off.',
      zh: '设为 1，并写入开机读取的配置文件，文件名要排在关闭它的那个文件之后。',
    },
    notToConfuse: {
      en: '- A machine without pods and without DNAT: 0 is right there.\n- Inside a pod: 0 is the default and right.\n- A FORWARD chain that drops (docker sets policy DROP): forwarding is on, a rule refuses; see `firewall-drop`.\n- Pods of the same node on one bridge that cannot reach a Service: see `bridge-netfilter-off`.',
      zh: '- 没有 Pod 也没有 DNAT 的机器：0 是正确的。\n- Pod 内部：默认就是 0，没有问题。\n- FORWARD 链丢弃（docker 会把策略设为 DROP）：转发是打开的，是规则拒绝；见 `firewall-drop`。\n- 同一节点、同一网桥上的 Pod 访问不了 Service：见 `bridge-netfilter-off`。',
    },
    sources: [
      'Linux net/ipv4/route.c: ip_route_input_slow(), ip_error(); net/ipv4/devinet.c: inet_forward_change()',
      'Linux Documentation/networking/ip-sysctl.rst: ip_forward, conf/*/forwarding',
      'Kubernetes documentation: Container runtimes, Enable IPv4 packet forwarding',
    ],
  },
  thresholds: [
    {
      value: '0',
      reason: {
        en: 'net.ipv4.ip_forward, or `forwarding` of the interface at which packets come in: anything but 0 forwards',
        zh: 'net.ipv4.ip_forward，或报文进入接口的 `forwarding`：非 0 即转发',
      },
    },
  ],
  effects: [
    {
      rule: 'endpoint-unreachable',
      shared: 'netns',
      why: {
        en: 'DNAT gives the connection the address of an endpoint, and a machine that does not forward drops it there and then.',
        zh: 'DNAT 已把目的地址改成端点，而不转发的机器随即将报文丢弃。',
      },
    },
  ],
  check({ settings, duties, growth }, view) {
    const v4 = duties.v4 ? judge(settings, duties.v4, growth, view) : null
    const v6 = duties.v6 && settings.v6?.number === 0 ? draftOf(settings.v6, duties.v6, null, settings, view) : null
    return [v4, v6].filter((one) => one !== null)
  },
})

type Growth = { readonly of: (name: string) => Counter | null; readonly seconds: number | null }

function judge(settings: ForwardingSettings, duty: ForwardingDuty, growth: Growth | null, view: View): Draft | null {
  const { v4, links } = settings
  const grown = isRecent(growth?.seconds ?? null) ? (growth?.of(REFUSED) ?? null) : null
  if (settings.isOff) return draftOf(v4, duty, grown, settings, view)
  // On for the machine, off for the interface at which packets come in. The loopback brings nothing in for others.
  const [off] = links.filter((one) => one.number === 0 && !/\.(?:all|default|lo)\.forwarding$/.test(one.key))
  return off ? draftOf(off, duty, grown, settings, view) : null
}

function draftOf(
  setting: Sysctl | null,
  duty: ForwardingDuty,
  grown: Counter | null,
  settings: ForwardingSettings,
  view: View,
): Draft {
  const key = setting?.key ?? 'net.ipv4.ip_forward'
  const link = /^net\.ipv4\.conf\.(.+)\.forwarding$/.exec(key)?.[1] ?? null
  const isDropping = (grown?.value ?? 0) > 0
  const isPartly = link === null && settings.links.some((one) => one.number === 1 && !isOfAll(one.key))
  return {
    subject: {
      kind: link === null ? 'sysctl' : 'interface',
      key,
      sysctl: key,
      ...(link === null ? {} : { interface: link }),
    },
    severity: isDropping && !isPartly ? 'critical' : 'warning',
    confidence: isDropping && !isPartly && link === null ? 'certain' : isPartly ? 'possible' : 'likely',
    when: isDropping ? 'now' : 'setting',
    summary: isDropping
      ? say(words.dropping, { key, count: grown?.value ?? 0 })
      : say(link === null ? words.off : words.oneLink, { key, link: link ?? '', duty: dutyOf(duty) }),
    evidence: evidenceOf(setting, duty, grown, settings, view),
    remedies: remedies(key, link, view),
    notHelpful: [words.notPolicy, words.notRestart],
    unknowns: [
      ...(setting?.carried ? [say(words.carried, { key })] : []),
      ...(isDropping ? [] : [words.isUsed]),
      words.whoSets,
    ],
  }
}

const isOfAll = (key: string): boolean => /\.(?:all|default|lo)\.forwarding$/.test(key)

const dutyOf = ({ targets, links }: ForwardingDuty): Text =>
  targets.length > 0
    ? say(words.byRules, { count: targets.length, targets: formatList(targets, 3) })
    : say(words.byLinks, { links: formatList(links, 3) })

function evidenceOf(
  setting: Sysctl | null,
  duty: ForwardingDuty,
  grown: Counter | null,
  settings: ForwardingSettings,
  view: View,
): readonly Evidence[] {
  const { counters } = view.netns
  const total = counters.ok && setting?.key.startsWith('net.ipv6') !== true ? readCounter(counters.data, REFUSED) : null
  const names = `${REFUSED} IpForwDatagrams`
  const on = settings.links.filter((one) => one.number === 1 && !isOfAll(one.key))
  const plain = { unit: null, limit: null, command: null }
  return [
    ...(setting
      ? [
          {
            label: words.setting,
            value: setting.number,
            unit: null,
            limit: 1,
            source: setting.origin,
            command: inNetns(view, `sysctl ${setting.key}`),
          },
        ]
      : []),
    ...(setting === null && settings.statement
      ? [{ ...plain, label: words.statement, value: settings.statement.value, source: settings.statement.origin }]
      : []),
    ...(duty.targets.length > 0
      ? [
          {
            ...plain,
            label: say(words.targets, { targets: formatList(duty.targets) }),
            value: duty.targets.length,
            source: duty.origin,
            command: inNetns(view, 'iptables-save -t nat | grep -- --to-destination'),
          },
        ]
      : []),
    ...(duty.links.length > 0
      ? [
          {
            ...plain,
            label: say(words.links, { links: formatList(duty.links) }),
            value: duty.links.length,
            source: duty.origin,
            command: inNetns(view, 'ip -br link'),
          },
        ]
      : []),
    ...(on.length > 0 && settings.isOff
      ? [
          {
            ...plain,
            label: say(words.otherLinks, { links: formatList(on.map((one) => one.key)) }),
            value: on.length,
            source: on[0]?.origin ?? duty.origin,
          },
        ]
      : []),
    ...(total ? [counterEvidence(view, names, words.refused, total)] : []),
    ...(grown ? [counterEvidence(view, names, words.refusedGrown, grown)] : []),
  ]
}

const remedies = (key: string, link: string | null, view: View): readonly Remedy[] => [
  {
    title: link === null ? words.onTitle : words.linkTitle,
    action: `${inNetns(view, `sysctl -w ${key}=1`)}\necho '${key} = 1' > /etc/sysctl.d/99-forwarding.conf`,
    language: 'sh',
    risk: words.onRisk,
    verify: inNetns(view, `nstat -az ${REFUSED} IpForwDatagrams`),
  },
  {
    title: words.findTitle,
    action:
      'grep -rnE "ip_forward|\\.forwarding" /etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /usr/lib/sysctl.d /etc/ufw/sysctl.conf',
    language: 'sh',
    risk: words.findRisk,
    verify: `sysctl ${key}`,
  },
]
