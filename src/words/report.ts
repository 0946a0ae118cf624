import type { Confidence, Severity, When } from '../model/finding.ts'
import type { GapReason } from '../model/part.ts'
import type { Precedence } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'

/** What the text report says around the rules' own sentences. Templates as in say(); `…One` is the form for exactly one. */
export const REPORT_WORDS = {
  nothingFound: {
    en: 'What was looked at shows no dropped, hanging or leaked TCP connections.',
    zh: '在所检查的范围内，没有 TCP 连接被丢弃、卡住或泄漏的迹象。',
  },
  nothingProven: {
    en: 'Nothing proven. Suspected only: {summary}',
    zh: '没有得到证实的问题，仅有怀疑：{summary}',
  },
  unjudged: {
    en: 'Nothing found, but no accept queue could be judged: this is not the same as healthy.',
    zh: '未发现问题，但所有 accept 队列都缺少数据、无法判断：这不等于健康。',
  },
  nothingRead: {
    en: 'Nothing was read: the input holds no command output that recvq understands. This says nothing about any node.',
    zh: '没有读到任何内容：输入中没有 recvq 能识别的命令输出，不能说明任何节点的状况。',
  },
  unjudgedToo: {
    en: 'No accept queue could be judged for want of data: silence about them is not health.',
    zh: '由于缺少数据，accept 队列均无法判断：没有报告不等于健康。',
  },
  badgeClear: { en: 'NOTHING FOUND', zh: '未发现问题' },
  badgeUnjudged: { en: 'NOT JUDGED', zh: '无法判断' },
  badgeSuspected: { en: 'SUSPECTED', zh: '怀疑' },
  badgeBroken: { en: 'BROKEN', zh: '规则出错' },
  thisMachine: { en: 'this machine', zh: '本机' },
  unnamedNode: { en: 'a node that the input does not name', zh: '输入中未写明名称的节点' },
  node: { en: 'node {name}', zh: '节点 {name}' },
  pod: { en: 'pod {name}', zh: 'Pod {name}' },
  namespace: { en: 'network namespace {name}', zh: '网络命名空间 {name}' },
  unplaced: { en: 'a network namespace that the input does not name', zh: '输入中未写明的网络命名空间' },

  rootCauses: { en: '{n} root causes', zh: '{n} 个根因' },
  rootCausesOne: { en: '1 root cause', zh: '1 个根因' },
  effects: { en: '{n} effects', zh: '{n} 个后果' },
  effectsOne: { en: '1 effect', zh: '1 个后果' },
  findings: { en: '{n} findings', zh: '{n} 项发现' },
  findingsOne: { en: '1 finding', zh: '1 项发现' },
  nodes: { en: '{n} nodes', zh: '{n} 个节点' },
  nodesOne: { en: '1 node', zh: '1 个节点' },

  evidence: { en: 'Evidence', zh: '证据' },
  value: { en: 'Value', zh: '数值' },
  source: { en: 'Where it was read', zh: '出处' },
  byHand: { en: 'By hand', zh: '手工核对' },
  fix: { en: 'Fix', zh: '处理办法' },
  ownFixes: { en: '{n} remedies of its own; --all shows them', zh: '另有 {n} 条针对它的办法，加 --all 查看' },
  ownFixesOne: { en: '1 remedy of its own; --all shows it', zh: '另有 1 条针对它的办法，加 --all 查看' },
  risk: { en: 'Risk', zh: '风险' },
  verify: { en: 'Verify', zh: '验证' },
  notHelpful: { en: 'Does not help', zh: '无济于事的做法' },
  unknown: { en: 'Not known', zh: '尚不清楚' },
  leadsTo: { en: 'Leads to', zh: '由此导致' },
  alsoCausedBy: { en: 'Also brought about by “{title}”: {why}', zh: '同时也由“{title}”引起：{why}' },
  because: { en: 'Why', zh: '依据' },
  more: { en: '… and {n} more; --all shows them', zh: '…… 另有 {n} 条，加 --all 全部显示' },
  moreOne: { en: '… and 1 more; --all shows it', zh: '…… 另有 1 条，加 --all 显示' },
  moreAlike: {
    en: '… and {n} more like these: {subjects}; --all shows them',
    zh: '…… 另有 {n} 项同类发现：{subjects}，加 --all 全部显示',
  },
  moreAlikeOne: {
    en: '… and 1 more like these: {subjects}; --all shows it',
    zh: '…… 另有 1 项同类发现：{subjects}，加 --all 显示',
  },
  inReading: { en: 'reading {list}', zh: '第 {list} 次读数' },
  inReadings: { en: 'readings {list}', zh: '第 {list} 次读数' },

  lookedAt: { en: 'Looked at', zh: '检查范围' },
  reading: { en: 'Reading {n}', zh: '第 {n} 次读数' },
  readOnce: { en: 'Read', zh: '读数' },
  linesOf: { en: 'lines {first}–{last} of {file}', zh: '{file} 第 {first}–{last} 行' },
  takenAt: { en: 'taken {time}', zh: '采集于 {time}' },
  listeners: { en: '{n} listeners', zh: '{n} 个监听套接字' },
  listenersOne: { en: '1 listener', zh: '1 个监听套接字' },
  listenersShown: { en: '{n} listeners in what is shown', zh: '所见部分有 {n} 个监听套接字' },
  listenersShownOne: { en: '1 listener in what is shown', zh: '所见部分有 1 个监听套接字' },
  connectionsShown: { en: '{n} connections in what is shown', zh: '所见部分有 {n} 个连接' },
  connectionsShownOne: { en: '1 connection in what is shown', zh: '所见部分有 1 个连接' },
  queued: { en: '{n} of them with a queue', zh: '其中 {n} 个有排队' },
  connections: { en: '{n} connections', zh: '{n} 个连接' },
  connectionsOne: { en: '1 connection', zh: '1 个连接' },
  namespaces: { en: '{n} network namespaces', zh: '{n} 个网络命名空间' },
  namespacesOne: { en: '1 network namespace', zh: '1 个网络命名空间' },
  queuesFull: { en: 'accept queues are full', zh: 'accept 队列已满' },
  queuesClear: { en: 'no accept queue is full', zh: '没有 accept 队列已满' },
  queuesClearInPart: { en: 'no full accept queue in what is shown', zh: '所见部分中没有已满的 accept 队列' },
  queuesUnjudged: { en: 'accept queues not judged', zh: 'accept 队列无法判断' },
  together: { en: '{findings} on {nodes}: {list}', zh: '{nodes}共 {findings}：{list}' },
  noSockets: { en: 'no socket listing', zh: '没有套接字列表' },
  states: { en: 'states', zh: '状态' },
  counters: { en: 'counters', zh: '计数器' },
  settings: { en: 'settings', zh: '设置' },
  order: { en: 'Order', zh: '先后' },
  earlier: {
    en: 'reading {before} before reading {after}, {by}',
    zh: '第 {before} 次读数早于第 {after} 次读数（{by}）',
  },
  earlierBecause: {
    en: 'reading {before} before reading {after}, {by}: {because}',
    zh: '第 {before} 次读数早于第 {after} 次读数（{by}）：{because}',
  },
  orderUnknown: {
    en: 'the order in time of the other readings is not known, so nothing is said about change between them',
    zh: '其余读数的先后顺序未知，因此不对它们之间的变化下结论',
  },
  notes: { en: 'Notes', zh: '说明' },

  rules: { en: 'Rules', zh: '规则' },
  rulesFound: { en: '{n} found something', zh: '{n} 条有发现' },
  rulesClear: { en: '{n} looked and found nothing', zh: '{n} 条检查后无发现' },
  rulesPartly: { en: '{n} found nothing where they could look', zh: '{n} 条在可检查之处无发现' },
  rulesSkipped: { en: '{n} could not look', zh: '{n} 条无法检查' },
  rulesBroken: { en: '{n} broke', zh: '{n} 条出错' },
  brokenRule: {
    en: 'Rule {rule} broke, so its silence means nothing: {why}',
    zh: '规则 {rule} 出错，因此它没有报告不说明任何问题：{why}',
  },
  beware: { en: 'Beware', zh: '注意' },
  notJudged: { en: 'Not judged', zh: '未能判断' },
  notSeen: { en: 'Not seen', zh: '未能看到' },
  notUnderstood: { en: 'Not understood', zh: '未能识别' },
  unreadLines: { en: '{n} lines in {places} places', zh: '{places} 处共 {n} 行' },
  unreadLinesOne: { en: '{n} lines in 1 place', zh: '1 处共 {n} 行' },
  verboseLists: { en: '--verbose lists them', zh: '加 --verbose 逐条列出' },
  andMoreReasons: {
    en: '… and {n} more reasons; --verbose lists them',
    zh: '…… 另有 {n} 种原因，加 --verbose 逐条列出',
  },
} satisfies Record<string, Text>

