import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plain } from './expect-plain.ts'
import type { How } from './fixture.ts'
import type { Tells } from './sessions.ts'
import type { Truth } from './truth.ts'

/** A state that is no fault of the lab's: arranged by a script inside a namespace, and what is known of it by its making. */
export interface PlainState {
  readonly name: string
  /** Shell, run to its end. */
  readonly arrange: string
  /** Shell that stays while the tools look. */
  readonly keep?: string
  readonly sessions: readonly PlainSession[]
  /** `zh_CN`: what the tools speak; English where it is left out. */
  readonly lang?: string
  readonly written?: Omit<How, 'at'>
}

export interface PlainSession {
  readonly tool: string
  readonly slug: string
  /** How the tool tells its version. */
  readonly version: string
  readonly commands: readonly string[]
  readonly expect: (truth: Truth) => Plain
  /** Not of the tool's own making: another version of it would print the same. */
  readonly once?: true
  /** What the kernel's own state tells of it, as for the faults of the lab. */
  readonly tells?: Tells
}

const RULES = fileURLToPath(new URL('../../test/fixtures/forwarding/rules', import.meta.url))

/** Where rules send connections, by a look of its own at what is loaded. */
const sentTo = (file: string): readonly string[] => {
  const found = readFileSync(`${RULES}/${file}`, 'utf8').matchAll(
    /(?:--to-destination|dnat to) (\d+\.\d+\.\d+\.\d+:\d+)/g,
  )
  return [...new Set([...found].map(([, place = '']) => place))].sort()
}

const WIRES = `ip link add eth0 type veth peer name far; ip addr add 10.20.0.5/24 dev eth0; ip addr add fd20::5/64 dev eth0 nodad
ip link set eth0 up; ip link set far up; ip link set dev eth0 mtu 1450; ip route add 10.99.0.0/24 via 10.20.0.1 dev eth0
ip neigh add 10.20.0.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent; ip neigh add 10.20.0.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent
ip link add cni0 type bridge; ip addr add 10.44.0.1/24 dev cni0; ip link add veth1a2b type veth peer name pod0; ip link set veth1a2b master cni0
ip link set cni0 up; ip link set veth1a2b up; ip link add flannel.1 type vxlan id 1 dstport 8472 dev eth0; ip link set flannel.1 up`

const LINKS = { eth0: 1450, cni0: 1500, veth1a2b: 1500 }
const ADDRESSES = ['10.20.0.5', '10.44.0.1', 'fd20::5']
const V4 = ['10.20.0.5', '10.44.0.1']

const rules = (kind: 'legacy' | 'nft'): PlainState => {
  const [tool, version] = [`iptables-${kind}`, kind === 'nft' ? 'iptables -V' : 'iptables-legacy -V']
  const name = kind === 'nft' ? 'iptables' : 'iptables-legacy'
  const dnat = () => ({ dnat: sentTo('kube-proxy-1.32.v4') })
  const session = (slug: string, ...commands: string[]): PlainSession => ({
    tool,
    slug,
    version,
    commands,
    expect: dnat,
  })
  return {
    name: `kube-proxy-${kind}`,
    arrange: `iptables-${kind}-restore < ${RULES}/kube-proxy-1.32.v4`,
    sessions: [
      session('save', `${name}-save -t nat`),
      session('S', `${name} -t nat -S`),
      session('L', `${name} -t nat -L -n -v`),
      session('Lx', `${name} -t nat -nvxL --line-numbers`, `${name} -nL`),
      ...(kind === 'nft' ? [{ ...session('list', 'nft list ruleset'), tool: 'nft', version: 'nft -v' }] : []),
    ],
  }
}

const flows = (slug: string, expect: PlainSession['expect'], ...commands: string[]): PlainSession => ({
  tool: 'conntrack',
  slug,
  version: 'conntrack -V',
  commands,
  expect,
})

const ip = (tool: string, version: string, slug: string, expect: Plain, ...commands: string[]): PlainSession => ({
  tool,
  slug,
  version,
  commands,
  expect: () => expect,
})

const memory = ({ memory: of, cores, load }: Truth, what: 'memory' | 'load' | 'cores' | 'processes'): Plain =>
  what === 'memory'
    ? { memoryTotal: of.MemTotal ?? 0 }
    : what === 'load'
      ? { load: load.map(Number) }
      : what === 'cores'
        ? { cores }
        : { processes: ['sshd', 'kubelet', 'kube-proxy', 'containerd'] }

