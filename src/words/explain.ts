import type { Text } from '../model/text.ts'
import type { TopicKind } from '../model/topic.ts'

/** What `recvq explain` says around the pages themselves. Templates as in say(). */
export const EXPLAIN_WORDS = {
  about: {
    en: 'explain a rule, a counter, a sentence of netstat -s, a setting, a socket state, a column of ss or a line of the kernel’s log',
    zh: '解释一条规则、一个计数器、netstat -s 的一句输出、一项设置、一种套接字状态、ss 的一列，或一行内核日志',
  },
  more: {
    en: 'Examples: recvq explain accept-queue-full · ListenOverflows · "SYNs to LISTEN sockets dropped" · tcp_tw_recycle · CLOSE-WAIT · Recv-Q · "possible SYN flooding on port 80". Without a name: everything there is a page for.',
    zh: '示例：recvq explain accept-queue-full · ListenOverflows · "SYNs to LISTEN sockets dropped" · tcp_tw_recycle · CLOSE-WAIT · Recv-Q · "possible SYN flooding on port 80"。不写名称则列出所有页面。',
  },
  outputOption: { en: 'how to print it', zh: '输出格式' },
  unknown: { en: 'there is no page on “{name}”', zh: '没有关于“{name}”的页面' },
  unknownHint: {
    en: 'recvq explain without a name lists what there is',
    zh: '运行不带名称的 recvq explain 可列出全部页面',
  },
  nearest: { en: 'perhaps: {list}', zh: '是否想查：{list}' },
  severalMeanings: {
    en: '“{name}” may mean {n} things; all of them follow.',
    zh: '“{name}”可能有 {n} 种含义，以下全部列出。',
  },

  what: { en: 'What it means', zh: '含义' },
  why: { en: 'Why it happens', zh: '成因' },
  raisedBy: { en: 'What raises it', zh: '何时增加' },
  setBy: { en: 'What it bears on', zh: '影响什么' },
  reachedBy: { en: 'How it comes about', zh: '如何进入该状态' },
  shows: { en: 'Where the number comes from', zh: '数值从何而来' },
  writtenBy: { en: 'When the kernel writes it', zh: '内核何时打印' },
  confirm: { en: 'How to confirm it', zh: '如何确认' },
  read: { en: 'How to read it by hand', zh: '如何手工查看' },
  fix: { en: 'How to fix it', zh: '如何修复' },
  act: { en: 'What to do', zh: '该怎么做' },
  notToConfuse: { en: 'Not to be confused with', zh: '不要与此混淆' },
  thresholds: { en: 'Thresholds and their reasons', zh: '阈值及其理由' },
  effects: { en: 'What it brings about', zh: '由此引发' },
  causes: { en: 'What brings it about', zh: '可能由什么引起' },
  sources: { en: 'Sources', zh: '参考来源' },
  related: { en: 'See also', zh: '另见' },
  severity: { en: 'severity: at worst {severity}', zh: '严重程度：最高为{severity}' },
  scopeNetns: { en: 'judged once per network namespace', zh: '每个网络命名空间判断一次' },
  scopeNode: { en: 'judged once per node', zh: '每个节点判断一次' },
  since: { en: 'since {since}', zh: '自 {since} 起' },
  alsoCalled: { en: 'also: {names}', zh: '又作：{names}' },
  inNetstat: { en: 'in netstat -s: “{wordings}”', zh: 'netstat -s 中写作“{wordings}”' },
} satisfies Record<string, Text>

export const KIND_WORDS: Readonly<Record<TopicKind, Text>> = {
  rule: { en: 'rule', zh: '规则' },
  counter: { en: 'counter', zh: '计数器' },
  sysctl: { en: 'setting', zh: '设置' },
  state: { en: 'state', zh: '状态' },
  column: { en: 'column or field', zh: '列或字段' },
  log: { en: 'line of the kernel’s log', zh: '内核日志' },
}

/** What the section on the origin of a number is called, by what it is. */
export const RAISED_WORDS: Readonly<Record<Exclude<TopicKind, 'rule'>, Text>> = {
  counter: EXPLAIN_WORDS.raisedBy,
  sysctl: EXPLAIN_WORDS.setBy,
  state: EXPLAIN_WORDS.reachedBy,
  column: EXPLAIN_WORDS.shows,
  log: EXPLAIN_WORDS.writtenBy,
}
