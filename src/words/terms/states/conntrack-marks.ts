import type { Term } from '../define-term.ts'

/** Marks that stand beside the state in a listing of tracked connections. */
export const CONNTRACK_MARKS: readonly Term[] = [
  {
    id: 'UNREPLIED',
    also: ['[UNREPLIED]'],
    title: { en: 'conntrack: nothing came back yet', zh: 'conntrack：尚无任何应答' },
    what: {
      en: 'A mark on an entry, for all protocols: packets were seen in one direction only. When the table is full these are thrown out first.',
      zh: '条目上的标记，各种协议通用：只见到一个方向的报文。表满时最先淘汰的就是它们。',
    },
    since: null,
    raisedBy: {
      en: 'Every new entry, until the first packet of the reply direction.',
      zh: '每个新条目都有，见到应答方向的第一个报文后去掉。',
    },
    read: {
      en: '`conntrack -L | grep -c UNREPLIED`. For UDP that may be a protocol without answers (syslog, StatsD). Many for one TCP destination: it is silent.',
      zh: '`conntrack -L | grep -c UNREPLIED`。UDP 可能本来就没有应答（syslog、StatsD）；若大量集中在同一个 TCP 目标，说明它不作声。',
    },
    act: null,
    rules: ['syn-sent-stuck'],
    sources: ['net/netfilter/nf_conntrack_standalone.c: ct_seq_show', 'net/netfilter/nf_conntrack_core.c: early_drop'],
  },
  {
    id: 'ASSURED',
    also: ['[ASSURED]'],
    title: { en: 'conntrack: not thrown out early', zh: 'conntrack：不会被提前淘汰' },
    what: {
      en: 'Tracking has seen enough of this flow to believe in it; a full table does not evict it.',
      zh: '跟踪已确信这条流是真实的；表满时也不会提前淘汰它。',
    },
    since: null,
    raisedBy: {
      en: 'For TCP the completed handshake; for UDP answers that keep coming, which also move it to the longer stream timeout.',
      zh: 'TCP 完成握手后；UDP 则在应答持续到来之后，同时改用较长的流超时。',
    },
    read: {
      en: 'If nearly all of a full table is ASSURED, early eviction can free nothing: look at the timeouts and at who opens so many.',
      zh: '若满表中几乎都是 ASSURED，提前淘汰腾不出空间：要看超时设置，以及是谁建了这么多连接。',
    },
    act: null,
    rules: ['conntrack-table-full'],
    sources: ['net/netfilter/nf_conntrack_core.c: gc_worker, early_drop'],
  },
  {
    id: 'OFFLOAD',
    also: ['[OFFLOAD]', '[HW_OFFLOAD]', 'HW_OFFLOAD'],
    title: { en: 'conntrack: the flow takes the fast path', zh: 'conntrack：该流走快速路径' },
    what: {
      en: 'A flowtable forwards its packets without the usual chains, or the network card does. The row then shows no state’s countdown: the timeout column is missing.',
      zh: '由 flowtable（或网卡硬件）直接转发，不再经过普通链。此时行里没有超时倒计时这一列。',
    },
    since: 'Linux 4.16',
    raisedBy: {
      en: 'A rule `flow add` of nftables or the FLOWOFFLOAD target, for established connections.',
      zh: '已建立的连接命中 nftables 的 `flow add` 规则或 FLOWOFFLOAD 目标。',
    },
    read: {
      en: '`conntrack -L | grep OFFLOAD`. Counters of rules and captures on this node miss most of such packets.',
      zh: '`conntrack -L | grep OFFLOAD`。规则计数器和本机抓包都看不到这类流的大部分报文。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/networking/nf_flowtable.rst'],
  },
]