export const procps = (slug: string, what: Parameters<typeof memory>[1], ...commands: string[]): PlainSession => ({
  tool: 'procps',
  slug,
  version: 'ps -V',
  commands,
  expect: (truth) => memory(truth, what),
})

const probe = (
  tool: string,
  version: string,
  slug: string,
  command: string,
  outcome: string,
  port: number | null,
): PlainSession => ({
  tool,
  slug,
  version,
  commands: [command],
  expect: () => ({ probe: { outcome, port } }),
})

/** tcpdump looks on while somebody connects. */
const seen = (slug: string, port: number, flags: readonly string[], options: string): PlainSession => ({
  tool: 'tcpdump',
  slug,
  version: 'tcpdump --version 2>&1 | head -1',
  commands: [
    `timeout 2.5 tcpdump -i any ${options} tcp port ${port} & sleep 0.6; nc -w 1 127.0.0.1 ${port} </dev/null; wait`,
  ],
  expect: () => ({ packets: flags }),
})

export const SERVE = `python3 -c "
import socket, threading, time
def serve(port, how):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('0.0.0.0', port)); s.listen(64)
    while True:
        c, _ = s.accept()
        if how == 'answer':
            c.recv(4096); c.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nConnection: close\\r\\n\\r\\nok\\n'); c.close()
        else: kept.append(c)
kept = []
for port, how in ((8080, 'answer'), (8081, 'silent')): threading.Thread(target=serve, args=(port, how), daemon=True).start()
time.sleep(120)"`

