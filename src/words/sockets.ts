import type { SocketKey } from '../model/socket-list.ts'
import type { Text } from '../model/text.ts'

/** What `recvq sockets` prints, and says of itself. */
export const SOCKET_WORDS = {
  about: {
    en: 'list listeners with their queues, and connections put together by state, process, port, peer or pod',
    zh: '列出监听套接字及其队列，并按状态、进程、端口、对端或 Pod 汇总连接',
  },
  fromOption: {
    en: 'captured output, bundles, files of `recvq collect`, - for standard input, FILE#2 for its second reading; none: this machine',
    zh: '采集到的输出、资料包或 `recvq collect` 写出的文件；- 表示标准输入，FILE#2 只取其中第二次读数；不写则读取本机',
  },
  outputOption: { en: 'how to print it', zh: '输出格式' },
  stateOption: {
    en: 'only these states (close-wait, estab, …), separated by commas',
    zh: '只看这些状态（close-wait、estab 等），以逗号分隔',
  },
  portOption: { en: 'only sockets with this port at either end', zh: '只看任意一端使用该端口的套接字' },
  processOption: { en: 'only sockets that this program, or this pid, holds', zh: '只看该程序（或该 pid）持有的套接字' },
  podOption: { en: 'only sockets of this pod', zh: '只看该 Pod 的套接字' },
  peerOption: {
    en: 'only connections with this peer: an address, a range (10.0.0.0/8), or the name of a node, pod or Service',
    zh: '只看与该对端的连接：地址、网段（10.0.0.0/8），或节点、Pod、Service 的名称',
  },
  listeningOption: { en: 'only listeners', zh: '只看监听套接字' },
  unacceptedOption: {
    en: 'only connections that nobody has accepted, and the listeners whose queue they are in',
    zh: '只看尚未被 accept 的连接，以及它们所在队列的监听套接字',
  },
  byOption: {
    en: 'what to put connections together by: state, process, port, peer, pod, separated by commas',
    zh: '连接的汇总方式：state、process、port、peer、pod，以逗号分隔',
  },
  allOption: { en: 'fold nothing: every line', zh: '不折叠：列出全部行' },
  badState: {
    en: '--state {value}: no state of TCP; there are: {list}',
    zh: '--state {value}：不是 TCP 状态，可用：{list}',
  },
  badKey: { en: '--by {value}: there are: {list}', zh: '--by {value}：可用：{list}' },
  badPort: { en: '--port {value}: wanted a number from 1 to 65535', zh: '--port {value}：应为 1 到 65535 的数字' },
  nothing: { en: 'no sockets were read', zh: '没有读到任何套接字' },

  listeners: { en: 'Listeners', zh: '监听套接字' },
  noListeners: { en: 'none', zh: '无' },
  noneFits: { en: 'none that fits', zh: '没有符合条件的' },
  connections: { en: 'Connections', zh: '连接' },
  address: { en: 'Address', zh: '地址' },
  queue: { en: 'Recv-Q', zh: 'Recv-Q' },
  drops: { en: 'Drops', zh: '丢弃' },
  service: { en: 'Service', zh: 'Service' },
  program: { en: 'Process', zh: '进程' },
  count: { en: 'Count', zh: '数量' },
  unaccepted: { en: 'Unaccepted', zh: '未 accept' },
  unread: { en: 'Unread', zh: '未读字节' },
  unsent: { en: 'Unacked', zh: '未确认字节' },
  oldest: { en: 'Oldest', zh: '最早' },
  moreLines: {
    en: '… and {n} more lines ({count} connections); --all shows them',
    zh: '…… 另有 {n} 行（{count} 个连接），加 --all 查看',
  },
  moreListeners: { en: '… and {n} more; --all shows them', zh: '…… 另有 {n} 个，加 --all 查看' },
  manyPeers: { en: '(many)', zh: '（众多）' },
  total: { en: '{n} connections', zh: '{n} 个连接' },
  totalOne: { en: '1 connection', zh: '1 个连接' },
} satisfies Record<string, Text>

export const KEY_WORDS: Readonly<Record<SocketKey, Text>> = {
  state: { en: 'State', zh: '状态' },
  process: { en: 'Process', zh: '进程' },
  port: { en: 'Port', zh: '端口' },
  peer: { en: 'Peer', zh: '对端' },
  pod: { en: 'Pod', zh: 'Pod' },
}
