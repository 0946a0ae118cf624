import type { Plain } from './expect-plain.ts'
import type { PlainSession, PlainState } from './plain-states.ts'
import type { Tells } from './sessions.ts'
import type { Truth } from './truth.ts'
import { CACHE } from './versions.ts'

/** Real servers, of the release that this machine runs. */
const ROOT = `${CACHE}/bookworm/root`
const WITH = `LD_LIBRARY_PATH=${ROOT}/usr/lib/x86_64-linux-gnu:${ROOT}/lib/x86_64-linux-gnu`
const server = (path: string) => `${WITH} ${ROOT}/usr/${path}`

/** So many connections that nobody answers, kept by a process of their own. */
const dial = (port: number, count: number) => `rm -f /run/dialled; python3 -c "
import socket, time
kept = []
for _ in range(${count}):
    s = socket.socket(); s.setblocking(False); s.connect_ex(('127.0.0.1', ${port})); kept.append(s)
open('/run/dialled', 'w').close()
time.sleep(200)" >/dev/null 2>&1 &
until [ -e /run/dialled ]; do sleep 0.1; done; sleep 1`

const NGINX_CONF = `rm -rf /run/nginx; mkdir -p /run/nginx; cat >/run/nginx/nginx.conf <<'END'
user root;
worker_processes 1;
worker_rlimit_nofile 24;
pid /run/nginx/pid;
error_log /run/nginx/error.log;
events {
    worker_connections 512;
}
http {
    access_log off;
    client_body_temp_path /run/nginx/body;
    proxy_temp_path /run/nginx/proxy;
    fastcgi_temp_path /run/nginx/fastcgi;
    uwsgi_temp_path /run/nginx/uwsgi;
    scgi_temp_path /run/nginx/scgi;
    server {
        listen 8080;
        listen [::]:8443 ipv6only=on backlog=1024;
        server_name shop.example.com;
        location / {
            return 200 "ok\\n";
        }
    }
}
END`
const NGINX = `${NGINX_CONF}
${server('sbin/nginx')} -c /run/nginx/nginx.conf >/dev/null 2>&1; sleep 0.5`

const HAPROXY = `mkdir -p /run/haproxy; cat >/run/haproxy/haproxy.cfg <<'END'
global
    maxconn 4000
defaults
    mode tcp
    timeout connect 2s
    timeout client 30s
    timeout server 30s
frontend shop
    bind 0.0.0.0:8080 backlog 64
    default_backend pods
backend pods
    server pod-0 127.0.0.1:9
END
${server('sbin/haproxy')} -D -f /run/haproxy/haproxy.cfg >/dev/null 2>&1; sleep 0.5`

const REDIS = `sysctl -qw net.core.somaxconn=128; rm -rf /run/redis; mkdir -p /run/redis
cd /run/redis; ${server('bin/redis-server')} --port 6379 --save '' --daemonize yes --logfile /run/redis/redis.log --dir /run/redis >/dev/null 2>&1; sleep 0.7`

const stop = (name: string) => `kill -STOP $(pidof ${name}); sleep 0.2`

const OWNED: Tells = { listeners: { limits: true, owners: true }, whole: true }
const UNLIMITED: Tells = { listeners: { limits: false, owners: false }, whole: true }

export const looked = (
  tool: string,
  version: string,
  slug: string,
  tells: Tells | undefined,
  expect: PlainSession['expect'],
  ...commands: string[]
): PlainSession => ({ tool, version, slug, commands, expect, ...(tells && { tells }) })

const nothing = (): Plain => ({})
const ss = (slug: string, tells: Tells, ...commands: string[]) =>
  looked('ss', 'ss -V', slug, tells, nothing, ...commands)
const netstat = (slug: string, tells: Tells, ...commands: string[]) =>
  looked('netstat', 'netstat -V | head -1', slug, tells, nothing, ...commands)
const lsof = (slug: string, ...commands: string[]) =>
  looked('lsof', 'lsof -v 2>&1 | grep revision', slug, undefined, holdersOf, ...commands)

function holdersOf({ tcp, owners }: Truth): Plain {
  const listening = tcp.filter((one) => one.state === 'LISTEN')
  const names = listening.map((one) => [one.port, (owners[one.inode] ?? []).map(([comm]) => comm)] as const)
  return { holders: Object.fromEntries(names) }
}

