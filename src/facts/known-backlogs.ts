import type { Text } from '../model/text.ts'

/** What a program passes to listen() when nobody configures it. */
export interface KnownBacklog {
  readonly program: string
  /** Command names as the kernel cuts them, 15 characters at most. */
  readonly comms: readonly string[]
  /** `somaxconn`: it asks for all that the namespace allows. */
  readonly backlog: number | 'somaxconn'
  /** Where to set it. */
  readonly setting: Text
  readonly source: string
}

/** The number stands in the program's source. */
export const NOT_CONFIGURABLE: Text = { en: 'not configurable', zh: '不可配置' }
const same = (setting: string): Text => ({ en: setting, zh: setting })

/** Read with somaxconn 60000 from running programs, or from their documentation or source. */
export const KNOWN_BACKLOGS: readonly KnownBacklog[] = [
  known('nginx', ['nginx'], 511, same('listen 80 backlog=4096;'), 'nginx.org ngx_http_core_module, listen'),
  known('Apache', ['apache2', 'httpd'], 511, same('ListenBacklog 4096'), 'httpd.apache.org mpm_common, ListenBacklog'),
  known('Redis', ['redis-server'], 511, same('tcp-backlog 4096'), 'redis.conf, tcp-backlog'),
  known(
    'Node.js',
    ['node', 'MainThread'],
    511,
    same('server.listen({ port, backlog: 4096 })'),
    'nodejs.org net, server.listen',
  ),
  known('bird', ['bird', 'bird6'], 8, NOT_CONFIGURABLE, 'bird 2.0 source, sk_open'),
  known('OpenSSH', ['sshd'], 128, NOT_CONFIGURABLE, 'openssh sshd.c, SSH_LISTEN_BACKLOG'),
  known('rpcbind', ['rpcbind', 'rpc.statd'], 128, NOT_CONFIGURABLE, 'libtirpc'),
  known('gunicorn', ['gunicorn'], 2048, same('--backlog 4096'), 'docs.gunicorn.org settings, backlog'),
  known('uWSGI', ['uwsgi'], 100, same('listen = 4096'), 'uwsgi-docs, listen'),
  known(
    'Tomcat',
    ['java'],
    100,
    same('<Connector acceptCount="4096" …>'),
    'tomcat.apache.org HTTP Connector, acceptCount',
  ),
  known('Java ServerSocket', ['java'], 50, same('new ServerSocket(port, 4096)'), 'java.net.ServerSocket'),
  known(
    'Python http.server',
    ['python', 'python3'],
    5,
    same('request_queue_size = 4096'),
    'cpython Lib/socketserver.py',
  ),
  known('Python asyncio', ['python', 'python3'], 100, same('create_server(…, backlog=4096)'), 'cpython Lib/asyncio'),
  known(
    'Python socket.listen()',
    ['python', 'python3'],
    128,
    same('sock.listen(4096)'),
    'cpython Modules/socketmodule.c',
  ),
  known('memcached', ['memcached'], 1024, same('-b 4096'), 'memcached(1), -b'),
  known('Unicorn', ['unicorn'], 1024, same('listen 80, backlog: 4096'), 'Unicorn::Configurator, listen'),
  known('PostgreSQL', ['postgres'], 244, same('max_connections'), 'postgresql pqcomm.c: 2 × MaxBackends'),
  known(
    'Rust std',
    [],
    128,
    same('TcpListener of the socket2 crate: listen(4096)'),
    'rust-lang/rust library/std, TcpListener::bind',
  ),
  known('php-fpm', ['php-fpm'], 'somaxconn', same('listen.backlog = -1'), 'php-fpm www.conf'),
  known('Go', GO_PROGRAMS(), 'somaxconn', NOT_CONFIGURABLE, 'golang src/net/sock_linux.go, maxListenerBacklog'),
  known('Envoy', ['envoy'], 'somaxconn', same('tcp_backlog_size: 4096'), 'Envoy API v3 Listener, tcp_backlog_size'),
]

function GO_PROGRAMS(): readonly string[] {
  return [
    'kube-proxy',
    'kubelet',
    'kube-apiserver',
    'kube-scheduler',
    'kube-controller',
    'etcd',
    'coredns',
    'containerd',
  ]
}

function known(
  program: string,
  comms: readonly string[],
  backlog: KnownBacklog['backlog'],
  setting: Text,
  source: string,
): KnownBacklog {
  return { program, comms, backlog, setting, source }
}

/** What this program passes, by its command name; several where one name stands for several (`java`). */
export function backlogsOf(comm: string): readonly KnownBacklog[] {
  return KNOWN_BACKLOGS.filter((one) => one.comms.some((name) => comm === name || comm.startsWith(`${name}:`)))
}

/** The programs that pass this number when nobody configures them. */
export const programsPassing = (backlog: number): readonly KnownBacklog[] =>
  KNOWN_BACKLOGS.filter((one) => one.backlog === backlog)
