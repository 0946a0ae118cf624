import { byName, connectionsIn, countOf, type InState, programOf, servicePort } from '../facts/connections.ts'
import { secondsBetween } from '../facts/counters.ts'
import { membershipOf } from '../facts/known-cluster.ts'
import { maybe, type View } from '../facts/need.ts'
import { sameOldest } from '../facts/same-sockets.ts'
import type { Confidence, Draft, Evidence, Remedy } from '../model/finding.ts'
import type { ConnectionGroup } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { peerList } from './peer-words.ts'

/**
 * A healthy connect stands in SYN_SENT for one round trip, so a reading catches almost none. Three silent addresses at one
 * port, or five attempts, are more than chance; five addresses, or twenty in the census beside them, more than a burst.
 */
const FEW_ADDRESSES = 3
const FEW_ATTEMPTS = 5
const MANY_ADDRESSES = 5
const MANY_COUNTED = 20
/** The kernel sends the SYN again after a second: who waits at both of two such readings has lost at least one. */
const RETRY_SECONDS = 1

const words = {
  waits: {
    en: '{program} waits for {addresses} to answer on port {port}: {count} in SYN_SENT{shown}',
    zh: '{program} 有 {count} 条连接停在 SYN_SENT，正在等待{addresses}的 {port} 端口应答{shown}',
  },
  address: { en: 'address {address}', zh: '地址 {address} ' },
  addresses: { en: '{count} addresses', zh: ' {count} 个地址' },
  shown: {
    en: ' ({counted} are counted in this namespace, {seen} of them are listed)',
    zh: '（该网络命名空间共统计到 {counted} 条，其中列出了 {seen} 条）',
  },
  all: { en: '', zh: '' },
  onlyCounted: {
    en: '{counted} connections wait in SYN_SENT for an answer; who holds them is not shown',
    zh: '有 {counted} 条连接停在 SYN_SENT 等待应答；输出中看不到归属进程',
  },
  unknownProgram: { en: 'A program that is not named', zh: '未显示名称的程序' },
  group: { en: 'in SYN_SENT towards port {port}: {addresses}', zh: '停在 SYN_SENT，目标端口 {port}：{addresses}' },
  census: { en: 'SYN_SENT in the whole namespace, by the census', zh: '整个网络命名空间的 SYN_SENT 数（状态统计）' },
  persisting: {
    en: 'addresses that did not answer between the two readings either',
    zh: '两次读数之间始终没有应答的地址数',
  },
  noneIsNode: {
    en: 'none of the {count} silent peers is among the {nodes} nodes of the cluster that kubectl lists',
    zh: '{count} 个不应答的对端都不在 kubectl 列出的 {nodes} 个集群节点之中',
  },
  someAreNoNodes: {
    en: '{outside} of the {count} silent peers are not among the {nodes} nodes of the cluster that kubectl lists: {addresses}',
    zh: '{count} 个不应答的对端中有 {outside} 个不在 kubectl 列出的 {nodes} 个集群节点之中：{addresses}',
  },
  allAreNodes: {
    en: 'all {count} silent peers are among the {nodes} nodes of the cluster that kubectl lists: members, but not reached',
    zh: '{count} 个不应答的对端都在 kubectl 列出的 {nodes} 个集群节点之中：是现有成员，但连接不到',
  },
  theOnePeer: {
    en: 'the silent peer is not among the {nodes} nodes of the cluster that kubectl lists',
    zh: '不应答的对端不在 kubectl 列出的 {nodes} 个集群节点之中',
  },
  theOneNode: {
    en: 'the silent peer is among the {nodes} nodes of the cluster that kubectl lists: a member, but not reached',
    zh: '不应答的对端在 kubectl 列出的 {nodes} 个集群节点之中：是现有成员，但连接不到',
  },
  oneReading: {
    en: 'One reading cannot tell a long wait from a short one: ss -tanpo state syn-sent shows the retransmissions of each, or read twice, two seconds apart.',
    zh: '一次读数无法区分等待的长短：ss -tanpo state syn-sent 可以看到每条连接的重传次数，或者隔两秒读两次。',
  },
  silence: {
    en: 'Silence has several causes: the host is gone, a firewall or security group drops the SYN, there is no way back, or the accept queue of the target is full. A capture on the target decides: if the SYN arrives there, it is the last.',
    zh: '没有应答有多种原因：主机已不存在、防火墙或安全组丢弃了 SYN、没有回程路由，或者目标的 accept 队列已满。在目标上抓包即可判断：如果 SYN 到达了，就是最后一种。',
  },
  established: {
    en: '{program} has {count} established connections to the same port: a busy client opens many at once, and may merely be caught doing it.',
    zh: '{program} 到同一端口另有 {count} 条已建立的连接：繁忙的客户端会同时发起许多连接，可能只是恰好被看到。',
  },
  tryTitle: { en: 'Try the silent addresses by hand', zh: '手工测试这些没有应答的地址' },
  lookRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  tryRisk: { en: 'none, one connection attempt each', zh: '无，每个地址只尝试连接一次' },
  staleTitle: {
    en: 'See whether these addresses are still nodes; remove those that are gone from the member list',
    zh: '确认这些地址是否仍是集群节点；把已不存在的从成员列表中删除',
  },
  staleRisk: {
    en: 'Listing is harmless. Deleting the Node object of a host that still lives cuts its routes.',
    zh: '查看没有风险。如果误删仍在运行的主机的 Node 对象，会切断它的路由。',
  },
  notRetries: {
    en: 'A smaller net.ipv4.tcp_syn_retries only shortens each wait; the program tries again at once.',
    zh: '调小 net.ipv4.tcp_syn_retries 只会缩短每次等待；程序会立即再次尝试。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'syn-sent-stuck',
  title: { en: 'Connection attempts that nobody answers', zh: '连接请求无人应答' },
  severity: 'warning',
  scope: 'netns',
  needs: { synSent: connectionsIn('SYN_SENT'), established: maybe(connectionsIn('ESTABLISHED')) },
  words,
  page: {
    what: {
      en: 'A program sent SYNs and nobody answers. A healthy attempt stands in SYN_SENT for one round trip; one without an answer for about two minutes (127 s by default, 131 s since Linux 6.5), after which most programs begin again. So a steady number of SYN_SENT is the number of peers that are silent.',
      zh: '程序发出了 SYN，却没有任何应答。正常的连接请求在 SYN_SENT 只停留一个往返时间；没有应答的会停留约两分钟（默认 127 秒，Linux 6.5 起为 131 秒），之后大多数程序会重新开始。所以稳定的 SYN_SENT 数量就等于不应答的对端数量。',
    },
    why: {
      en: 'Many addresses at one port, all of one program: a stale list of members. bird (Calico) dials port 179 of every Node object until it is deleted; gossip programs such as protokube (3999) keep old addresses in the same way. One address: the host is gone, something drops the SYN, or its accept queue is full. An answer of any kind ends SYN_SENT at once: a closed port gives ECONNREFUSED, an unreachable network EHOSTUNREACH.',
      zh: '同一个程序、同一个端口、许多地址：成员列表过期。bird（Calico）会不断连接每个 Node 对象的 179 端口，直到该对象被删除；protokube（3999）之类的 gossip 程序也会这样保留旧地址。只有一个地址：主机已不存在、有设备丢弃了 SYN，或者它的 accept 队列已满。任何形式的应答都会立即结束 SYN_SENT：端口关闭得到 ECONNREFUSED，网络不可达得到 EHOSTUNREACH。',
    },
    confirm: {
      en: '`ss -tanpo state syn-sent` twice, a few seconds apart: the same addresses with a growing retransmission count. Hold the addresses against `kubectl get nodes -o wide`.',
      zh: '隔几秒执行两次 `ss -tanpo state syn-sent`：同样的地址，重传次数在增加。再与 `kubectl get nodes -o wide` 的地址对照。',
    },
    fix: {
      en: 'Remove members that are gone: for Calico `calicoctl delete node NAME` (or run its node controller, which does it). Otherwise repair the path, or the target.',
      zh: '删除已不存在的成员：Calico 用 `calicoctl delete node NAME`（或运行它的 node controller 自动清理）。否则修复路径或目标主机。',
    },
    notToConfuse: {
      en: '- A few SYN_SENT at one reading: connects that are under way.\n- A crawler or load test with many at once: there the addresses change from reading to reading.\n- SYN_RECV: the other side of the same handshake.',
      zh: '- 某一次读数里少量的 SYN_SENT：正在建立的连接。\n- 爬虫或压测同时发起大量连接：每次读数的地址都不同。\n- SYN_RECV：同一次握手的另一端。',
    },
    sources: [
      'Linux net/ipv4/tcp_timer.c: tcp_retransmit_timer(), tcp_write_timeout()',
      'Linux commit ccce324dabfe, "tcp: make the first N SYN RTO backoffs linear" (6.5)',
      'Calico documentation: Decommission a node; projectcalico/calico#2561',
    ],
  },
  thresholds: [
    {
      value: '3 / 5',
      reason: {
        en: 'silent addresses at one port, or attempts: a healthy connect stands in SYN_SENT for one round trip, so a reading catches almost none',
        zh: '同一端口上无应答的地址数，或尝试数：正常的连接只在 SYN_SENT 停留一个往返时间，读数几乎碰不到',
      },
    },
    {
      value: '5 / 20',
      reason: {
        en: 'addresses, or sockets in the census: more than a burst of connects leaves in that state',
        zh: '地址数，或状态统计中的套接字数：超过一阵突发连接会留下的数量',
      },
    },
    {
      value: '1 s',
      reason: {
        en: 'between two readings at which the same sockets wait: the kernel repeats a SYN after a second, so at least one was lost',
        zh: '同一批套接字仍在等待的两次读数间隔：内核一秒后重发 SYN，说明至少丢了一个',
      },
    },
  ],
  effects: [],
  check({ synSent, established }, view) {
    const drafts = [...byName(synSent.groups, (one) => `${programOf(one) ?? ''} ${servicePort(one)}`)].flatMap(
      ([, groups]) => {
        const draft = judge(groups, synSent, established, view)
        return draft ? [draft] : []
      },
    )
    if (synSent.groups.length > 0) return drafts
    return synSent.counted !== null && synSent.counted >= MANY_COUNTED ? countedDraft(synSent.counted, view) : []
  },
})