export const PLAIN_STATES: readonly PlainState[] = [
  rules('legacy'),
  rules('nft'),
  {
    name: 'kube-proxy-nftables',
    arrange: `nft -f ${RULES}/kube-proxy.nft`,
    sessions: ['nft list ruleset', 'nft -a list ruleset', 'nft -j list ruleset'].map((command, i) => ({
      tool: 'nft',
      slug: ['list', 'a', 'j'][i] ?? '',
      version: 'nft -v',
      commands: [command],
      expect: () => ({ dnat: sentTo('kube-proxy.nft') }),
    })),
  },
  {
    name: 'translated-and-unanswered',
    arrange: `ip link add eth0 type veth peer name far; ip addr add 10.20.0.5/24 dev eth0; ip addr add fd20::5/64 dev eth0 nodad; ip link set eth0 up; ip link set far up
sysctl -qw net.netfilter.nf_conntrack_acct=1; iptables-legacy -t nat -A OUTPUT -p tcp --dport 30080 -j DNAT --to-destination 10.20.0.5:8080; ip6tables-legacy -t nat -A OUTPUT -p tcp --dport 9 -j DNAT --to-destination [fd20::5]:8080
ip route add 10.99.0.0/24 dev eth0; sed 's/sleep(6)/sleep(60)/' ${RULES}/flows.py > /run/flows.py; python3 /run/flows.py >/dev/null 2>&1`,
    sessions: [
      flows('L', () => ({ flows: { 30080: 3, 30081: 1, 9999: 1, 53: 1 } }), 'conntrack -L'),
      flows(
        'Lext',
        () => ({ flows: { 30080: 3, 30081: 1, 9999: 1, 53: 1 } }),
        'conntrack -L -o extended',
        'conntrack -C',
      ),
      flows('unreplied', () => ({ flows: { 9999: 1 } }), 'conntrack -L -p tcp --state SYN_SENT', 'conntrack -S'),
      {
        ...flows('proc', () => ({ flows: { 30080: 3, 30081: 1, 9999: 1, 53: 1 } }), 'cat /proc/net/nf_conntrack'),
        tool: 'procfs',
        version: 'uname -r',
      },
    ],
  },
  {
    name: 'wires',
    arrange: WIRES,
    sessions: [
      ip('iproute2', 'ip -V', 'addr', { links: LINKS, addresses: ADDRESSES }, 'ip addr', 'ip rule'),
      ip('iproute2', 'ip -V', 'link', { links: LINKS }, 'ip -s link', 'ip -s -s link show eth0'),
      ip(
        'iproute2',
        'ip -V',
        'route',
        { routes: ['10.99.0.0/24', '10.20.0.0/24'], neighbours: ['10.20.0.1', '10.20.0.9'] },
        'ip route',
        'ip neigh',
        'ip -6 route',
      ),
      ip('iproute2', 'ip -V', 'd', { links: LINKS }, 'ip -d link', 'bridge link', 'bridge fdb show'),
      ip('iproute2', 'ip -V', 'json', { links: LINKS, addresses: ADDRESSES }, 'ip -j addr', 'tc -s qdisc show'),
      ip('net-tools', 'netstat -V | head -1', 'ifconfig', { links: LINKS, addresses: V4 }, 'ifconfig -a'),
      ip(
        'net-tools',
        'netstat -V | head -1',
        'route',
        { routes: ['10.99.0.0/24', '10.20.0.0/24'], neighbours: ['10.20.0.1', '10.20.0.9'] },
        'route -n',
        'arp -n',
        'netstat -rn',
        'netstat -i',
      ),
      ip(
        'busybox',
        'busybox | head -1',
        'ip',
        { links: LINKS, addresses: ADDRESSES },
        'busybox ip addr',
        'busybox ip route',
        'busybox route -n',
      ),
      ip(
        'busybox',
        'busybox | head -1',
        'ifconfig',
        { links: LINKS, addresses: V4 },
        'busybox ifconfig -a',
        'busybox arp -n',
      ),
    ],
  },
  {
    name: 'quiet-node',
    arrange: 'ip addr',
    sessions: [
      procps('free', 'memory', 'free', 'vmstat 1 2'),
      procps('free-m', 'memory', 'free -b', 'uptime'),
      procps('uptime', 'load', 'uptime', 'vmstat -w 1 2'),
      procps('ps', 'processes', 'ps aux'),
      procps('ps-ef', 'processes', 'ps -ef', 'ps -eo pid,stat,wchan:30,comm'),
      procps('top', 'processes', 'top -b -n 1 | head -40'),
      { ...procps('lscpu', 'cores', 'lscpu', 'nproc'), tool: 'util-linux', version: 'lscpu -V' },
      { ...procps('mpstat', 'cores', 'mpstat -P ALL 1 1', 'nproc'), tool: 'sysstat', version: 'mpstat -V 2>&1' },
    ],
  },
  {
    name: 'probed',
    arrange: 'ip addr',
    keep: SERVE,
    sessions: [
      probe('curl', 'curl -V', 'ok', 'curl -v http://127.0.0.1:8080/', 'answered', 8080),
      probe('curl', 'curl -V', 'refused', 'curl -v http://127.0.0.1:9/', 'refused', 9),
      probe('curl', 'curl -V', 'silent', 'curl -v -m 2 http://127.0.0.1:8081/', 'no-answer', 8081),
      probe('nc', 'nc -h 2>&1 | head -1', 'ok', 'nc -vz -w 2 127.0.0.1 8080', 'connected', 8080),
      probe('nc', 'nc -h 2>&1 | head -1', 'refused', 'nc -vz -w 2 127.0.0.1 9', 'refused', 9),
      probe('ping', 'ping -V', 'ok', 'ping -c 2 -i 0.2 127.0.0.1', 'answered', null),
      probe('ping', 'ping -V', 'unreachable', 'ping -c 2 -W 1 10.99.0.9', 'unreachable', null),
      probe('ab', 'ab -V | head -1', 'ok', 'ab -n 40 -c 4 http://127.0.0.1:8080/', 'answered', 8080),
      probe('wrk', 'wrk -v 2>&1 | head -1', 'ok', 'wrk -t1 -c4 -d1s http://127.0.0.1:8080/', 'answered', 8080),
      probe('telnet', 'telnet --version | head -1', 'refused', 'telnet 127.0.0.1 9', 'refused', 9),
      seen('refused', 9, ['SYN', 'ACK RST'], '-nn'),
      seen('refused-e', 9, ['SYN', 'ACK RST'], '-nn -e -tttt'),
      seen('refused-v', 9, ['SYN', 'ACK RST'], '-nnv'),
      seen('accepted', 8080, ['SYN', 'ACK SYN'], '-nn -ttt'),
      seen('accepted-x', 8080, ['SYN', 'ACK SYN'], '-nnX -S'),
    ],
  },
]