export const SEVERITY_WORDS: Readonly<Record<Severity, Text>> = {
  critical: { en: 'CRITICAL', zh: '严重' },
  warning: { en: 'WARNING', zh: '警告' },
  info: { en: 'INFO', zh: '提示' },
}

/** After a number, as in `2 warnings`. */
export const SEVERITY_COUNTS: Readonly<Record<Severity, { readonly one: Text; readonly many: Text }>> = {
  critical: { one: { en: '1 critical', zh: '1 项严重' }, many: { en: '{n} critical', zh: '{n} 项严重' } },
  warning: { one: { en: '1 warning', zh: '1 项警告' }, many: { en: '{n} warnings', zh: '{n} 项警告' } },
  info: { one: { en: '1 remark', zh: '1 项提示' }, many: { en: '{n} remarks', zh: '{n} 项提示' } },
}

export const CONFIDENCE_WORDS: Readonly<Record<Confidence, Text>> = {
  certain: { en: 'certain', zh: '确定' },
  likely: { en: 'likely', zh: '很可能' },
  possible: { en: 'only possible', zh: '仅为可能' },
}

export const WHEN_WORDS: Readonly<Record<When, Text>> = {
  now: { en: 'now', zh: '正在发生' },
  past: { en: 'in the past', zh: '曾经发生' },
  setting: { en: 'a setting', zh: '设置隐患' },
}

