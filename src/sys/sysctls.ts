import type { Sysctls } from '../model/snapshot.ts'
import { HostError } from './host-error.ts'
import type { Proc } from './proc.ts'

/** Settings of a namespace that rules ask for. One that this kernel lacks is left out; tcp_tw_recycle went with Linux 4.12. */
export const NETNS_SYSCTLS: readonly string[] = [
  'net.core.somaxconn',
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
  'net.ipv4.tcp_orphan_retries',
  'net.ipv4.tcp_retries1',
  'net.ipv4.tcp_retries2',
  'net.ipv4.tcp_syn_retries',
  'net.ipv4.tcp_synack_retries',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_timestamps',
  'net.ipv4.tcp_tw_recycle',
  'net.ipv4.tcp_tw_reuse',
]

/** Settings of the machine, the same in every namespace. Some of the list above were so too before they were namespaced. */
export const MACHINE_SYSCTLS: readonly string[] = [
  'fs.file-max',
  'fs.file-nr',
  'fs.nr_open',
  'net.core.netdev_max_backlog',
  'net.ipv4.tcp_max_orphans',
  'net.ipv4.tcp_mem',
]

const pathOf = (key: string) => `sys/${key.replaceAll('.', '/')}`

/**
 * The values that can be read, as the kernel prints them, tabs as blanks. What is not there or not allowed is left out.
 * `lacking`: keys that this kernel was found not to have; asking for them in 200 namespaces costs more than all else here
 */
export function readSysctls(proc: Proc, keys: readonly string[], lacking: Set<string> = new Set()): Sysctls {
  const values: Record<string, string> = {}
  const origins: Record<string, { via: string }> = {}
  for (const key of keys) {
    if (lacking.has(key)) continue
    const path = pathOf(key)
    try {
      values[key] = proc.read(path).trim().replaceAll('\t', ' ')
    } catch (error) {
      if (error instanceof HostError && error.code === 'absent') lacking.add(key)
      continue
    }
    origins[key] = { via: `${proc.root}/${path}` }
  }
  return { values, origins }
}
