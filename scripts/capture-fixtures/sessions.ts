/** What of the reading an output tells, and so what must come out of it. */
export interface Tells {
  /** Sockets in LISTEN. `limits`: Send-Q is the backlog. `owners`: programs are named. `queued`: only those with a queue. */
  readonly listeners?: {
    readonly limits: boolean
    readonly owners: boolean
    readonly queued?: boolean
    readonly family?: 4 | 6
  }
  /** Connections: those in `state` (default all), at this port (default any). */
  readonly connections?: {
    readonly state?: string
    readonly port?: number
    readonly listed?: 'connected'
    readonly inodes?: boolean
  }
  /** false: the filter could hide something that a rule asks for. */
  readonly whole: boolean
  /** A prefix of the names printed; `nonzero`: zeros are left out; `names`: only these. */
  readonly counters?: { readonly groups: readonly string[]; readonly nonzero?: boolean; readonly match?: string }
  readonly census?: boolean
  /** The number printed: connections in this state at this port. */
  readonly count?: { readonly state: string; readonly port: number }
  readonly sockstat?: boolean
  readonly sysctls?: readonly string[]
  readonly udp?: boolean
  readonly unix?: 'listening' | 'all'
  readonly summary?: boolean
  readonly softnet?: boolean
  readonly load?: boolean
  readonly memory?: boolean
  readonly kernel?: boolean
  readonly cores?: boolean
  /** Nothing that is TCP. */
  readonly noTcp?: boolean
}

/** Commands of one tool, as somebody types them one after another. */
export interface Session {
  readonly tool: Tool
  readonly slug: string
  readonly commands: readonly string[]
  readonly tells: Tells
}

export type Tool = 'ss' | 'netstat' | 'busybox' | 'toybox' | 'nstat' | 'procfs' | 'sysctl' | 'procps'

const LIMITS = { limits: true, owners: false }
const OWNED = { limits: true, owners: true }
const NO_LIMITS = { limits: false, owners: false }
const SETTINGS = [
  'net.core.somaxconn',
  'net.ipv4.tcp_max_syn_backlog',
  'net.ipv4.tcp_abort_on_overflow',
  'net.ipv4.tcp_syncookies',
]

/** Of the server's port and the state most of its connections are in. */
export const sessionsAt = (port: number, state: string): readonly Session[] => [
  ...ss(port, state),
  ...netstat(state),
  ...counters(),
  ...files(),
]

const ss = (port: number, state: string): readonly Session[] =>
  (
    [
      ['ltnp', ['ss -ltnp', 'ss -s'], { listeners: OWNED, summary: true, whole: true }],
      ['ltn', ['ss -ltn', 'ss -ltn4'], { listeners: LIMITS, whole: true }],
      ['tan', ['ss -tan'], { listeners: LIMITS, connections: {}, whole: true }],
      ['tanp', ['ss -tanp'], { listeners: OWNED, connections: {}, whole: true }],
      ['antpem', ['ss -antpem'], { listeners: OWNED, connections: { inodes: true }, whole: true }],
      ['tanoi', ['ss -tanoi'], { listeners: LIMITS, connections: {}, whole: true }],
      ['oneline', ['ss -OlntpeH'], { listeners: OWNED, whole: true }],
      ['tn', ['ss -tn'], { connections: { listed: 'connected' }, whole: true }],
      ['state', [`ss -tn state ${state}`], { connections: { state }, whole: true }],
      ['census', ["ss -ant | awk 'NR>1 {print $1}' | sort | uniq -c | sort -rn"], { census: true, whole: true }],
      [
        'queued',
        ["ss -lnt | awk '$2 > 0'", 'ss -s'],
        { listeners: { ...LIMITS, queued: true }, summary: true, whole: true },
      ],
      ['grep', [`ss -ltnp | grep ${port}`, `ss -tan | grep ${port}`], { connections: { port }, whole: false }],
      [
        'count',
        [`ss -Htan state ${state} '( sport = :${port} )' | wc -l`, 'ss -s'],
        { count: { state, port }, summary: true, whole: false },
      ],
      ['head', ['ss -antp | head -30'], { whole: false }],
      ['lnptu', ['ss -lnptu'], { listeners: OWNED, udp: true, whole: true }],
      ['tulpen', ['ss -tulpen'], { listeners: OWNED, udp: true, whole: true }],
      ['ltnm', ['ss -ltnm', 'ss -tuna'], { listeners: LIMITS, connections: {}, udp: true, whole: true }],
      ['anp', ['ss -anp'], { listeners: OWNED, connections: {}, udp: true, unix: 'all', whole: true }],
      ['xl', ['ss -xlp', 'ss -xa'], { unix: 'all', noTcp: true, whole: true }],
      ['uan', ['ss -uan', 'ss -uanp', 'ss -uapem'], { udp: true, noTcp: true, whole: true }],
    ] satisfies readonly (readonly [string, readonly string[], Tells])[]
  ).map(([slug, commands, tells]) => ({ tool: 'ss', slug, commands, tells }))

