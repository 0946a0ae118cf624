import type { Text } from '../model/text.ts'

/** What a program passes to listen() when nobody configures it. */
export interface KnownBacklog {
  readonly program: string
  /** Command names as the kernel cuts them, 15 characters at most. */
  readonly comms: readonly string[]
  /** `somaxconn`: it asks for all that the namespace allows. `configured`: it follows from another setting, which differs everywhere. */
  readonly backlog: number | 'somaxconn' | 'configured'
  /** Where to set it. */
  readonly setting: Text
  /**
   * What makes it call listen() with another number: a `reload` (where the number itself has changed), or nothing short of a
   * `restart`, because a reload hands the open listener on. null: not known; a restart does in any case.
   */
  readonly again: 'reload' | 'restart' | null
  readonly source: string
}

/** The number stands in the program's source. */
export const NOT_CONFIGURABLE: Text = { en: 'not configurable', zh: '不可配置' }

type Row = readonly [
  program: string,
  comms: readonly string[],
  backlog: KnownBacklog['backlog'],
  setting: string | null,
  again: KnownBacklog['again'],
  source: string,
]

const GO = [
  'kube-proxy',
  'kubelet',
  'kube-apiserver',
  'kube-scheduler',
  'kube-controller',
  'etcd',
  'coredns',
  'containerd',
  'dockerd',
  'prometheus',
  'traefik',
  'caddy',
]
const PYTHON = ['python', 'python3']

/**
 * Read with somaxconn 60000 from running programs, or from their documentation or source. `again` of nginx 1.22, Apache 2.4.71,
 * HAProxy 2.6 and Redis 7.0 was seen: reloaded with another number, only nginx called listen() anew.
 */
const ROWS: readonly Row[] = [
  ['nginx', ['nginx'], 511, 'listen 80 backlog=4096;', 'reload', 'nginx.org ngx_http_core_module, listen'],
  ['Apache', ['apache2', 'httpd'], 511, 'ListenBacklog 4096', 'restart', 'httpd.apache.org mpm_common, ListenBacklog'],
  ['Redis', ['redis-server'], 511, 'tcp-backlog 4096', 'restart', 'redis.conf, tcp-backlog'],
  [
    'Node.js',
    ['node', 'MainThread'],
    511,
    'server.listen({ port, backlog: 4096 })',
    'restart',
    'nodejs.org net.Server',
  ],
  [
    'HAProxy',
    ['haproxy'],
    'configured',
    'bind :80 backlog 4096',
    'restart',
    "HAProxy bind, backlog; else frontend's maxconn",
  ],
  ['bird', ['bird', 'bird6'], 8, null, null, 'bird 2.0 source, sk_open'],
  ['OpenSSH', ['sshd'], 128, null, null, 'openssh sshd.c, SSH_LISTEN_BACKLOG'],
  ['rpcbind', ['rpcbind', 'rpc.statd'], 128, null, null, 'libtirpc'],
  ['gunicorn', ['gunicorn'], 2048, '--backlog 4096', null, 'gunicorn.org settings, backlog'],
  ['uWSGI', ['uwsgi'], 100, 'listen = 4096', null, 'uwsgi-docs, listen'],
  [
    'Tomcat',
    ['java'],
    100,
    '<Connector acceptCount="4096" …>',
    'restart',
    'tomcat.apache.org HTTP Connector, acceptCount',
  ],
  ['Java ServerSocket', ['java'], 50, 'new ServerSocket(port, 4096)', 'restart', 'java.net.ServerSocket'],
  ['Netty', ['java'], 'somaxconn', 'option(ChannelOption.SO_BACKLOG, 4096)', 'restart', 'netty NetUtil.SOMAXCONN'],
  ['Python http.server', PYTHON, 5, 'request_queue_size = 4096', 'restart', 'cpython Lib/socketserver.py'],
  ['Python asyncio', PYTHON, 100, 'create_server(…, backlog=4096)', 'restart', 'cpython Lib/asyncio'],
  ['Python socket.listen()', PYTHON, 128, 'sock.listen(4096)', 'restart', 'cpython Modules/socketmodule.c'],
  ['memcached', ['memcached'], 1024, '-b 4096', 'restart', 'memcached(1), -b'],
  ['Unicorn', ['unicorn'], 1024, 'listen 80, backlog: 4096', null, 'Unicorn::Configurator, listen'],
  ['PostgreSQL', ['postgres'], 244, 'max_connections = 2000', 'restart', 'postgresql pqcomm.c: 2 × MaxBackends'],
  ['MySQL 8', ['mysqld'], 151, 'back_log = 4096', 'restart', 'MySQL WL#9704: max_connections'],
  ['MySQL 5.7', ['mysqld'], 80, 'back_log = 4096', 'restart', 'MySQL WL#9704: 50 + max_connections / 5'],
  ['MariaDB', ['mariadbd'], 'configured', 'back_log = 4096', 'restart', 'mariadb.com system variables, back_log'],
  [
    'MongoDB',
    ['mongod', 'mongos'],
    128,
    '--listenBacklog 4096',
    'restart',
    'mongos --help: listenBacklog (=128); DOCS-10739',
  ],
  ['RabbitMQ', ['beam.smp'], 128, 'tcp_listen_options.backlog = 4096', 'restart', 'rabbitmq.conf.example'],
  ['Erlang gen_tcp', ['beam.smp'], 5, '{backlog, 4096}', 'restart', 'erlang.org gen_tcp, listen_option'],
  [
    '.NET Kestrel',
    ['dotnet'],
    512,
    'UseSockets(o => o.Backlog = 4096)',
    'restart',
    'learn.microsoft.com SocketTransportOptions',
  ],
  ['rsyslog imptcp', ['rsyslogd'], 64, 'input(type="imptcp" … SocketBacklog="4096")', 'restart', 'rsyslog.com imptcp'],
  [
    'Rust std',
    [],
    128,
    'TcpListener of the socket2 crate: listen(4096)',
    'restart',
    'rust-lang/rust, TcpListener::bind',
  ],
  ['php-fpm', ['php-fpm'], 'somaxconn', 'listen.backlog = -1', null, 'php-fpm www.conf; php-src fpm_sockets.h'],
  // before it asked for all on Linux, too
  ['php-fpm 7', ['php-fpm'], 511, 'listen.backlog = 4096', null, 'php-src fpm_sockets.h, FPM_BACKLOG_DEFAULT'],
  ['Go', GO, 'somaxconn', null, null, 'golang src/net/sock_linux.go, maxListenerBacklog'],
  ['Envoy', ['envoy'], 'somaxconn', 'tcp_backlog_size: 4096', null, 'Envoy API v3 Listener, tcp_backlog_size'],
]

export const KNOWN_BACKLOGS: readonly KnownBacklog[] = ROWS.map(
  ([program, comms, backlog, setting, again, source]) => ({
    program,
    comms,
    backlog,
    setting: setting === null ? NOT_CONFIGURABLE : { en: setting, zh: setting },
    again,
    source,
  }),
)

/** What this program passes, by its command name; several where one name stands for several (`java`). */
export function backlogsOf(comm: string): readonly KnownBacklog[] {
  return KNOWN_BACKLOGS.filter((one) => one.comms.some((name) => comm === name || comm.startsWith(`${name}:`)))
}

/** The programs that pass this number when nobody configures them. */
export const programsPassing = (backlog: number): readonly KnownBacklog[] =>
  KNOWN_BACKLOGS.filter((one) => one.backlog === backlog)