function judge(
  groups: readonly ConnectionGroup[],
  all: InState,
  established: InState | null,
  view: View,
): Draft | null {
  const [first] = groups
  const port = first ? servicePort(first) : null
  if (!first || port === null) return null
  const program = programOf(first)
  const addresses = [...new Set(groups.map((one) => one.peer.address))]
  const count = countOf(groups)
  const then = persistingFrom(groups, view)
  if (then === 'gone') return null
  if (then === null && addresses.length < FEW_ADDRESSES && count < FEW_ATTEMPTS) return null

  const open = countOf(
    (established?.groups ?? []).filter((one) => programOf(one) === program && one.peer.port === port),
  )
  const isBusyClient = then === null && open >= count
  const confidence = then ? then.confidence : isBusyClient ? 'possible' : fromOneReading(addresses.length, all)
  const isMore = all.counted !== null && all.counted > all.seen
  const name = program === null ? words.unknownProgram : { en: program, zh: program }
  return {
    subject: {
      kind: 'process',
      key: `${program ?? 'unknown'} to port ${port}`,
      port,
      ...(program === null ? {} : { process: program }),
    },
    severity:
      confidence === 'possible' || (addresses.length < FEW_ADDRESSES && count < FEW_ATTEMPTS) ? 'info' : 'warning',
    confidence,
    when: 'now',
    summary: say(words.waits, {
      program: name,
      addresses:
        addresses.length === 1 && addresses[0]
          ? say(words.address, { address: addresses[0] })
          : say(words.addresses, { count: addresses.length }),
      port: String(port),
      count,
      shown: isMore ? say(words.shown, { counted: all.counted ?? 0, seen: all.seen }) : words.all,
    }),
    evidence: [
      {
        label: say(words.group, { port: String(port), addresses: peersOf(addresses, view) }),
        value: count,
        unit: 'connections',
        limit: isMore ? all.counted : null,
        source: first.origin,
        command: inNetns(view, `ss -tanpo state syn-sent 'dport = :${port}'`),
      },
      ...(then
        ? [
            {
              label: words.persisting,
              value: then.addresses,
              unit: null,
              limit: null,
              source: first.origin,
              command: null,
            },
          ]
        : []),
      ...membershipEvidence(addresses, port, view),
      ...censusEvidence(view),
    ],
    remedies: remedies(addresses, port, view),
    notHelpful: [words.notRetries],
    unknowns: [
      ...(then ? [] : [words.oneReading]),
      ...(isBusyClient ? [say(words.established, { program: name, count: open })] : []),
      words.silence,
    ],
  }
}

