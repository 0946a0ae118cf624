import type { Term } from '../define-term.ts'

/** Settings of local ports. */
export const PORT_SYSCTLS: readonly Term[] = [
  {
    id: 'net.ipv4.ip_local_port_range',
    title: { en: 'Ports that outgoing connections take', zh: '外发连接使用的端口范围' },
    what: {
      en: 'First and last port that the kernel picks for connect() and for bind() to port 0. Towards one destination address and port so many connections are possible at a time, TIME_WAIT included.',
      zh: 'connect() 和绑定端口 0 时内核选取的范围。对同一目标地址和端口，同时存在的连接（包括 TIME_WAIT）最多这么多。',
    },
    since: null,
    raisedBy: {
      en: 'Default 32768 to 60999, per namespace since 3.13. It serves IPv6 as well. connect() takes ports of one parity first and those of the other when they run out, which is slower.',
      zh: '默认 32768 到 60999，3.13 起按命名空间，IPv6 也用它。connect() 先用一种奇偶的端口，用完再用另一种，后者更慢。',
    },
    read: {
      en: '`ss -tan dst ADDRESS:PORT | wc -l` against the width, for the busiest destination. Exhaustion shows as EADDRNOTAVAIL.',
      zh: '对最繁忙的目标执行 `ss -tan dst ADDRESS:PORT | wc -l`，与范围宽度比较。耗尽时报 EADDRNOTAVAIL。',
    },
    act: {
      en: 'Widening it down to 1024 collides with NodePorts (30000–32767) and with servers that start later: reserve those by ip_local_reserved_ports.',
      zh: '把下限扩到 1024 会与 NodePort（30000–32767）和后启动的服务抢端口：须用 ip_local_reserved_ports 保留它们。',
    },
    rules: ['nodeport-in-local-port-range', 'port-conflict', 'local-ports-exhausted'],
    sources: [
      'Documentation/networking/ip-sysctl.rst: ip_local_port_range',
      'net/ipv4/inet_hashtables.c: __inet_hash_connect',
    ],
  },
  {
    id: 'net.ipv4.ip_local_reserved_ports',
    title: { en: 'Ports never given to outgoing connections', zh: '不分配给外发连接的端口' },
    what: {
      en: 'A list such as 30000-32767,8080. A program that names one of them in bind() gets it all the same.',
      zh: '形如 30000-32767,8080 的列表。程序在 bind() 中明确指定时仍可使用。',
    },
    since: 'Linux 2.6.35',
    raisedBy: {
      en: 'Default empty; per namespace since 3.16. Ports that are taken already stay taken.',
      zh: '默认为空；3.16 起按命名空间。已经占用的端口不受影响。',
    },
    read: {
      en: '`sysctl -n net.ipv4.ip_local_reserved_ports`, then `ss -tan` for local ports of the range that are in use now.',
      zh: '执行 `sysctl -n net.ipv4.ip_local_reserved_ports`，再用 `ss -tan` 看范围内哪些本地端口正在使用。',
    },
    act: {
      en: 'The remedy where the NodePort range and the local range overlap; write it to sysctl.d too, as a container’s sysctl does not reach the host.',
      zh: 'NodePort 与本地端口范围重叠时的解法；同时写进宿主机的 sysctl.d，容器里的 sysctl 管不到宿主机。',
    },
    rules: ['nodeport-in-local-port-range'],
    sources: ['Documentation/networking/ip-sysctl.rst: ip_local_reserved_ports'],
  },
  {
    id: 'net.ipv4.ip_unprivileged_port_start',
    title: { en: 'First port that anybody may bind', zh: '无需特权即可绑定的起始端口' },
    what: {
      en: 'Below it bind() needs CAP_NET_BIND_SERVICE and otherwise fails with EACCES.',
      zh: '低于它的端口绑定需要 CAP_NET_BIND_SERVICE，否则报 EACCES。',
    },
    since: 'Linux 4.11',
    raisedBy: {
      en: 'Default 1024; per namespace. containerd and Docker can set 0 in pods, and Kubernetes counts it among the safe ones.',
      zh: '默认 1024；按命名空间。containerd、Docker 可在 Pod 中设为 0，Kubernetes 把它归为安全类。',
    },
    read: {
      en: 'Compare inside the pod: a listener that is missing in `ss -ltn` and a log line “permission denied” belong together.',
      zh: '在 Pod 内核对：`ss -ltn` 里没有该监听者，而程序日志有 “permission denied”，就是它。',
    },
    act: null,
    rules: ['port-not-listening'],
    sources: ['Documentation/networking/ip-sysctl.rst: ip_unprivileged_port_start'],
  },
]
