import type { Text } from '../model/text.ts'

/** What `recvq diff` and `recvq counters` say. Templates as in say(). */
export const DIFF_WORDS = {
  about: {
    en: 'show what changed between two readings of a node, or what two nodes differ in',
    zh: '显示同一节点两次读数之间的变化，或两个节点之间的差异',
  },
  more: {
    en: 'One FILE: its readings against each other, in the order of time. Two: the last reading of the first against the last of the second; FILE#2 picks the second reading. None: this machine, twice. Pids, clients’ ports and the order of rows do not count. Exits with 1 where something differs.',
    zh: '只给一个 FILE：按时间先后比较其中的各次读数。给两个：比较各自的最后一次读数；FILE#2 取第二次读数。不写：读取本机两次。进程号、客户端端口和行的顺序不算差异。有差异时以 1 退出。',
  },
  countersAbout: {
    en: 'show which counters moved between two readings, how fast, and what they mean',
    zh: '显示两次读数之间哪些计数器在变化、变化多快、含义是什么',
  },
  outputOption: { en: 'how to print it', zh: '输出格式' },
  allOption: { en: 'show everything: what is alike too', zh: '全部显示，包括没有变化的' },
  wantedTwo: {
    en: '{files} files: wanted one with several readings, or two',
    zh: '给了 {files} 个文件：需要一个含多次读数的文件，或两个文件',
  },
  nothingToCompare: {
    en: '{file} holds {n} readings: nothing to hold against each other',
    zh: '{file} 中只有 {n} 次读数，没有可比较的对象',
  },
  severalNodes: {
    en: '{file} holds readings of several nodes ({list}) and of none of them two: name two readings, as in FILE#1 FILE#2',
    zh: '{file} 含多个节点（{list}）的读数，但没有一个节点有两次读数：请指明两次读数，例如 FILE#1 FILE#2',
  },
  noCounters: {
    en: 'No counters were read: nstat -az or netstat -s shows them, two readings what moves.',
    zh: '没有读到计数器：可用 nstat -az 或 netstat -s 采集，采集两次可看出变化。',
  },

  time: { en: '{a} → {b}', zh: '{a} → {b}' },
  single: { en: '{a}, totals since boot', zh: '{a}，开机以来的总数' },
  nodes: { en: '{a} against {b}', zh: '{a} 与 {b} 对比' },
  unordered: {
    en: '{a} against {b}; which came first is not known, so nothing is said to have grown or gone',
    zh: '{a} 与 {b} 对比；先后次序未知，因此不对增减下结论',
  },
  reading: { en: '{node}, {source}', zh: '{node}，{source}' },
  lines: { en: 'lines {first}–{last} of {file}', zh: '{file} 第 {first}–{last} 行' },
  order: { en: 'Order', zh: '先后' },
  apart: { en: '{seconds} s apart', zh: '相隔 {seconds} 秒' },
  nothing: { en: 'Nothing that counts has changed.', zh: '没有值得注意的变化。' },
  nothingNodes: { en: 'The two do not differ in anything that counts.', zh: '两者没有值得注意的差异。' },

  findings: { en: 'Findings', zh: '发现' },
  opened: { en: 'new', zh: '新出现' },
  closed: { en: 'gone', zh: '已消失' },
  worse: { en: 'worse', zh: '加重' },
  better: { en: 'better', zh: '减轻' },
  onlyLeft: { en: 'only {a}', zh: '仅 {a}' },
  same: { en: 'as before', zh: '照旧' },
  unjudged: { en: 'told at one side only, not judged at the other', zh: '只有一侧能判断' },
  from: { en: 'was {severity}, {confidence}', zh: '原为{severity}、{confidence}' },

  queues: { en: 'Accept queues', zh: 'accept 队列' },
  grown: { en: 'grown', zh: '增长' },
  drained: { en: 'drained', zh: '缩短' },
  still: { en: 'unchanged', zh: '未变' },
  queueMove: { en: '{name} {before} → {after}', zh: '{name} {before} → {after}' },
  ofLimit: { en: ' (limit {max})', zh: '（上限 {max}）' },
  stillQueues: {
    en: '{n} queues stand as they were, with {connections} connections',
    zh: '{n} 个队列没有变化，共 {connections} 个连接',
  },
  listeners: { en: 'Listeners', zh: '监听套接字' },
  appeared: { en: 'new', zh: '新增' },
  gone: { en: 'gone', zh: '消失' },
  notListed: { en: 'no longer listed', zh: '不再列出' },
  notListedBefore: { en: 'not listed before', zh: '此前未列出' },
  withQueue: { en: '{name} ({n} waited there)', zh: '{name}（原有 {n} 个等待）' },
  limit: { en: 'limit', zh: '上限' },
  owner: { en: 'program', zh: '程序' },
  stuck: { en: 'Stuck', zh: '滞留' },
  sameSockets: {
    en: '{n} connections in {queues} queues are the very same ones',
    zh: '{queues} 个队列中的 {n} 个连接正是原来那些',
  },
  reset: {
    en: 'reset while queued: {before} → {after}',
    zh: '排队期间被重置：{before} → {after}',
  },
  resetSame: {
    en: 'reset while queued: {after} at both readings, likely the same ones',
    zh: '排队期间被重置：两次均为 {after} 个，很可能就是同一批',
  },
  states: { en: 'State totals', zh: '状态总数' },
  counters: { en: 'Counters', zh: '计数器' },
  settings: { en: 'Settings', zh: '设置' },
  forwarding: { en: 'Forwarding', zh: '转发规则' },
  endpoints: { en: 'endpoints of {service}', zh: '{service} 的后端' },
  partial: { en: 'rules were left out at one side', zh: '有一侧的规则不全' },
  namespaces: { en: 'Namespaces', zh: '网络命名空间' },
  noneMoved: { en: 'Nothing moved that tells of trouble.', zh: '没有与故障有关的计数器变化。' },
  traffic: {
    en: '… and {n} that always move (packets, bytes, acknowledgments); --all shows them',
    zh: '…… 另有 {n} 个始终变化的计数器（报文、字节、确认），加 --all 显示',
  },
  perSecond: { en: '{rate}/s', zh: '{rate}/秒' },
  unknownValue: { en: 'not counted', zh: '未统计' },
  andMore: { en: '… and {n} more; --all shows them', zh: '…… 另有 {n} 项，加 --all 全部显示' },
} satisfies Record<string, Text>
