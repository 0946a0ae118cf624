import type { Sysctls } from '../model/snapshot.ts'
import { HostError } from './host-error.ts'
import type { Proc } from './proc.ts'

/**
 * Settings that rules ask for. To have a further one read live, add its dotted name to one of the three lists; `a.*.b` stands for
 * every interface. One that this kernel lacks is left out (tcp_tw_recycle went with Linux 4.12). A name in this first list costs
 * about 20 µs in each namespace of the machine: what is only judged on the host belongs in the second.
 */
export const NETNS_SYSCTLS: readonly string[] = [
  'net.bridge.bridge-nf-call-ip6tables',
  'net.bridge.bridge-nf-call-iptables',
  'net.core.somaxconn',
  'net.ipv4.conf.*.forwarding',
  'net.ipv4.conf.*.rp_filter',
  'net.ipv4.ip_forward',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_abort_on_overflow',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_max_syn_backlog',
  'net.ipv4.tcp_max_tw_buckets',
  'net.ipv4.tcp_migrate_req',
  'net.ipv4.tcp_mtu_probing',
  'net.ipv4.tcp_orphan_retries',
  'net.ipv4.tcp_retries1',
  'net.ipv4.tcp_retries2',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syn_retries',
  'net.ipv4.tcp_synack_retries',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_timestamps',
  'net.ipv4.tcp_tw_recycle',
  'net.ipv4.tcp_tw_reuse',
  'net.ipv4.vs.conn_reuse_mode',
  'net.ipv4.vs.expire_nodest_conn',
  'net.ipv4.vs.expire_quiescent_template',
  'net.ipv6.conf.all.forwarding',
  'net.netfilter.nf_conntrack_count',
  'net.netfilter.nf_conntrack_max',
]

/** Each namespace has its own of these, and only the host's are asked for. */
export const HOST_SYSCTLS: readonly string[] = [
  'net.ipv4.conf.*.accept_redirects',
  'net.ipv4.conf.*.secure_redirects',
  'net.ipv4.conf.*.send_redirects',
  'net.ipv6.conf.*.accept_redirects',
  'net.netfilter.nf_conntrack_acct',
  'net.netfilter.nf_conntrack_buckets',
  'net.netfilter.nf_conntrack_tcp_be_liberal',
  'net.netfilter.nf_conntrack_tcp_loose',
  'net.netfilter.nf_conntrack_tcp_timeout_close_wait',
  'net.netfilter.nf_conntrack_tcp_timeout_established',
  'net.netfilter.nf_conntrack_tcp_timeout_fin_wait',
  'net.netfilter.nf_conntrack_tcp_timeout_syn_recv',
  'net.netfilter.nf_conntrack_tcp_timeout_syn_sent',
  'net.netfilter.nf_conntrack_tcp_timeout_time_wait',
  'net.netfilter.nf_conntrack_tcp_timeout_unacknowledged',
  'net.netfilter.nf_conntrack_udp_timeout',
  'net.netfilter.nf_conntrack_udp_timeout_stream',
]

/**
 * Settings of the machine, the same in every namespace, though only the host's shows those of net.*.
 * Some of the first list were so too before they were namespaced.
 */
export const MACHINE_SYSCTLS: readonly string[] = [
  'fs.file-max',
  'fs.file-nr',
  'fs.nr_open',
  'net.core.netdev_budget',
  'net.core.netdev_budget_usecs',
  'net.core.netdev_max_backlog',
  'net.core.rmem_default',
  'net.core.rmem_max',
  'net.ipv4.neigh.default.gc_thresh1',
  'net.ipv4.neigh.default.gc_thresh2',
  'net.ipv4.neigh.default.gc_thresh3',
  'net.ipv4.tcp_max_orphans',
  'net.ipv4.tcp_mem',
  'net.ipv4.udp_mem',
  'net.ipv6.neigh.default.gc_thresh1',
  'net.ipv6.neigh.default.gc_thresh2',
  'net.ipv6.neigh.default.gc_thresh3',
]

/** As sysctl(8) has it: a name's own dot is written as a slash (`net.ipv4.conf.eth0/100.rp_filter`). */
const pathOf = (key: string) =>
  `sys/${key
    .split('.')
    .map((part) => part.replaceAll('/', '.'))
    .join('/')}`

/** A node with more interfaces than this is read as far as they go. */
const MAX_INTERFACES = 512

/** `a.*.b` → the same setting of every interface there is. */
function expand(proc: Proc, key: string, lacking: Set<string>): readonly string[] {
  const [before, after] = key.split('.*.')
  if (before === undefined || after === undefined) return [key]
  if (lacking.has(key)) return []
  try {
    const names = proc.list(pathOf(before)).slice(0, MAX_INTERFACES)
    return names.map((name) => `${before}.${name.replaceAll('.', '/')}.${after}`)
  } catch (error) {
    if (error instanceof HostError && error.code === 'absent') lacking.add(key)
    return []
  }
}

/**
 * The values that can be read, as the kernel prints them, tabs as blanks. What is not there or not allowed is left out.
 * `lacking`: keys that this kernel was found not to have; asking for them in 200 namespaces costs more than all else here
 */
export function readSysctls(proc: Proc, keys: readonly string[], lacking: Set<string> = new Set()): Sysctls {
  const values: Record<string, string> = {}
  const origins: Record<string, { via: string }> = {}
  const asked = new Set(keys)
  for (const key of keys.flatMap((one) => expand(proc, one, lacking))) {
    if (lacking.has(key)) continue
    const path = pathOf(key)
    try {
      values[key] = proc.readShort(path).trim().replaceAll('\t', ' ')
    } catch (error) {
      // an interface that is gone here may be there in the next namespace
      if (error instanceof HostError && error.code === 'absent' && asked.has(key)) lacking.add(key)
      continue
    }
    origins[key] = { via: `${proc.root}/${path}` }
  }
  return { values, origins }
}

/** Without what belongs to one namespace whatever the kernel's version: settings of its interfaces, its own count of entries. */
export function ofNoOneNamespace({ values, origins }: Sysctls): Sysctls {
  const isShared = ([key]: readonly [string, unknown]) =>
    !key.startsWith('net.ipv4.conf.') && key !== 'net.netfilter.nf_conntrack_count'
  return {
    values: Object.fromEntries(Object.entries(values).filter(isShared)),
    origins: Object.fromEntries(Object.entries(origins).filter(isShared)),
  }
}