const netstat = (state: string): readonly Session[] => {
  const printed = state
    .replace(/^fin-wait-/, 'fin_wait')
    .replaceAll('-', '_')
    .toUpperCase()
  return [
    {
      tool: 'netstat',
      slug: 'ltnp',
      commands: ['netstat -ltnp', 'netstat -i'],
      tells: { listeners: { ...NO_LIMITS, owners: true }, whole: true },
    },
    {
      tool: 'netstat',
      slug: 'antp',
      commands: ['netstat -antp'],
      tells: { listeners: { ...NO_LIMITS, owners: true }, connections: {}, whole: true },
    },
    {
      tool: 'netstat',
      slug: 'anpo',
      commands: ['netstat -anpo'],
      tells: { listeners: { ...NO_LIMITS, owners: true }, connections: {}, udp: true, unix: 'all', whole: true },
    },
    {
      tool: 'netstat',
      slug: 'neopa',
      commands: ['netstat -neopat'],
      tells: { listeners: { ...NO_LIMITS, owners: true }, connections: { inodes: true }, whole: true },
    },
    {
      tool: 'netstat',
      slug: 's',
      commands: ['netstat -s'],
      tells: {
        counters: { groups: ['TcpExt'], nonzero: true, match: 'Listen|AbortOn|Timeouts|SynRetrans' },
        whole: true,
      },
    },
    {
      tool: 'netstat',
      slug: 'st',
      commands: ['netstat -st', 'netstat -su'],
      tells: { counters: { groups: ['TcpExt'], nonzero: true, match: 'Listen|AbortOn|Timeouts' }, whole: true },
    },
    {
      tool: 'netstat',
      slug: 'census',
      commands: ["netstat -ant | awk '/^tcp/ {s[$6]++} END {for (k in s) print k, s[k]}'", 'netstat -ltn'],
      tells: { census: true, whole: true },
    },
    {
      tool: 'netstat',
      slug: 'grep',
      commands: ['netstat -ltnp', `netstat -ant | grep ${printed}`],
      tells: { listeners: { ...NO_LIMITS, owners: true }, connections: { state }, whole: true },
    },
    {
      tool: 'busybox',
      slug: 'netstat-ltn',
      commands: ['busybox netstat -ltn', 'busybox netstat -an'],
      tells: { listeners: NO_LIMITS, connections: {}, whole: true },
    },
    {
      tool: 'busybox',
      slug: 'netstat-ane',
      commands: ['busybox netstat -ltun', 'busybox netstat -tane'],
      tells: { listeners: NO_LIMITS, connections: {}, whole: true },
    },
    {
      tool: 'busybox',
      slug: 'netstat-tan',
      commands: ['busybox netstat -tan', 'busybox cat /proc/net/sockstat'],
      tells: { listeners: NO_LIMITS, connections: {}, sockstat: true, whole: true },
    },
    {
      tool: 'toybox',
      slug: 'netstat-ltn',
      commands: ['toybox netstat -ltn', 'toybox netstat -tan'],
      tells: { listeners: NO_LIMITS, connections: {}, whole: true },
    },
  ]
}

const counters = (): readonly Session[] => [
  {
    tool: 'nstat',
    slug: 'az',
    commands: ['nstat -az'],
    tells: { counters: { groups: ['TcpExt', 'Tcp'] }, whole: true },
  },
  {
    tool: 'nstat',
    slug: 'a',
    commands: ['nstat -as'],
    tells: { counters: { groups: ['TcpExt', 'Tcp'], nonzero: true }, whole: true },
  },
  {
    tool: 'nstat',
    slug: 'listen',
    commands: [
      'nstat -az TcpExtListenOverflows TcpExtListenDrops TcpActiveOpens TcpPassiveOpens',
      'nstat -as | grep -i tcp',
    ],
    tells: {
      counters: { groups: ['TcpExt', 'Tcp'], match: '^(TcpExtListen(Overflows|Drops)|Tcp(Active|Passive)Opens)$' },
      whole: false,
    },
  },
  {
    tool: 'nstat',
    slug: 'json',
    commands: ['nstat -jas'],
    tells: { counters: { groups: ['TcpExt', 'Tcp'], nonzero: true }, whole: true },
  },
]

const files = (): readonly Session[] => [
  {
    tool: 'procfs',
    slug: 'tcp',
    commands: ['cat /proc/net/tcp /proc/net/tcp6'],
    tells: { listeners: NO_LIMITS, connections: { inodes: true }, whole: true },
  },
  {
    tool: 'procfs',
    slug: 'counters',
    commands: ['cat /proc/net/netstat', 'cat /proc/net/snmp'],
    tells: { counters: { groups: ['TcpExt', 'Tcp'] }, whole: true },
  },
  {
    tool: 'procfs',
    slug: 'sockstat',
    commands: ['cat /proc/net/sockstat', 'cat /proc/net/sockstat6', 'cat /proc/net/netstat'],
    tells: { sockstat: true, counters: { groups: ['TcpExt'] }, whole: true },
  },
  {
    tool: 'procfs',
    slug: 'udp-unix',
    commands: ['cat /proc/net/udp', 'cat /proc/net/udp6', 'cat /proc/net/unix', 'cat /proc/net/snmp6'],
    tells: { udp: true, unix: 'all', noTcp: true, whole: true },
  },
  {
    tool: 'procfs',
    slug: 'softnet',
    commands: ['cat /proc/net/softnet_stat', 'cat /proc/net/dev', 'cat /proc/net/snmp'],
    tells: { softnet: true, counters: { groups: ['Tcp'], match: '^Tcp(?!Ext)' }, whole: true },
  },
  {
    tool: 'sysctl',
    slug: 'keys',
    commands: [`sysctl ${SETTINGS.join(' ')}`, 'uname -a', 'sysctl -a | grep net.ipv4.tcp'],
    tells: { sysctls: SETTINGS, kernel: true, whole: false },
  },
  {
    tool: 'sysctl',
    slug: 'cat',
    commands: [
      'cat /proc/sys/net/core/somaxconn',
      'cat /proc/sys/net/ipv4/tcp_max_syn_backlog',
      'grep . /proc/sys/net/ipv4/tcp_*',
      'uname -r',
    ],
    tells: { sysctls: SETTINGS, kernel: true, whole: false },
  },
  {
    tool: 'sysctl',
    slug: 'all',
    commands: ['sysctl -a | grep -E "^net.(core|ipv4.tcp)"'],
    tells: { sysctls: SETTINGS, whole: false },
  },
]