/** A listener that nobody empties, by everything that looks at listeners. */
const LOOKS: readonly PlainSession[] = [
  ss('ltnp', { ...OWNED, summary: true }, 'ss -ltnp', 'ss -s'),
  ss('queued', { listeners: { limits: true, owners: false, queued: true }, whole: true }, "ss -lnt | awk '$2 > 0'"),
  // of the processes that share a socket it names one
  looked('netstat', 'netstat -V | head -1', 'ltnp', UNLIMITED, holdersOf, 'netstat -ltnp'),
  lsof('i', 'lsof -i -nP'),
  lsof('listen', 'lsof -iTCP -sTCP:LISTEN -nP'),
  looked(
    'nstat',
    'nstat -V',
    'drops',
    { counters: { groups: ['TcpExt'], match: '^TcpExt(Listen(Overflows|Drops)|TCPReqQFull\\w+)$' }, whole: false },
    nothing,
    'nstat -az | grep -E "Listen|ReqQFull"',
  ),
]

/** What another version of the tool would print alike, or what it does not print itself. */
export const once = (session: PlainSession): PlainSession => ({ ...session, once: true })

const nginxTold = () => ({ backlogs: [['nginx', 8443, 1024]] as const })
const redisTold = () => ({ backlogs: [['redis', null, 511]] as const })
const haproxyTold = () => ({
  backlogs: [
    ['haproxy', 8080, 64],
    ['haproxy', null, 4000],
  ] as const,
})

const NGINX_VERSION = 'nginx -v'

/** As many half-open connections as it takes; whoever sent them never answers. */
const FLOOD = `ip link add wan0 type veth peer name far; ip link set far up; ip addr add 10.20.0.5/24 dev wan0; ip link set wan0 up; ip route add default dev wan0
sysctl -qw net.ipv4.tcp_syncookies=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.lo.rp_filter=0 net.ipv4.conf.default.rp_filter=0
python3 -c "
import socket, struct, time, os
l = socket.socket(); l.bind(('10.20.0.5', 18080)); l.listen(4)
if os.fork(): os._exit(0)
def total(data):
    s = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while s >> 16: s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
here = socket.inet_aton('10.20.0.5')
for n in range(60):
    there = socket.inet_aton('10.66.0.%d' % (n + 1))
    tcp = struct.pack('!HHIIBBHHH', 20000 + n, 18080, n, 0, 5 << 4, 2, 64240, 0, 0)
    check = total(there + here + struct.pack('!BBH', 0, 6, 20) + tcp)
    tcp = tcp[:16] + struct.pack('!H', check) + tcp[18:]
    raw.sendto(struct.pack('!BBHHHBBH4s4s', 0x45, 0, 40, n, 0, 64, 6, 0, there, here) + tcp, ('10.20.0.5', 0))
time.sleep(200)" >/dev/null 2>&1; sleep 1`

const flooded = (): Plain => ({ events: [['syn-flooding', 18080, 'cookies']] })
const dmesg = (slug: string, ...commands: string[]) =>
  looked('util-linux', 'dmesg -V', slug, undefined, flooded, ...commands)

const UNANSWERED = `ip link add eth0 type veth peer name far; ip addr add 10.20.0.5/24 dev eth0; ip link set eth0 up; ip link set far up
ip neigh add 10.20.0.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent`
const syns = (slug: string, port: number, options: string) =>
  looked(
    'tcpdump',
    'tcpdump --version 2>&1 | head -1',
    slug,
    undefined,
    () => ({ packets: ['SYN', 'SYN'] }),
    `timeout 3 tcpdump -i eth0 ${options} tcp port ${port} & sleep 0.7; nc -w 2 10.20.0.9 ${port} </dev/null; wait`,
  )

const CARDS = `ip link add eth0 type veth peer name far; ip addr add 10.20.0.5/24 dev eth0; ip link set eth0 up; ip link set far up
${CACHE}/bookworm/bin/ethtool -K eth0 tso off gro on`
/** The second device of a new namespace is the one that is named last. */
const card = (slug: string, nic: NonNullable<Plain['nics']>[string], ...commands: string[]) =>
  looked('ethtool', 'ethtool --version', slug, undefined, () => ({ nics: { eth0: nic } }), ...commands)

const CENSUS: Tells = { census: true, whole: true }

