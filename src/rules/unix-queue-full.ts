import type { View } from '../facts/need.ts'
import { type UnixQueue, unixQueues } from '../facts/unix-queues.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { plain, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const words = {
  full: {
    en: '{path}{program} holds {length} connections that nobody has accepted, over its limit of {max}: further clients block in connect(), those that do not wait get EAGAIN{standing}',
    zh: '{path}{program} 有 {length} 条连接没有被 accept，超过上限 {max}：后来的客户端会阻塞在 connect()，非阻塞的会得到 EAGAIN{standing}',
  },
  held: { en: ' ({program})', zh: '（{program}）' },
  standing: { en: '; it was full at the reading before, too', zh: '；前一次读数时也是满的' },
  queue: { en: '{path}: connections that nobody has accepted', zh: '{path}：尚未被 accept 的连接数' },
  before: { en: '{path}: the same at the reading before', zh: '{path}：前一次读数' },
  lookTitle: { en: 'See what its program is busy with', zh: '查看程序在忙什么' },
  lookRisk: { en: 'Reading does no harm.', zh: '只读，无害。' },
  fpmTitle: {
    en: 'PHP-FPM: more children first, then a longer queue',
    zh: 'PHP-FPM：先增加子进程数，再加长队列',
  },
  fpmRisk: {
    en: 'Each child takes memory (some 30 to 100 MB). A reload restarts the pool; requests that run are finished first.',
    zh: '每个子进程都占内存（约 30 到 100 MB）。reload 会重启进程池，正在处理的请求会先完成。',
  },
  limitTitle: {
    en: 'Raise both numbers of which the smaller one binds, and let the program listen anew',
    zh: '两个数取小的那个起作用：一起调大，并让程序重新监听',
  },
  limitRisk: {
    en: 'net.core.somaxconn is that of the namespace in which the program called listen(). A restart drops what waits.',
    zh: 'net.core.somaxconn 是程序调用 listen() 时所在网络命名空间的值。重启会丢掉正在排队的连接。',
  },
  notSyn: {
    en: 'TCP settings (tcp_max_syn_backlog, syncookies, tcp_abort_on_overflow): a unix socket has no handshake.',
    zh: 'TCP 参数（tcp_max_syn_backlog、syncookies、tcp_abort_on_overflow）：unix 套接字没有握手。',
  },
  notCounters: {
    en: 'Waiting for ListenOverflows to grow: no counter of the kernel tells of full unix queues.',
    zh: '等 ListenOverflows 增长：unix 队列满没有任何内核计数器。',
  },
  askBusy: {
    en: 'Why it accepts too slowly is not told here: ps -L -o tid,stat,wchan:32,comm of its processes, the status page of the pool, its slow log.',
    zh: '它为什么 accept 得慢，这里看不出来：看其各进程的 ps -L -o tid,stat,wchan:32,comm、进程池状态页和慢日志。',
  },
  askAgain: {
    en: 'One reading cannot tell a burst from a queue that stays full: ss -xlp, again after some seconds.',
    zh: '一次读数分不清是突发还是一直满：过几秒再执行一次 ss -xlp。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'unix-queue-full',
  title: { en: 'Queue of a unix socket is full', zh: 'unix 套接字的队列已满' },
  severity: 'critical',
  scope: 'netns',
  needs: { queues: unixQueues },
  words,
  page: {
    what: {
      en: 'A listening unix socket (a path, or a name that begins with @) holds more connections than its limit, and its program does not accept them. In `ss -xl` Recv-Q counts them and Send-Q is the limit, as for TCP; the kernel lets in limit + 1.',
      zh: '一个监听中的 unix 套接字（路径，或以 @ 开头的名字）积压的连接超过上限，程序没有 accept 它们。`ss -xl` 中 Recv-Q 是积压数，Send-Q 是上限，与 TCP 相同；内核最多放进上限 + 1 条。',
    },
    why: {
      en: 'Behind nginx stands PHP-FPM with too few children, behind kubectl and kubelet a container runtime that hangs, behind an application a database proxy. Nothing is dropped here: connect() blocks until there is room, or fails with EAGAIN where the client set O_NONBLOCK, which nginx reports as "(11: Resource temporarily unavailable) while connecting to upstream".',
      zh: 'nginx 后面是子进程太少的 PHP-FPM，kubelet 后面是卡住的容器运行时，应用后面是数据库代理。这里不丢任何东西：connect() 会阻塞到有空位，若客户端设了 O_NONBLOCK 则报 EAGAIN，nginx 会写成 "(11: Resource temporarily unavailable) while connecting to upstream"。',
    },
    confirm: {
      en: 'Take `ss -xlp` several times: Recv-Q above Send-Q each time is standing. strace of a client shows connect() that does not return, or EAGAIN. The log of the program in front tells since when.',
      zh: '多执行几次 `ss -xlp`：每次 Recv-Q 都大于 Send-Q 就是持续满。对客户端 strace 会看到 connect() 不返回或 EAGAIN。前端程序的日志能看出从何时开始。',
    },
    fix: {
      en: 'Let the program accept sooner: more workers, a shorter request, the backend that they wait for. The limit is min(backlog, net.core.somaxconn) at listen(), and takes a burst only.',
      zh: '让程序更快 accept：增加 worker、缩短请求、解决它们所等的后端。上限是 listen() 时 backlog 与 net.core.somaxconn 的较小者，只能应付突发。',
    },
    notToConfuse: {
      en: 'Recv-Q of a connected unix socket counts bytes. Datagram sockets (/dev/log, journald) have no accept queue; their limit is net.unix.max_dgram_qlen. A limit of 0 with an empty queue is a program that takes one connection at a time.',
      zh: '已连接的 unix 套接字，Recv-Q 是字节数。数据报套接字（/dev/log、journald）没有 accept 队列，受 net.unix.max_dgram_qlen 限制。上限为 0 且队列为空，只是程序一次接一条连接。',
    },
    sources: [
      'net/unix/af_unix.c: unix_recvq_full, unix_stream_connect',
      'unix(7)',
      'net/unix/diag.c: UNIX_DIAG_RQLEN',
    ],
  },
  thresholds: [
    {
      value: 'limit + 1',
      reason: {
        en: 'unix_recvq_full() tests length > limit, as TCP does; connect() then waits, or fails with EAGAIN',
        zh: '与 TCP 一样，unix_recvq_full() 判断长度 > 上限；此时 connect() 会等待，或以 EAGAIN 失败',
      },
    },
  ],
  effects: [],
  check: ({ queues }, view) => queues.filter((one) => one.full).map((one) => draftOf(view, one)),
})

