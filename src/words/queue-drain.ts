import type { RefusalCode, StopReason, TakenConnection } from '../model/queue-drain.ts'
import type { Text } from '../model/text.ts'

/** What `recvq queue drain` prints, and says of itself. */
export const DRAIN_WORDS = {
  about: {
    en: 'free a queue that nobody accepts from: accept the dead connections at its head in place of the owner, and close them',
    zh: '腾空无人 accept 的队列：代替属主进程 accept 队首已失效的连接并关闭',
  },
  more: {
    en: 'Without --yes only the plan is printed. What was accepted cannot be put back, so nothing is ever accepted to find out: the order of the queue decides, and it ends before the first connection whose peer still waits.',
    zh: '不加 --yes 时只给出方案。已经 accept 的连接无法放回，因此绝不会靠 accept 来试探：由队列顺序决定，遇到第一个对端仍在等待的连接之前就停止。',
  },
  acceptOption: {
    en: 'take up to N dead connections from the head of the queue; needs --yes',
    zh: '从队首取出至多 N 个已失效的连接，需要 --yes',
  },
  liveOption: {
    en: 'what to do at the first connection that is alive: keep (end there), reset (go on, and cut it off)',
    zh: '遇到第一个仍存活的连接时：keep（到此为止）或 reset（继续，并将其重置）',
  },
  payloadOption: {
    en: 'read the first bytes of each and show what they are: they are private, and go into the record',
    zh: '读取每个连接的开头字节并显示其内容：属于隐私数据，会写入记录',
  },
  yesOption: { en: 'do it, instead of printing the plan', zh: '真正执行，而不只是给出方案' },
  pidOption: { en: 'of several processes that hold the socket: this one', zh: '多个进程持有该套接字时，指定其中一个' },
  addressOption: {
    en: 'of several listeners: the one with this address',
    zh: '有多个监听套接字时，按地址指定其中一个',
  },
  unseenOption: {
    en: 'go on where every connection was reset, and nothing visible shows that nobody accepts: you know it from elsewhere',
    zh: '队列中全是已被重置的连接、无从证明无人 accept 时仍然继续：由你从别处确认',
  },
  intervalOption: {
    en: 'time between the two readings that show that nobody accepts',
    zh: '两次读数的间隔，用来证明无人 accept',
  },
  recordOption: {
    en: 'where the record of what was taken goes; by default recvq-drain-PORT-TIME.json in the current directory',
    zh: '取出记录写到哪里；默认为当前目录下的 recvq-drain-端口-时间.json',
  },
  badCount: { en: '--accept {value}: wanted a number from 1 on', zh: '--accept {value}：应为不小于 1 的整数' },
  badPid: { en: '--pid {value}: wanted the number of a process', zh: '--pid {value}：应为进程号' },
  shortInterval: {
    en: '--interval {value}: so short a time shows nothing; at least 1s',
    zh: '--interval {value}：间隔太短，说明不了问题；至少 1s',
  },
  cannotRecord: {
    en: 'the record cannot be written to {file}: {why}; nothing was taken',
    zh: '无法把记录写到 {file}：{why}；没有取出任何连接',
  },

  watching: {
    en: 'watching port {port} for {seconds} s: does anybody accept?',
    zh: '观察端口 {port} {seconds} 秒：是否有人 accept？',
  },
  plan: { en: 'Plan for port {port}', zh: '端口 {port} 的处理方案' },
  listener: { en: 'Listener', zh: '监听' },
  owner: { en: 'Owner', zh: '属主进程' },
  waits: { en: 'Waiting', zh: '排队' },
  waitsText: {
    en: '{length} connections of at most {most}: {closed} closed by their peers, {alive} alive, {unseen} in no listing (reset)',
    zh: '{length} 个连接，最多 {most} 个：{closed} 个已被对端关闭，{alive} 个存活，{unseen} 个不可见（已被重置）',
  },
  proof: { en: 'Nobody accepts', zh: '无人 accept' },
  proofText: {
    en: 'the oldest (cookie {cookie}) still waits after {seconds} s, and no connection of this port was taken in between',
    zh: '{seconds} 秒后最早的连接（cookie {cookie}）仍在等待，其间该端口没有连接被取走',
  },
  proofUnseen: {
    en: 'taken as given (--unseen): nothing visible shows it',
    zh: '以 --unseen 视为成立：没有可见的证据',
  },
  way: { en: 'How', zh: '方式' },
  wayDirect: {
    en: 'accept4 on a duplicate of descriptor {fd} of process {pid}: the socket does not block',
    zh: '在进程 {pid} 的描述符 {fd} 的副本上调用 accept4：该套接字为非阻塞',
  },
  wayHelper: {
    en: 'accept4 on a duplicate of descriptor {fd} of process {pid}, by a short-lived process under a timer: the socket blocks, and its flags are the owner’s',
    zh: '在进程 {pid} 的描述符 {fd} 的副本上，由一个短暂的进程在定时器下调用 accept4：该套接字为阻塞模式，其标志与属主共用，不能改动',
  },
  takes: { en: 'Takes', zh: '取出' },
  takesText: {
    en: '{n} dead connections at the head now, looking again before each; then it ends before the first that is alive',
    zh: '目前队首有 {n} 个失效连接，每取一个之前都重新查看；在第一个存活的连接之前停止',
  },
  takesLive: {
    en: '{n} dead connections at the head now, and behind them every live one, which is reset: {alive} clients are cut off',
    zh: '目前队首有 {n} 个失效连接，之后的存活连接也会被逐一重置：{alive} 个客户端会被断开',
  },
  takesNone: {
    en: 'nothing: the connection at the head is alive, or too close in age to one that is',
    zh: '无：队首的连接仍存活，或与存活的连接先后难分',
  },
  cautionHalf: {
    en: 'A peer in CLOSE_WAIT has sent its FIN. It may be a half-closed client that still waits for an answer: it gets none, as it would have got none.',
    zh: 'CLOSE_WAIT 的对端已发送 FIN，但可能只是半关闭、仍在等待应答的客户端：它得不到应答，不处理也同样得不到。',
  },
  cautionOwner: {
    en: 'The guarantee holds only while the owner does not accept. Once it does, what is next in the queue may change between the look and the accept.',
    zh: '这一保证只在属主不 accept 期间成立。一旦属主开始 accept，查看与 accept 之间队首就可能变化。',
  },
  cautionAgain: {
    en: 'Draining does not cure the cause: whatever leads connections here will fill the queue again.',
    zh: '清空队列不能消除原因：连接仍会被引到这里，队列会再次堆满。',
  },
  cautionOwned: {
    en: 'The owner holds {n} connections of this port: it did accept, once. It may only be slow, or stopped.',
    zh: '属主持有该端口的 {n} 个连接：它曾经 accept 过，可能只是缓慢或被暂停。',
  },
  nothingDone: { en: 'Nothing was changed. Add --yes to do it.', zh: '未做任何改动。加 --yes 才会执行。' },
  emptyNow: {
    en: 'The queue of port {port} is empty: there is nothing to take.',
    zh: '端口 {port} 的队列为空，无需处理。',
  },

  taken: { en: '{n} connections taken, {left} left', zh: '取出 {n} 个连接，剩余 {left} 个' },
  takenOne: { en: '1 connection taken, {left} left', zh: '取出 1 个连接，剩余 {left} 个' },
  cost: {
    en: '{n} of them were alive and were reset: their clients have lost them',
    zh: '其中 {n} 个仍存活，已被重置：对应的客户端失去了连接',
  },
  record: { en: 'Record: {file}', zh: '记录：{file}' },
  peer: { en: 'Peer', zh: '对端' },
  was: { en: 'Was', zh: '状态' },
  age: { en: 'Since handshake', zh: '距握手' },
  unread: { en: 'Unread', zh: '未读字节' },
  bytes: { en: 'First bytes', zh: '开头字节' },
  more1: { en: '… and {n} more; --all shows them', zh: '…… 另有 {n} 个，加 --all 查看' },
  refused: { en: 'port {port} is left alone: {why} ({detail})', zh: '不处理端口 {port}：{why}（{detail}）' },
} satisfies Record<string, Text>

