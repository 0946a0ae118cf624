import type { QueueVerdict } from '../model/queue-list.ts'
import type { Text } from '../model/text.ts'

/** What `recvq queue` says of itself. */
export const QUEUE_WORDS = {
  about: {
    en: 'accept queues: list them, see what is in one from outside, free one that nobody accepts from',
    zh: 'accept 队列：列出队列、从外部查看其中的连接、腾空无人 accept 的队列',
  },
  listAbout: {
    en: 'list every listener with its queue, limit, drops, owner, Service, the age of the oldest connection, and a verdict',
    zh: '列出所有监听套接字：队列长度、上限、丢弃数、属主进程、Service、最早连接的等待时间和结论',
  },
  fromOption: {
    en: 'captured output, bundles, files of `recvq collect`, - for standard input, FILE#2 for its second reading; none: this machine',
    zh: '采集到的输出、资料包或 `recvq collect` 写出的文件；- 表示标准输入，FILE#2 只取其中第二次读数；不写则读取本机',
  },
  outputOption: { en: 'how to print it', zh: '输出格式' },
  allOption: { en: 'fold nothing: every line', zh: '不折叠：列出全部行' },
  portOption: { en: 'only listeners on this port', zh: '只看该端口的监听套接字' },
  badPort: { en: '{value}: wanted a port from 1 to 65535', zh: '{value}：应为 1 到 65535 的端口号' },
  nothing: { en: 'no listeners were read', zh: '没有读到任何监听套接字' },

  address: { en: 'Address', zh: '地址' },
  queue: { en: 'Recv-Q', zh: 'Recv-Q' },
  drops: { en: 'Drops', zh: '丢弃' },
  program: { en: 'Process', zh: '进程' },
  service: { en: 'Service', zh: 'Service' },
  pod: { en: 'Pod', zh: 'Pod' },
  oldest: { en: 'Oldest', zh: '最早' },
  verdict: { en: 'Verdict', zh: '结论' },
  moreListeners: { en: '… and {n} more; --all shows them', zh: '…… 另有 {n} 个，加 --all 查看' },
  sums: {
    en: '{n} listeners: {list}',
    zh: '{n} 个监听套接字：{list}',
  },
  sumsOne: { en: '1 listener: {list}', zh: '1 个监听套接字：{list}' },
  legendNever: {
    en: 'never accepts: what waits there waits for ever and keeps its place; `recvq queue open PORT` shows what it is',
    zh: '从不 accept：其中的连接会一直等待并占住位置；用 `recvq queue open PORT` 查看内容',
  },
  legendUnknown: {
    en: 'not known: one reading, or one without ages, does not tell whether the queue is being emptied',
    zh: '未知：只有一次读数，或读数中没有等待时间，无法判断队列是否有人处理',
  },

  openAbout: {
    en: 'show from outside what waits in the accept queue of a port: peers, states, ages, unread bytes. Nothing is accepted or changed, unless --accept says so',
    zh: '从外部查看某端口 accept 队列中的连接：对端、状态、等待时间、未读字节。除非给出 --accept，否则不 accept、不做任何改动',
  },
  eachOption: { en: 'list every connection, not peers put together', zh: '逐个列出连接，不按对端汇总' },
  noListener: { en: 'nobody listens on port {port}', zh: '没有进程监听端口 {port}' },
  notLooked: { en: 'not looked into: {list}', zh: '无法查看：{list}' },
  onlyLive: {
    en: 'the sockets of this machine cannot be asked for: {why}',
    zh: '无法向内核查询本机套接字：{why}',
  },
  full: { en: 'full', zh: '已满' },
  shared: { en: '{n} sockets share this port', zh: '{n} 个套接字共用该端口' },
  nobody: { en: 'owner not known', zh: '属主未知' },
  empty: { en: 'The queue is empty.', zh: '队列为空。' },
  inQueue: { en: '{n} connections wait', zh: '{n} 个连接在等待' },
  inQueueOne: { en: '1 connection waits', zh: '1 个连接在等待' },
  closed: { en: '{n} closed by their peers (CLOSE_WAIT)', zh: '{n} 个已被对端关闭（CLOSE_WAIT）' },
  alive: { en: '{n} whose peers still wait (ESTABLISHED)', zh: '{n} 个对端仍在等待（ESTABLISHED）' },
  reset: {
    en: '{n} reset by their peers: no tool can list them, and they keep their places',
    zh: '{n} 个已被对端重置：任何工具都列不出来，但仍占着位置',
  },
  resetUnknown: {
    en: 'how many were reset cannot be told: the queue moved while it was read',
    zh: '无法得知有多少已被重置：读取期间队列有变动',
  },
  unread: {
    en: '{bytes} unread bytes in {n} of them (FINs not counted)',
    zh: '其中 {n} 个共有 {bytes} 字节未读（不含 FIN）',
  },
  noneUnread: { en: 'No bytes are unread.', zh: '没有未读字节。' },
  stuck: {
    en: 'The oldest got stuck {ago} ago, at {at}.',
    zh: '最早的一个卡在 {ago} 之前，即 {at}。',
  },
  stuckSeen: {
    en: 'The oldest that can be seen got stuck {ago} ago, at {at}.',
    zh: '可见的最早一个卡在 {ago} 之前，即 {at}。',
  },
  mayWrap: {
    en: 'The kernel counts ages in 32 bits: after 49.7 days they begin anew, and the owner is older than that, or of unknown age. They are at least so long.',
    zh: '内核以 32 位毫秒计时，49.7 天后归零；属主进程运行得更久，或启动时间未知，因此这些时间只是下限。',
  },
  ownedToo: {
    en: '{n} connections of this port are in the hands of a program.',
    zh: '该端口另有 {n} 个连接已由程序持有。',
  },
  peer: { en: 'Peer', zh: '对端' },
  state: { en: 'State', zh: '状态' },
  count: { en: 'Count', zh: '数量' },
  unreadHead: { en: 'Unread', zh: '未读字节' },
  handshake: { en: 'Since handshake', zh: '距握手' },
  sinceData: { en: 'Last data', zh: '距最后数据' },
  sinceFin: { en: 'FIN', zh: '距 FIN' },
  moreRows: { en: '… and {n} more lines; --all shows them', zh: '…… 另有 {n} 行，加 --all 查看' },
  howToFree: {
    en: 'Only accept(), closing the listener or ending its process frees these places; `ss -K` does not. `recvq queue drain {port}` shows how the dead ones could be taken out.',
    zh: '只有 accept()、关闭监听套接字或结束进程才能腾出位置，`ss -K` 不行。`recvq queue drain {port}` 会给出清除其中失效连接的方案。',
  },
} satisfies Record<string, Text>

export const VERDICT_WORDS: Readonly<Record<QueueVerdict, Text>> = {
  'never-accepts': { en: 'never accepts', zh: '从不 accept' },
  full: { en: 'full', zh: '已满' },
  filling: { en: 'filling', zh: '正在堆积' },
  unknown: { en: 'not known', zh: '未知' },
  'keeping-up': { en: 'keeping up', zh: '处理及时' },
}
