import { byName, countOf, servicePort } from '../facts/connections.ts'
import { type HalfClosed, halfClosed } from '../facts/half-closed.ts'
import type { View } from '../facts/need.ts'
import type { Confidence, Draft, Evidence } from '../model/finding.ts'
import type { ConnectionGroup } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { peerList } from './peer-words.ts'

/** Fewer come and go wherever requests end with a half-close. */
const MANY = 20
/** So few are enough where the same ones stand beyond every lingering close. */
const FEW = 5
/** nginx (lingering_time) and Apache linger 30 s at most; what stands twice as long lingers no more. */
const BEYOND_LINGERING_SECONDS = 60

const words = {
  standing: {
    en: '{program} keeps {count} half-closed connections (FIN_WAIT2){place}: it has sent its FIN, the other side does not close, and no timer ends them',
    zh: '{program} 保留着 {count} 条半关闭的连接（FIN_WAIT2）{place}：它已发出 FIN，对端一直不关闭，也没有定时器会结束它们',
  },
  seen: {
    en: '{program} holds {count} connections in FIN_WAIT2{place}; whether they stay is not shown',
    zh: '{program} 持有 {count} 条 FIN_WAIT2 连接{place}；看不出它们是否一直停留',
  },
  server: { en: ' at its port {port}', zh: '，在其端口 {port}' },
  client: { en: ' to port {port}', zh: '，到端口 {port}' },
  nowhere: { en: '', zh: '' },
  unknownProgram: { en: 'A program that is not named', zh: '未显示名称的程序' },
  group: { en: 'in FIN_WAIT2{place}, with {peers}', zh: 'FIN_WAIT2{place}，对端 {peers}' },
  before: { en: 'at the reading before', zh: '前一次读数时的数量' },
  identical: { en: 'the very same sockets at both readings', zh: '两次读数中完全相同的套接字数' },
  orphans: {
    en: 'further ones in FIN_WAIT2 that nobody holds: the kernel ends those after tcp_fin_timeout',
    zh: '另有无人持有的 FIN_WAIT2：内核会在 tcp_fin_timeout 之后结束它们',
  },
  fds: { en: 'open file descriptors of pid {pid}', zh: '进程 {pid} 打开的文件描述符' },
  again: {
    en: 'Again in a minute: ss -tanpo state fin-wait-2. The same local ports are a leak; others are a lingering close.',
    zh: '一分钟后再执行 ss -tanpo state fin-wait-2：本地端口相同就是泄漏，不同则是延迟关闭。',
  },
  onPurpose: {
    en: 'A program that half-closes on purpose and waits for a long answer (a proxy, rsync, nc -N) looks alike for as long as the answer takes.',
    zh: '有意半关闭并等待较长应答的程序（代理、rsync、nc -N）在应答期间看起来也是这样。',
  },
  closeTitle: {
    en: 'In the program: close() after shutdown(), at the latest after a deadline for the last read',
    zh: '在程序中：shutdown() 之后要 close()，最迟在最后一次读取超时后关闭',
  },
  closeRisk: {
    en: 'After close() the kernel ends the rest after tcp_fin_timeout; late data of the peer is answered with a reset.',
    zh: 'close() 之后内核会在 tcp_fin_timeout 后了结；对端迟到的数据会收到 RST。',
  },
  aliveTitle: { en: 'Until then: keepalive finds peers that are gone', zh: '修复之前：用 keepalive 找出已消失的对端' },
  aliveAction: {
    en: 'It takes SO_KEEPALIVE in the program (HAProxy: option clktcpka; nginx: so_keepalive=on).',
    zh: '需要程序设置 SO_KEEPALIVE（HAProxy：option clktcpka；nginx：so_keepalive=on）。',
  },
  notTimeout: {
    en: 'A smaller net.ipv4.tcp_fin_timeout: it counts for orphans alone, not while a program holds the socket.',
    zh: '调小 net.ipv4.tcp_fin_timeout：它只对孤儿连接计时，程序仍持有套接字时不起作用。',
  },
  notTw: {
    en: 'tcp_tw_reuse and tcp_max_tw_buckets: these connections have not come to TIME_WAIT yet.',
    zh: '调整 tcp_tw_reuse、tcp_max_tw_buckets：这些连接还没有到 TIME_WAIT。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'fin-wait2-leak',
  title: { en: 'A program keeps half-closed connections', zh: '程序一直保留半关闭的连接' },
  severity: 'warning',
  scope: 'netns',
  needs: { held: halfClosed },
  words,
  page: {
    what: {
      en: 'This side has sent its FIN and got it acknowledged; the other side has not sent its own. With close() the socket belongs to nobody from then on, and the kernel gives it tcp_fin_timeout (60 s). With shutdown() the program still holds it, and the kernel waits as long as the program does: for ever.',
      zh: '本端已发出 FIN 并得到确认，对端还没有发出自己的 FIN。如果用的是 close()，套接字从此无人持有，内核只再等 tcp_fin_timeout（60 秒）；如果用的是 shutdown()，程序仍持有它，程序等多久内核就等多久，可以是永远。',
    },
    why: {
      en: '- A server or proxy shuts its sending side and forgets to close when the client does not answer with its own end.\n- The peer vanished without a FIN, or leaks in CLOSE_WAIT itself: then both ends of the same connection are stuck.\n- A relay copies one direction to its end and waits for the other without a deadline.',
      zh: '- 服务端或代理关闭了发送方向，而客户端一直不结束时忘了 close。\n- 对端没有发 FIN 就消失了，或者自己泄漏在 CLOSE_WAIT：此时同一条连接两端都卡住。\n- 转发程序一个方向已经复制到结尾，却没有期限地等待另一个方向。',
    },
    confirm: {
      en: '`ss -tanpo state fin-wait-2` twice, a minute apart. A row with `users:` and without a timer, there both times, is held. Rows without `users:` count down and go.',
      zh: '隔一分钟执行两次 `ss -tanpo state fin-wait-2`。两次都在、带 `users:` 且没有定时器的行就是被程序持有的；没有 `users:` 的行会倒计时并消失。',
    },
    fix: {
      en: 'Close the socket after shutdown() once the peer had its time. If the peers sit in CLOSE_WAIT, mend those programs: they are the other half.',
      zh: 'shutdown() 之后给对端一段时限，到期就关闭套接字。如果对端停在 CLOSE_WAIT，还要修复那些程序：它们是问题的另一半。',
    },
    notToConfuse: {
      en: '- FIN_WAIT2 that no process holds: the ordinary end of a connection, gone within a minute.\n- A lingering close: nginx and Apache hold FIN_WAIT2 for up to 30 s on purpose, always other sockets.\n- CLOSE_WAIT is the mirror image at the peer (`close-wait-leak`).\n- FIN_WAIT1: the FIN itself is not acknowledged (`orphaned-sockets`).',
      zh: '- 没有进程持有的 FIN_WAIT2：连接的正常收尾，一分钟内消失。\n- 延迟关闭：nginx 和 Apache 会有意保持 FIN_WAIT2 最多 30 秒，每次都是不同的套接字。\n- CLOSE_WAIT 是对端看到的镜像（见 `close-wait-leak`）。\n- FIN_WAIT1：FIN 本身尚未得到确认（见 `orphaned-sockets`）。',
    },
    sources: [
      'Linux net/ipv4/tcp.c: tcp_shutdown(), __tcp_close(); net/ipv4/tcp_input.c: tcp_rcv_state_process(), TCP_FIN_WAIT1',
      'Linux Documentation/networking/ip-sysctl.rst: tcp_fin_timeout',
      'RFC 9293, 3.6 Closing a Connection',
    ],
  },
  effects: [
    {
      rule: 'fd-limit-reached',
      shared: 'process',
      why: {
        en: 'A half-closed connection that is never closed keeps its descriptor.',
        zh: '半关闭后一直不 close 的连接会一直占着描述符。',
      },
    },
  ],
  thresholds: [
    {
      value: '20',
      reason: {
        en: 'connections of one program: fewer come and go wherever a program half-closes',
        zh: '同一程序的连接数：少于此数在使用半关闭的程序中属于正常来去',
      },
    },
    {
      value: '60 s',
      reason: {
        en: 'between two readings that show the same sockets: twice the longest lingering close of nginx and Apache (30 s); from then on 5 are enough',
        zh: '两次读数之间都出现同样的套接字：是 nginx 和 Apache 最长延迟关闭（30 秒）的两倍；此时 5 条即可认定',
      },
    },
  ],
  check({ held: { programs, orphans } }, view) {
    return programs.flatMap((one) => {
      const confidence = confidenceOf(one)
      return confidence ? [draft(one, confidence, orphans, view)] : []
    })
  },
})