export const STOP_WORDS: Readonly<Record<StopReason, Text>> = {
  empty: { en: 'The queue is empty.', zh: '队列已空。' },
  'live-at-head': {
    en: 'Ended before a connection that is alive, or too close in age to one that is.',
    zh: '在一个存活（或与存活连接先后难分）的连接之前停止。',
  },
  limit: { en: 'Ended after as many as were asked for.', zh: '已达到指定数量，停止。' },
  'owner-accepts': {
    en: 'Ended because the owner began to accept: it looks after its queue itself now.',
    zh: '属主开始 accept，因此停止：它现在自己处理队列。',
  },
  'listener-gone': { en: 'Ended because the listener was closed.', zh: '监听套接字已关闭，因此停止。' },
  'helper-failed': {
    en: 'Ended because the process that accepts from the blocking socket failed.',
    zh: '负责从阻塞套接字 accept 的进程出错，因此停止。',
  },
  'not-readable': { en: 'Ended because the kernel could not be asked any more.', zh: '无法再向内核查询，因此停止。' },
}

export const WAS_WORDS: Readonly<Record<TakenConnection['was'], Text>> = {
  CLOSE_WAIT: { en: 'CLOSE_WAIT', zh: 'CLOSE_WAIT' },
  reset: { en: 'reset', zh: '已被重置' },
  ESTABLISHED: { en: 'ESTABLISHED, alive', zh: 'ESTABLISHED，存活' },
}