const SHOWN = 12

const peersOf = (addresses: readonly string[], view: View): Text =>
  peerList(
    view,
    addresses.map((address) => ({ address, count: null })),
    SHOWN,
  )

const fromOneReading = (addresses: number, { counted }: InState): Confidence =>
  addresses >= MANY_ADDRESSES || (addresses >= FEW_ADDRESSES && (counted ?? 0) >= MANY_COUNTED) ? 'likely' : 'possible'

interface Persisting {
  readonly confidence: Confidence
  readonly addresses: number
}

/**
 * Do the same attempts stand at the reading before? `gone`: none of them does, so all of these are young. null: not known.
 * A cookie is the same socket. Without cookies an address that is dialled over and over looks the same, answered or not:
 * there it takes several addresses.
 */
function persistingFrom(
  groups: readonly ConnectionGroup[],
  { before, order, snapshot }: View,
): Persisting | 'gone' | null {
  const earlier = before ? connectionsIn('SYN_SENT').get(before) : null
  if (!before || !earlier?.ok) return null
  const seconds = secondsBetween(before.snapshot.takenAt, snapshot.takenAt)
  const isLong = seconds !== null && seconds >= RETRY_SECONDS
  const pairs = groups.flatMap((now) => {
    const then = earlier.value.groups.find((one) => isAlike(one, now))
    return then ? [{ now, then }] : []
  })
  const same = pairs.filter(({ now, then }) => sameOldest(then, now) === true)
  if (same.length > 0 && isLong && order?.by === 'clock') return { confidence: 'certain', addresses: same.length }
  const untold = pairs.filter(({ now, then }) => sameOldest(then, now) === null)
  if (untold.length >= FEW_ADDRESSES) return { confidence: 'likely', addresses: untold.length }
  return untold.length === 0 && earlier.incomplete === null && isLong ? 'gone' : null
}