function confidenceOf({ count, before }: HalfClosed): Confidence | null {
  const long = before?.seconds != null && before.seconds >= BEYOND_LINGERING_SECONDS
  if (before && long && before.standing !== null && before.standing >= FEW && count >= before.count) return 'certain'
  // Where sockets come and go all the time, a set of twenty that stays the very same is none of them.
  if (before && before.identical >= MANY) return 'likely'
  if (before && before.standing === 0) return null
  return count >= MANY ? 'possible' : null
}

function draft(one: HalfClosed, confidence: Confidence, orphans: number, view: View): Draft {
  const { program, groups, count, key } = one
  const isSure = confidence !== 'possible'
  return {
    subject: { kind: 'process', key, ...(program === null ? {} : { process: program }) },
    severity: isSure ? 'warning' : 'info',
    confidence,
    when: 'now',
    summary: say(isSure ? words.standing : words.seen, {
      program: program === null ? words.unknownProgram : { en: program, zh: program },
      count,
      place: placeOf(groups),
    }),
    evidence: [...groupEvidence(groups, view), ...beforeEvidence(one), ...moreEvidence(groups, orphans, view)],
    remedies: [
      {
        title: words.closeTitle,
        action: null,
        language: null,
        risk: words.closeRisk,
        verify: inNetns(view, 'ss -Htanp state fin-wait-2 | wc -l'),
      },
      {
        title: words.aliveTitle,
        action: inNetns(view, 'sysctl -w net.ipv4.tcp_keepalive_time=600'),
        language: 'sh',
        risk: words.aliveAction,
        verify: inNetns(view, 'ss -tanpo state fin-wait-2'),
      },
    ],
    notHelpful: [words.notTimeout, words.notTw],
    unknowns: [...(confidence === 'certain' ? [] : [words.again]), words.onPurpose],
  }
}

