import type { NameSource } from '../model/service-table.ts'
import type { Text } from '../model/text.ts'

/** What `recvq services` prints, and says of itself. `…One` is the form for exactly one. */
export const SERVICE_WORDS = {
  about: {
    en: 'list Services as this node forwards them: NodePort, the queue of the socket that holds it, rules, endpoints, pods',
    zh: '列出节点转发的 Service：NodePort、占用它的监听套接字及其队列、规则、endpoint、Pod',
  },
  more: {
    en: 'PORT or NAME (web, shop/web, shop/web:http) shows one Service with every endpoint; without it all are listed',
    zh: '给出端口或名称（web、shop/web、shop/web:http）时显示该 Service 及其全部 endpoint；不写则全部列出',
  },
  fromOption: {
    en: 'captured output, bundles, files of `recvq collect`, - for standard input, FILE#2 for its second reading; none: this machine',
    zh: '采集到的输出、资料包或 `recvq collect` 写出的文件；- 表示标准输入，FILE#2 只取其中第二次读数；不写则读取本机',
  },
  outputOption: { en: 'how to print it', zh: '输出格式' },
  allOption: { en: 'fold nothing: every endpoint', zh: '不折叠：列出全部 endpoint' },
  namespaceOption: { en: 'only Services of this Kubernetes namespace', zh: '只看这个 Kubernetes 命名空间的 Service' },
  selectorOption: {
    en: 'only Services with these labels (asked of the Kubernetes API: text does not show them)',
    zh: '只看带有这些标签的 Service（由 Kubernetes API 筛选；文本输出中没有标签）',
  },
  allNamespacesOption: {
    en: 'Services of all Kubernetes namespaces (the default)',
    zh: '所有 Kubernetes 命名空间（默认）',
  },
  selectorNeedsKube: {
    en: '--selector: only the Kubernetes API knows labels; add --kube',
    zh: '--selector：只有 Kubernetes API 知道标签，请加 --kube',
  },
  noMatch: {
    en: 'no Service or port {wanted} in what was read',
    zh: '读到的内容中没有 Service 或端口 {wanted}',
  },
  nothing: {
    en: 'no Service was seen: no forwarding rules, no kube-proxy listeners, no answer of Kubernetes',
    zh: '没有看到任何 Service：没有转发规则、没有 kube-proxy 的监听套接字，也没有 Kubernetes 的数据',
  },

  service: { en: 'Service', zh: 'Service' },
  type: { en: 'Type', zh: '类型' },
  nodePort: { en: 'NodePort', zh: 'NodePort' },
  queue: { en: 'Recv-Q', zh: 'Recv-Q' },
  rules: { en: 'Rules', zh: '规则' },
  endpoints: { en: 'Endpoints', zh: 'Endpoint' },
  unnamed: { en: '(not named)', zh: '（未知名称）' },
  notShown: {
    en: 'no room for: {columns}; a wider terminal or -o json shows them',
    zh: '宽度不足，未显示：{columns}；加宽终端或用 -o json 查看',
  },
  legendHand: {
    en: '* typed by hand: only a table that a person wrote names it',
    zh: '* 手工填写：名称只见于人工整理的表格',
  },
  legendOver: {
    en: '! over its limit: the queue is full',
    zh: '! 超过上限：队列已满',
  },
  count: { en: '{n} Service ports', zh: '{n} 个 Service 端口' },
  countOne: { en: '1 Service port', zh: '1 个 Service 端口' },
  waiting: {
    en: '{ports} with a queue, {over} over the limit, {queued} connections waiting',
    zh: '{ports} 个有排队，{over} 个超限，共 {queued} 个连接在等待',
  },
  waitingUnlimited: {
    en: '{ports} with a queue, {queued} connections waiting; not every limit is known',
    zh: '{ports} 个有排队，共 {queued} 个连接在等待；部分上限未知',
  },
  byNamespace: { en: 'By namespace', zh: '按命名空间' },
  total: { en: '{namespace} {ports} ({over} over the limit)', zh: '{namespace} {ports} 个（{over} 个超限）' },
  totalUnlimited: { en: '{namespace} {ports}', zh: '{namespace} {ports} 个' },
  sharing: { en: '{a} and {b} send to the same endpoints', zh: '{a} 与 {b} 指向相同的 endpoint' },
  sharingShown: {
    en: '{a} and {b} send to the same endpoints, as far as they are shown',
    zh: '就所见部分而言，{a} 与 {b} 指向相同的 endpoint',
  },
  ofCluster: { en: 'Cluster, seen from no node', zh: '集群（没有来自节点的数据）' },
  reading: { en: 'lines {first}–{last} of {file}', zh: '{file} 第 {first}–{last} 行' },
  notSeenPart: { en: 'Not seen: {part} ({why})', zh: '未能看到：{part}（{why}）' },
  seenInPart: { en: 'Seen in part: {part} ({why})', zh: '只看到一部分：{part}（{why}）' },
  moreCuts: { en: ' and {n} more; --all lists them', zh: ' 等，另有 {n} 处，加 --all 列出' },

  named: { en: 'Named by', zh: '名称来源' },
  address: { en: 'Addresses', zh: '地址' },
  listener: { en: 'Listener', zh: '监听' },
  noListener: { en: 'none on this port', zh: '该端口没有监听套接字' },
  listenerNotSeen: { en: 'not seen', zh: '未能看到' },
  connections: { en: '{length} connections', zh: '{length} 个连接' },
  ofLimit: { en: '{length} / {limit} connections', zh: '{length} / {limit} 个连接' },
  overLimit: { en: 'over its limit', zh: '超过上限' },
  limitEarlier: { en: 'limit as printed earlier', zh: '上限取自更早的读数' },
  chain: { en: '{backend}, chain {chain}', zh: '{backend}，链 {chain}' },
  chainMissing: { en: 'its rules were not seen', zh: '没有看到其中的规则' },
  noRules: { en: 'none seen', zh: '没有看到' },
  refused: { en: 'refused: {why}', zh: '拒绝：{why}' },
  localOnly: { en: "this node's own endpoints only", zh: '仅限本节点的 endpoint' },
  some: { en: '{n}', zh: '{n} 个' },
  each: { en: '{n} at {share} each', zh: '{n} 个，各占 {share}' },
  atLeast: { en: 'at least {n}', zh: '至少 {n} 个' },
  rulesNotSeen: { en: 'rules of {n} not seen', zh: '{n} 个的规则未能看到' },
  byKubernetes: { en: '{n} by Kubernetes', zh: 'Kubernetes 列出 {n} 个' },
  noEndpoints: { en: 'none', zh: '无' },
  unknownEndpoints: { en: 'not known', zh: '未知' },
  share: { en: 'Share', zh: '占比' },
  pod: { en: 'Pod', zh: 'Pod' },
  node: { en: 'Node', zh: '节点' },
  ready: { en: 'Ready', zh: '就绪' },
  restarts: { en: 'Restarts', zh: '重启' },
  age: { en: 'Age', zh: '运行时间' },
  yes: { en: 'yes', zh: '是' },
  no: { en: 'no', zh: '否' },
  seenBy: { en: 'Seen in', zh: '来源' },
  inBoth: { en: 'rules, Kubernetes', zh: '规则、Kubernetes' },
  inRules: { en: 'rules', zh: '规则' },
  inKubernetes: { en: 'Kubernetes', zh: 'Kubernetes' },
  moreEndpoints: { en: '… and {n} more; --all shows them', zh: '…… 另有 {n} 个，加 --all 查看' },
  restNotSeen: { en: '… and {n} whose addresses were not seen', zh: '…… 另有 {n} 个的地址未能看到' },
  shares: { en: 'Shared with', zh: '共用者' },
  sharedShown: { en: 'as far as they are shown', zh: '就所见部分而言' },
  conntrack: { en: 'conntrack', zh: 'conntrack' },
  entries: {
    en: '{n} entries, {translated} translated by NAT, {past} past the rules',
    zh: '{n} 条，其中 {translated} 条经过 NAT 转换，{past} 条绕过规则',
  },
  entriesOne: {
    en: '1 entry, {translated} translated by NAT, {past} past the rules',
    zh: '1 条，其中 {translated} 条经过 NAT 转换，{past} 条绕过规则',
  },
  everyEach: { en: '{clients}: each connects every {seconds} s', zh: '{clients} 各自每 {seconds} 秒建立一次连接' },
  every: { en: '{clients} connects every {seconds} s', zh: '{clients} 每 {seconds} 秒建立一次连接' },
} satisfies Record<string, Text>

export const NAME_SOURCE_WORDS: Readonly<Record<NameSource, Text>> = {
  rules: { en: 'forwarding rules', zh: '转发规则' },
  kubernetes: { en: 'Kubernetes', zh: 'Kubernetes' },
  'typed by hand': { en: 'typed by hand', zh: '手工填写的表格' },
}

/** What an address of a Service is. */
export const ADDRESS_KIND_WORDS: Readonly<Record<string, Text>> = {
  cluster: { en: 'cluster IP', zh: '集群 IP' },
  external: { en: 'external', zh: '外部' },
  'load balancer': { en: 'load balancer', zh: '负载均衡' },
}

/** Parts of a table that may be missing. */
export const TABLE_PART_WORDS: Readonly<Record<string, Text>> = {
  listeners: { en: 'listeners', zh: '监听套接字' },
  connections: { en: 'connections', zh: '连接' },
  nat: { en: 'forwarding rules', zh: '转发规则' },
  cluster: { en: 'Kubernetes', zh: 'Kubernetes 数据' },
}