/** Servers of other people's making, and what a node shows of its network, its cards and its log. */
export const SERVER_STATES: readonly PlainState[] = [
  { name: 'nginx-full', arrange: `${NGINX}\n${stop('nginx')}\n${dial(8080, 560)}`, sessions: LOOKS },
  {
    name: 'nginx-running',
    arrange: NGINX,
    sessions: [
      ...LOOKS.slice(0, 1),
      looked('nginx', NGINX_VERSION, 'T', undefined, nginxTold, 'nginx -T -c /run/nginx/nginx.conf'),
      looked('nginx', NGINX_VERSION, 'listen', undefined, nginxTold, 'nginx -V', 'grep -rn listen /run/nginx'),
    ],
  },
  {
    name: 'nginx-out-of-files',
    arrange: `${NGINX}\n${dial(8080, 60)}`,
    sessions: [
      once(
        looked(
          'nginx',
          NGINX_VERSION,
          'error-log',
          undefined,
          () => ({ acceptErrors: [['nginx', 'EMFILE']] }),
          'tail -n 25 /run/nginx/error.log',
        ),
      ),
      ss('ltnp', { ...OWNED, summary: true }, 'ss -ltnp', 'ss -s'),
    ],
  },
  { name: 'haproxy-full', arrange: `${HAPROXY}\n${stop('haproxy')}\n${dial(8080, 80)}`, sessions: LOOKS },
  {
    name: 'haproxy-running',
    arrange: HAPROXY,
    sessions: [
      looked('haproxy', 'haproxy -v', 'cfg', undefined, haproxyTold, 'haproxy -v', 'cat /run/haproxy/haproxy.cfg'),
    ],
  },
  { name: 'redis-full', arrange: `${REDIS}\n${stop('redis-server')}\n${dial(6379, 150)}`, sessions: LOOKS },
  {
    name: 'redis-capped',
    arrange: REDIS,
    sessions: [
      ...LOOKS.slice(0, 1),
      once(looked('redis', 'redis-server --version', 'log', undefined, redisTold, 'cat /run/redis/redis.log')),
      looked(
        'redis',
        'redis-server --version',
        'config',
        undefined,
        redisTold,
        'redis-cli config get tcp-backlog',
        'cat /proc/sys/net/core/somaxconn',
      ),
    ],
  },
  {
    name: 'syn-flooded',
    arrange: FLOOD,
    sessions: [
      dmesg('plain', 'dmesg | grep -i flooding | grep 18080'),
      dmesg('T', 'dmesg -T | grep -i flooding | grep 18080'),
      dmesg('iso', 'dmesg --time-format iso | grep 18080'),
      dmesg('x', 'dmesg -x | grep 18080'),
      looked('busybox', 'busybox | head -1', 'dmesg', undefined, flooded, 'busybox dmesg | grep 18080'),
      looked(
        'nstat',
        'nstat -V',
        'cookies',
        { counters: { groups: ['TcpExt'], match: '^TcpExt(SyncookiesSent|TCPReqQFullDoCookies)$' }, whole: false },
        nothing,
        'nstat -az | grep -iE "cookies|ReqQFull"',
      ),
    ],
  },
  {
    name: 'unanswered-syns',
    arrange: UNANSWERED,
    sessions: [syns('nn', 80, '-nn'), syns('v', 81, '-nnv'), syns('e', 82, '-nn -e -tttt'), syns('X', 83, '-nnX -S')],
  },
  {
    name: 'cards',
    arrange: CARDS,
    sessions: [
      card('S', { counters: { peer_ifindex: 2 } }, 'ethtool -S eth0'),
      card(
        'k',
        { features: { 'tcp-segmentation-offload': false, 'generic-receive-offload': true } },
        'ethtool -k eth0',
      ),
      card('settings', { driver: 'veth', speed: 10000 }, 'ethtool eth0', 'ethtool -i eth0'),
    ],
  },
  {
    name: 'many-time-wait',
    arrange: `python3 -c "
import socket, threading
s = socket.socket(); s.bind(('127.0.0.1', 8080)); s.listen(64)
def serve():
    for _ in range(300): s.accept()[0].recv(1)
t = threading.Thread(target=serve); t.start()
for _ in range(300): socket.create_connection(('127.0.0.1', 8080)).close()
t.join()"`,
    sessions: [
      looked('ss', 'ss -V', 'census', CENSUS, nothing, "ss -ant | awk 'NR>1 {print $1}' | sort | uniq -c"),
      looked(
        'ss',
        'ss -V',
        's',
        { summary: true, whole: true },
        nothing,
        'ss -s',
        'ss -tan state time-wait | tail -n +2 | wc -l',
      ),
      looked('procfs', 'uname -r', 'sockstat', { sockstat: true, whole: true }, nothing, 'cat /proc/net/sockstat'),
      netstat('census', CENSUS, "netstat -ant | awk '{print $6}' | sort | uniq -c | sort -rn"),
      looked(
        'busybox',
        'busybox | head -1',
        'census',
        CENSUS,
        nothing,
        "busybox netstat -tan | awk '/^tcp/ {n[$NF]++} END {for (s in n) print s, n[s]}'",
      ),
      looked('toybox', 'toybox --version', 'tan', { connections: {}, whole: true }, nothing, 'toybox netstat -tan'),
    ],
  },
]
