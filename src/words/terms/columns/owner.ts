import type { Term } from '../define-term.ts'

/** Whose a socket is: what `ss -p` and `ss -e` add to a row. */
export const OWNER_COLUMNS: readonly Term[] = [
  {
    id: 'users',
    also: ['Process', 'PID/Program name', 'PID/Program'],
    title: { en: 'Programs that hold the socket', zh: '持有该套接字的进程' },
    what: {
      en: 'Name, pid and descriptor of every process that has it open: a forking server shows a row of them, systemd’s socket activation pid 1 as well.',
      zh: '所有打开它的进程的名称、pid 和描述符：多进程服务器会列出一串，systemd 套接字激活时还有 pid 1。',
    },
    since: null,
    raisedBy: {
      en: 'ss walks /proc/*/fd and matches inode numbers. Without root it sees its own processes only; in a container those of its PID namespace.',
      zh: 'ss 遍历 /proc/*/fd 并按 inode 匹配。没有 root 权限只看得到自己的进程，容器里只看得到本 PID 命名空间的。',
    },
    read: {
      en: 'Missing has three reasons: no rights, a socket of the kernel (NFS, iSCSI), or nobody has it yet. Only inode 0 proves the last.',
      zh: '缺失有三种原因：权限不足、内核自己的套接字（NFS、iSCSI），或还没有人持有。只有 inode 为 0 才能证明最后一种。',
    },
    act: null,
    rules: ['accept-queue-full'],
    sources: ['iproute2, misc/ss.c: user_ent_hash_build'],
  },
  {
    id: 'ino',
    also: ['inode', 'Inode'],
    title: { en: 'Inode number of the socket', zh: '套接字的 inode 号' },
    what: {
      en: 'By it a row is matched with /proc/PID/fd. 0 means that no descriptor exists: on ESTAB and CLOSE-WAIT rows of a port that is listened on, a connection nobody has accepted.',
      zh: '据此与 /proc/PID/fd 对应。0 表示没有描述符：若 ESTAB 或 CLOSE-WAIT 行所在端口有人监听，就是还没被 accept() 的连接。',
    },
    since: null,
    raisedBy: {
      en: 'Given when socket() or accept() makes the descriptor, taken away by close(). TIME_WAIT, SYN_RECV and orphans have 0, too.',
      zh: '由 socket() 或 accept() 创建描述符时分配，close() 时收回。TIME_WAIT、SYN_RECV 和孤儿连接也是 0。',
    },
    read: {
      en: '`ss -tane`; ss leaves `ino:` out where it is 0.',
      zh: '用 `ss -tane` 查看；为 0 时 ss 不打印 `ino:`。',
    },
    act: null,
    rules: ['accept-queue-full', 'listener-never-accepts'],
    sources: ['net/core/sock.c: sock_i_ino', 'ss(8)'],
  },
  {
    id: 'sk',
    title: { en: 'Cookie of the socket', zh: '套接字的 cookie' },
    what: {
      en: 'A number that the kernel gives a socket once and never again until reboot: it tells whether two readings show the same socket, which port and address cannot.',
      zh: '内核给套接字的编号，重启之前不会重复：能判断两次读数是不是同一个套接字，而端口和地址不能。',
    },
    since: null,
    raisedBy: {
      en: 'Drawn at the first time somebody asks for it (sock_diag, SO_COOKIE, eBPF), so that its order says little of age.',
      zh: '第一次被查询时（sock_diag、SO_COOKIE、eBPF）才分配，因此大小并不代表先后。',
    },
    read: {
      en: 'Printed in hex by `ss -e`; SO_COOKIE and bpf tools print the same in decimal.',
      zh: '`ss -e` 以十六进制显示；SO_COOKIE 和 bpf 工具以十进制显示同一个数。',
    },
    act: null,
    rules: [],
    sources: ['net/core/sock_diag.c: sock_diag_save_cookie', 'socket(7), SO_COOKIE'],
  },
  {
    id: 'uid',
    also: ['User'],
    title: { en: 'User that made the socket', zh: '创建套接字的用户' },
    what: {
      en: 'The user id at the time of creation, in the reader’s own user namespace. ss leaves 0 out.',
      zh: '创建时的用户 ID，按读取者所在的用户命名空间显示；为 0 时 ss 不打印。',
    },
    since: null,
    raisedBy: {
      en: 'socket(). Connections in the accept queue show 0 up to Linux 6.12 and the listener’s user on 6.18.',
      zh: 'socket()。accept 队列里的连接在 6.12 及以前显示 0，6.18 上显示监听者的用户。',
    },
    read: {
      en: 'Where names of processes are not to be had, `ss -tane` with the uid often suffices to tell two services apart.',
      zh: '拿不到进程名时，凭 `ss -tane` 的 uid 往往就能区分两个服务。',
    },
    act: null,
    rules: [],
    sources: ['net/core/sock.c: sock_i_uid', 'proc(5), /proc/net/tcp'],
  },
  {
    id: 'cgroup',
    title: { en: 'Control group in which the socket was made', zh: '创建套接字时所在的 cgroup' },
    what: {
      en: 'Path in cgroup v2, on Kubernetes with the pod’s uid and the container’s id. It names the owner where no process can, even of connections that nobody has accepted: they carry the listener’s.',
      zh: 'cgroup v2 路径，在 Kubernetes 上含 Pod 的 uid 和容器 id。没有进程时也能指明归属，未被 accept() 的连接带的是监听者的。',
    },
    since: 'Linux 5.8',
    raisedBy: {
      en: 'Fixed at creation; a process that moves to another group later does not take it along.',
      zh: '创建时就定下；进程之后移到别的组也不会改变。',
    },
    read: {
      en: '`ss -tane --cgroup`; “unreachable:…” means a group outside the reader’s own view.',
      zh: '`ss -tane --cgroup`；显示 “unreachable:…” 表示不在读取者可见的层级内。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/inet_diag.c: INET_DIAG_CGROUP_ID', 'ss(8)'],
  },
]
