import type { Glossary } from './define-term.ts'

/** Socket states of TCP, as the kernel spells them. */
export const STATES: Glossary = {
  kind: 'state',
  terms: [
    {
      id: 'CLOSE_WAIT',
      also: ['CLOSE-WAIT', 'CLOSE_WAIT'],
      title: { en: 'The peer has closed, this side has not', zh: '对端已关闭，本端尚未关闭' },
      what: {
        en: 'The peer’s FIN has arrived and was acknowledged; the connection now waits for the program here to call close(). The kernel has no timer for it: it can stay for as long as the program runs.',
        zh: '已收到并确认对端的 FIN，连接在等待本端程序调用 close()。内核没有为它设置任何定时器：只要程序还在运行，它就可能一直存在。',
      },
      since: null,
      raisedBy: {
        en: 'A program that read end-of-file and did not close, one that is stuck elsewhere and has not read yet, or nobody at all: a connection that still waits in an accept queue goes into CLOSE_WAIT, too, when its client gives up.',
        zh: '程序读到 EOF 却没有 close()；程序卡在别处还没去读；或者根本没有程序：仍在 accept 队列里的连接，客户端放弃后也会进入 CLOSE_WAIT。',
      },
      read: {
        en: '`ss -tanp state close-wait`. A row with a program is that program’s to close. A row without one (inode 0) waits in an accept queue. Recv-Q 1 is the FIN alone; more is data that nobody read.',
        zh: '`ss -tanp state close-wait`。带进程名的行由该进程负责关闭；不带的（inode 为 0）还在 accept 队列里。Recv-Q 为 1 表示只有 FIN，更大则是没人读取的数据。',
      },
      act: {
        en: 'Find the program and the path on which it forgets the socket; restarting it frees them. No sysctl shortens this state: tcp_fin_timeout is about FIN_WAIT2, keepalive only finds peers that are gone.',
        zh: '找到程序中漏掉关闭的路径；重启可释放。没有任何 sysctl 能缩短该状态：tcp_fin_timeout 只管 FIN_WAIT2，keepalive 只能发现已消失的对端。',
      },
      rules: ['close-wait-leak', 'listener-never-accepts', 'accept-queue-full'],
      sources: ['RFC 9293, 3.3.2', 'net/ipv4/tcp_input.c: tcp_fin'],
    },
  ],
}