export const ORDER_WORDS: Readonly<Record<Precedence['by'], Text>> = {
  clock: { en: 'by the clock', zh: '依据时间' },
  inferred: { en: 'inferred', zh: '推断' },
  hint: { en: 'as people said', zh: '依据文字描述' },
}

export const REASON_WORDS: Readonly<Record<GapReason | 'partial', Text>> = {
  absent: { en: 'not captured', zh: '没有采集' },
  denied: { en: 'not permitted', zh: '权限不足' },
  timeout: { en: 'took too long', zh: '超时' },
  unsupported: { en: 'not supported here', zh: '此处不支持' },
  malformed: { en: 'not readable', zh: '无法解析' },
  partial: { en: 'only a part', zh: '只有一部分' },
}

/** The parts of a Snapshot, by their field's name. */
export const PART_WORDS: Readonly<Record<string, Text>> = {
  listeners: { en: 'listeners', zh: '监听套接字' },
  connections: { en: 'connections', zh: '连接' },
  census: { en: 'counts by state', zh: '状态统计' },
  counters: { en: 'counters', zh: '计数器' },
  sockstat: { en: 'sockstat', zh: 'sockstat' },
  sysctls: { en: 'sysctls', zh: 'sysctl 设置' },
  processes: { en: 'processes', zh: '进程' },
  nat: { en: 'forwarding rules', zh: '转发规则' },
  flows: { en: 'connection tracking', zh: '连接跟踪' },
  machine: { en: 'machine', zh: '机器状况' },
}

/** Units that rules give to their numbers, in the plural; one that is not here is printed as it is. */
export const UNIT_WORDS: Readonly<Record<string, { readonly one: Text; readonly many: Text }>> = {
  connections: unit('connection', 'connections', '个连接'),
  listeners: unit('listener', 'listeners', '个监听套接字'),
  nodes: unit('node', 'nodes', '个节点'),
  endpoints: unit('endpoint', 'endpoints', '个 endpoint'),
  ports: unit('port', 'ports', '个端口'),
  namespaces: unit('namespace', 'namespaces', '个命名空间'),
  sockets: unit('socket', 'sockets', '个套接字'),
  processes: unit('process', 'processes', '个进程'),
  handshakes: unit('handshake', 'handshakes', '次握手'),
  segments: unit('segment', 'segments', '个报文段'),
  packets: unit('packet', 'packets', '个报文'),
  bytes: unit('byte', 'bytes', '字节'),
  times: unit('time', 'times', '次'),
  seconds: unit('second', 'seconds', '秒'),
  ms: unit('ms', 'ms', '毫秒'),
}

function unit(one: string, many: string, zh: string): { readonly one: Text; readonly many: Text } {
  return { one: { en: one, zh }, many: { en: many, zh } }
}