/** Why a queue is left alone. */
export const REFUSAL_WORDS: Readonly<Record<RefusalCode, Text>> = {
  'old-kernel': {
    en: 'this kernel cannot duplicate another process’s descriptor; pidfd_getfd came with Linux 5.6',
    zh: '内核不支持复制其他进程的描述符，pidfd_getfd 自 Linux 5.6 起才有',
  },
  yama: {
    en: 'Yama forbids it: kernel.yama.ptrace_scope is 2 (CAP_SYS_PTRACE needed) or 3 (nobody may, root included)',
    zh: '被 Yama 禁止：kernel.yama.ptrace_scope 为 2（需要 CAP_SYS_PTRACE）或 3（root 也不行）',
  },
  'no-rights': {
    en: 'missing rights: it takes CAP_SYS_PTRACE towards the owner, and CAP_SYS_ADMIN for another network namespace',
    zh: '权限不足：对属主进程需要 CAP_SYS_PTRACE，进入其他网络命名空间需要 CAP_SYS_ADMIN',
  },
  'no-calls': { en: 'system calls cannot be made from here', zh: '此环境无法发起系统调用' },
  gone: { en: 'the owner has ended, or closed its listener', zh: '属主进程已结束，或已关闭监听套接字' },
  'pid-reused': {
    en: 'the process or its descriptor is another one by now',
    zh: '该进程号或描述符已换成别的对象',
  },
  'wrong-pid': { en: 'the process that was named does not hold this socket', zh: '指定的进程并不持有该套接字' },
  'no-owner': {
    en: 'no process holds the socket: it is the kernel’s own, or its owner is out of sight',
    zh: '没有进程持有该套接字：可能属于内核本身，或属主不可见',
  },
  'several-owners': {
    en: 'several processes hold the socket, and each of them may accept; --pid names the one to go by',
    zh: '多个进程持有该套接字，任何一个都可能 accept；可用 --pid 指定',
  },
  'several-places': {
    en: 'somebody listens there in several network namespaces; --netns names one',
    zh: '多个网络命名空间中都有人监听该端口；请用 --netns 指定',
  },
  'several-listeners': {
    en: 'several sockets listen on the port; --address names one',
    zh: '有多个套接字监听该端口；请用 --address 指定其地址',
  },
  'reuse-port': {
    en: 'several sockets share the address and port (SO_REUSEPORT): which connection is in whose queue cannot be told, so neither can the order',
    zh: '多个套接字以 SO_REUSEPORT 共用地址和端口：无法分辨连接属于哪个队列，也就无从判断顺序',
  },
  mptcp: {
    en: 'it is not a plain TCP socket (MPTCP): what its queue holds is not told by the rows',
    zh: '不是普通 TCP 套接字（MPTCP）：从连接列表看不出队列内容',
  },
  'fast-open': {
    en: 'it takes connections before their handshake has ended (TCP_FASTOPEN): these stand in the queue unseen, and alive',
    zh: '启用了 TCP_FASTOPEN：握手完成之前的连接也会进入队列，看不见却是活的',
  },
  accepting: {
    en: 'somebody accepts: the queue moved while it was watched',
    zh: '有人在 accept：观察期间队列有变动',
  },
  'nothing-visible': {
    en: 'everything that waits was reset by its peer, so nothing visible shows that nobody accepts; --unseen takes it as given',
    zh: '排队的连接全部已被对端重置，没有可见证据表明无人 accept；可用 --unseen 视为成立',
  },
  'no-ages': {
    en: 'this kernel does not tell how old the connections are, so their order is not known',
    zh: '内核不提供连接的等待时间，无法得知先后顺序',
  },
  'old-ages': {
    en: 'somebody alive waits there, and the owner runs for more than 49 days: ages begin anew after 49.7 days, so who is older cannot be told',
    zh: '队列中有存活的连接，而属主已运行超过 49 天：内核的计时 49.7 天后归零，无法判断谁更早',
  },
}

/** What else frees a queue, and at what price; said with each refusal that leaves a leak standing. */
export const OTHERWISE = {
  restart: {
    en: 'Restarting the owner, or making it close the listener, also frees the queue: every connection in it is reset, the live ones too, and it refuses new ones until it listens again.',
    zh: '重启属主进程，或让它关闭监听套接字，也能腾空队列：其中所有连接（包括存活的）都会被重置，重新监听之前新连接会被拒绝。',
  },
  notThis: {
    en: '`ss -K` does not: it ends connections that can be seen, and their places stay taken.',
    zh: '`ss -K` 不行：它只结束可见的连接，位置仍被占用。',
  },
  healthy: {
    en: 'A queue that moves needs no draining: `recvq diagnose` tells why accept() is slow.',
    zh: '仍在移动的队列无需清空：`recvq diagnose` 会说明 accept() 为何缓慢。',
  },
} satisfies Record<string, Text>