const isAlike = (a: ConnectionGroup, b: ConnectionGroup): boolean =>
  a.peer.address === b.peer.address && servicePort(a) === servicePort(b) && programOf(a) === programOf(b)

function censusEvidence(view: View): readonly Evidence[] {
  const { census } = view.netns
  const counted = census.ok ? census.data.counts.SYN_SENT : undefined
  if (!census.ok || counted === undefined) return []
  const command = inNetns(view, 'ss -Htan state syn-sent | wc -l')
  return [
    { label: words.census, value: counted, unit: 'connections', limit: null, source: census.data.origin, command },
  ]
}

function countedDraft(counted: number, view: View): readonly Draft[] {
  return [
    {
      subject: { kind: 'netns', key: 'SYN_SENT' },
      severity: 'info',
      confidence: 'possible',
      when: 'now',
      summary: say(words.onlyCounted, { counted }),
      evidence: censusEvidence(view),
      remedies: [],
      notHelpful: [],
      unknowns: [words.oneReading, words.silence],
    },
  ]
}

/** Which of the silent members are no nodes: told only by a whole list of nodes, since a cut one proves no absence. */
function membershipEvidence(addresses: readonly string[], port: number, { cluster }: View): readonly Evidence[] {
  const membership = cluster && MEMBER_PORTS.has(port) ? membershipOf(cluster, addresses) : null
  if (!membership) return []
  const { nodes, outside, list } = membership
  const [all, none, only] = [outside.length === 0, outside.length === addresses.length, addresses.length === 1]
  const template = all
    ? only
      ? words.theOneNode
      : words.allAreNodes
    : none
      ? only
        ? words.theOnePeer
        : words.noneIsNode
      : words.someAreNoNodes
  return [
    {
      label: say(template, {
        count: addresses.length,
        outside: outside.length,
        nodes,
        addresses: formatList(outside, SHOWN),
      }),
      value: nodes,
      unit: 'nodes',
      limit: null,
      source: list.origin,
      command: 'kubectl get nodes -o wide',
    },
  ]
}

/** Ports whose peers are the members of a cluster: BGP (bird), protokube's gossip. */
const BGP = 179
const MEMBER_PORTS: ReadonlySet<number> = new Set([BGP, 3999])

function remedies(addresses: readonly string[], port: number, view: View): readonly Remedy[] {
  const some = addresses.slice(0, SHOWN)
  const lines = inNetns(view, `nc -vz -w 3 $a ${port}`).split('\n')
  const tried = [...lines.slice(0, -1), `for a in ${some.join(' ')}; do ${lines.at(-1)}; done`].join('\n')
  const verify = inNetns(view, `ss -Htan state syn-sent 'dport = :${port}' | wc -l`)
  const tryThem: Remedy = { title: words.tryTitle, action: tried, language: 'sh', risk: words.tryRisk, verify }
  if (!MEMBER_PORTS.has(port)) return [tryThem]
  const list = `kubectl get nodes -o wide | grep -wF ${some.map((one) => `-e ${one}`).join(' ')}`
  const stale =
    port === BGP
      ? `${list}\n# not listed: gone. Find its name and delete it\ncalicoctl get nodes -o wide\ncalicoctl delete node NAME`
      : list
  return [
    {
      title: words.staleTitle,
      action: stale,
      language: 'sh',
      risk: port === BGP ? words.staleRisk : words.lookRisk,
      verify,
    },
    tryThem,
  ]
}
