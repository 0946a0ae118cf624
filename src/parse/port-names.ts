/**
 * Ports that tools print by name when nobody said `-n`: the services of a Kubernetes node and the common ones.
 * Source: IANA service names, as in /etc/services of Debian and Red Hat.
 */
const PORTS: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  www: 80,
  kerberos: 88,
  pop3: 110,
  sunrpc: 111,
  ntp: 123,
  imap2: 143,
  imap: 143,
  snmp: 161,
  bgp: 179,
  ldap: 389,
  https: 443,
  'microsoft-ds': 445,
  submission: 587,
  ldaps: 636,
  rsync: 873,
  imaps: 993,
  pop3s: 995,
  'ms-sql-s': 1433,
  nfs: 2049,
  mysql: 3306,
  'ms-wbt-server': 3389,
  postgresql: 5432,
  amqp: 5672,
  redis: 6379,
  'http-alt': 8080,
  webcache: 8080,
  'https-alt': 8443,
  zookeeper: 2181,
  'etcd-client': 2379,
  'etcd-server': 2380,
  newoak: 4001,
  'pxc-spvr-ft': 4002,
  'sun-sr-https': 6443,
  'bctp-server': 10250,
}

/** A port as printed: a number, a known service name, `*` as 0; null for anything else. */
export function portOf(printed: string): number | null {
  if (printed === '*') return 0
  if (/^\d{1,5}$/.test(printed)) {
    const port = Number(printed)
    return port <= 65535 ? port : null
  }
  return Object.hasOwn(PORTS, printed) ? (PORTS[printed] ?? null) : null
}