/** Where they all stand alike; nothing where they do not. */
function placeOf(groups: readonly ConnectionGroup[]): Text {
  const [first] = groups
  const alike = first && groups.every((one) => one.role === first.role && servicePort(one) === servicePort(first))
  if (!alike || first.role === 'unknown') return words.nowhere
  return say(words[first.role], { port: String(servicePort(first) ?? '?') })
}

function groupEvidence(groups: readonly ConnectionGroup[], view: View): readonly Evidence[] {
  const byPort = byName(groups, (one) => `${one.role} ${servicePort(one)}`)
  return [...byPort.values()].flatMap((rows): readonly Evidence[] => {
    const [first] = rows
    if (!first) return []
    const peers = [...byName(rows, (one) => one.peer.address)]
      .map(([address, same]) => ({ address, count: countOf(same) }))
      .toSorted((a, b) => b.count - a.count)
    return [
      {
        label: say(words.group, { place: placeOf(rows), peers: peerList(view, peers) }),
        value: countOf(rows),
        unit: 'connections',
        limit: null,
        source: first.origin,
        command: inNetns(view, 'ss -tanpo state fin-wait-2'),
      },
    ]
  })
}

function beforeEvidence({ before, groups }: HalfClosed): readonly Evidence[] {
  const [first] = groups
  if (!before || !first) return []
  const base = { unit: 'connections', limit: null, source: first.origin, command: null }
  return [
    { ...base, label: words.before, value: before.count },
    ...(before.identical > 0 ? [{ ...base, label: words.identical, value: before.identical }] : []),
  ]
}

function moreEvidence(groups: readonly ConnectionGroup[], orphans: number, view: View): readonly Evidence[] {
  const pids = new Set(groups.flatMap((one) => (one.processes ?? []).flatMap(({ pid }) => pid ?? [])))
  const { processes } = view.snapshot
  const [first] = groups
  return [
    ...(orphans > 0 && first
      ? [
          {
            label: words.orphans,
            value: orphans,
            unit: 'connections',
            limit: null,
            source: first.origin,
            command: inNetns(view, 'ss -tano state fin-wait-2'),
          },
        ]
      : []),
    ...(processes.ok ? processes.data : []).flatMap(({ pid, fds }): readonly Evidence[] =>
      fds && pids.has(pid)
        ? [
            {
              label: say(words.fds, { pid: String(pid) }),
              value: fds.open,
              unit: null,
              limit: fds.limit,
              source: { via: processes.ok ? processes.via : 'processes' },
              command: `ls /proc/${pid}/fd | wc -l`,
            },
          ]
        : [],
    ),
  ]
}