function draftOf(view: View, queue: UnixQueue): Draft {
  const { socket, length, max, before } = queue
  const owners = socket.processes ?? []
  const program = [...new Set(owners.map((one) => one.comm))].sort().join(', ')
  const path = socket.path ?? '(unnamed)'
  const standing = before !== null && before > max
  const evidence = (label: Text, value: number): Evidence => ({
    label: say(label, { path }),
    value,
    unit: 'connections',
    limit: max,
    source: socket.origin,
    command: inNetns(view, 'ss -xlp'),
  })
  return {
    subject: { kind: 'listener', key: path, ...(program === '' ? {} : { process: program }) },
    severity: 'critical',
    confidence: 'certain',
    when: 'now',
    summary: say(words.full, {
      path,
      length,
      max,
      program: program === '' ? plain('') : say(words.held, { program }),
      standing: standing ? words.standing : plain(''),
    }),
    evidence: [evidence(words.queue, length), ...(before === null ? [] : [evidence(words.before, before)])],
    remedies: remediesFor(view, queue, program),
    notHelpful: [words.notSyn, words.notCounters],
    unknowns: [words.askBusy, ...(standing ? [] : [words.askAgain])],
  }
}

function remediesFor(view: View, { socket }: UnixQueue, program: string): readonly Remedy[] {
  const pid = socket.processes?.[0]?.pid ?? null
  const verify = inNetns(view, 'ss -xlp')
  const look: Remedy = {
    title: words.lookTitle,
    action:
      pid === null
        ? verify
        : `ps -L -o tid,stat,wchan:32,comm -p ${pid}\nstrace -c -f -p ${pid}   # end it after some seconds`,
    language: 'sh',
    risk: words.lookRisk,
    verify,
  }
  const isFpm = /php.*fpm/.test(program) || /php.*fpm/.test(socket.path ?? '')
  const limit: Remedy = isFpm
    ? {
        title: words.fpmTitle,
        action: `; the pool that has: listen = ${shellWord(socket.path ?? '')}\npm.max_children = 50\nlisten.backlog = 4096`,
        language: 'conf',
        risk: words.fpmRisk,
        verify,
      }
    : {
        title: words.limitTitle,
        action: inNetns(view, 'sysctl -w net.core.somaxconn=4096'),
        language: 'sh',
        risk: words.limitRisk,
        verify,
      }
  return [look, limit]
}
