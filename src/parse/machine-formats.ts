import { acceptErrors } from './accept-errors.ts'
import { backlogConfig } from './backlog-config.ts'
import { cgroupFiles } from './cgroup-files.ts'
import { diskstats } from './diskstats.ts'
import type { Format } from './format.ts'
import { free } from './free.ts'
import { iostat } from './iostat.ts'
import { kernelLog } from './kernel-log.ts'
import { limits } from './limits.ts'
import { lscpu } from './lscpu.ts'
import { mounts } from './mounts.ts'
import { mountstats } from './mountstats.ts'
import { mpstat } from './mpstat.ts'
import { neighbourStat } from './neighbour-stat.ts'
import { nfsiostat } from './nfsiostat.ts'
import { nfsstat } from './nfsstat.ts'
import { pidstat } from './pidstat.ts'
import { pressure } from './pressure.ts'
import { procStat } from './proc-stat.ts'
import { ps } from './ps.ts'
import { sar } from './sar.ts'
import { serverLog } from './server-log.ts'
import { strace } from './strace.ts'
import { top } from './top.ts'
import { own } from './transcript/own.ts'
import { uptime } from './uptime.ts'
import { vmstat } from './vmstat.ts'

/**
 * What looks at the machine under the sockets, told by its shape alone. Configuration is not among them: without a command above
 * it, it is an example.
 */
export const MACHINE_BY_SHAPE: readonly Format[] = [
  vmstat,
  top,
  ps,
  pidstat,
  iostat,
  mpstat,
  mountstats,
  nfsiostat,
  nfsstat,
  free,
  uptime,
  pressure,
  limits,
  mounts,
  kernelLog,
  strace,
  lscpu,
  procStat,
  diskstats,
  neighbourStat,
  cgroupFiles,
  acceptErrors,
  serverLog,
]

const BY_PROGRAM: Readonly<Record<string, readonly Format[]>> = {
  vmstat: [vmstat],
  top: [top],
  htop: [top],
  ps: [ps],
  pidstat: [pidstat],
  mpstat: [mpstat],
  iostat: [iostat],
  free: [free],
  uptime: [uptime],
  w: [uptime],
  mount: [mounts],
  findmnt: [mounts],
  nfsstat: [nfsstat, mounts],
  nfsiostat: [nfsiostat],
  mountstats: [mountstats],
  ulimit: [limits],
  prlimit: [limits],
  dmesg: [kernelLog],
  journalctl: [kernelLog],
  strace: [strace],
  lscpu: [lscpu],
}

/** The formats of what a command prints; null: none of the machine's, or a form of it that changes something. */
export function machineFormats(program: string, args: readonly string[]): readonly Format[] | null {
  const plain = args.filter((arg) => !arg.startsWith('-'))
  if (program === 'sar') return /^\d+$/.test(plain.at(-1) ?? '') ? [mpstat, sar] : [sar]
  // These change something, or print another table.
  if (program === 'mount' && plain.length > 0) return null
  if (program === 'ulimit' && plain.length > 0) return null
  if (program === 'vmstat' && args.some((arg) => /^-[a-zA-Z]*[sdDmpf]/.test(arg) && arg !== '-S')) return null
  if (program === 'dmesg' && args.some((arg) => /^-[cCD]$|^--clear$/.test(arg)) && !args.includes('-c')) return null
  if (program === 'redis-cli') return args.includes('tcp-backlog') && !args.includes('set') ? [backlogConfig] : null
  if (program === 'nginx') return args.includes('-T') ? [backlogConfig] : null
  return own(BY_PROGRAM, program) ?? null
}

const FILES: readonly (readonly [RegExp, Format])[] = [
  [/^\/proc\/(?:loadavg|uptime)$/, uptime],
  [/^\/proc\/meminfo$/, free],
  [/^\/proc\/stat$/, procStat],
  [/^\/proc\/diskstats$/, diskstats],
  [/^\/proc\/(?:[^/]{1,60}\/)?net\/stat\/(?:arp|ndisc)_cache$/, neighbourStat],
  [/^\/proc\/pressure\/|\.pressure$/, pressure],
  [
    /(?:^|\/)(?:cpu\.(?:stat|max|cfs_\w{5,20})|memory\.(?:current|max|events|failcnt|oom_control|\w{5,20}_in_bytes))$/,
    cgroupFiles,
  ],
  [/^\/proc\/(?:[\w$(). -]{1,60}\/)?mounts$|^\/proc\/[^/]{1,60}\/mountinfo$|^\/etc\/mtab$/, mounts],
  [/^\/proc\/[^/]{1,60}\/mountstats$/, mountstats],
  [/^\/proc\/[^/]{1,60}\/limits$/, limits],
  [/^\/var\/log\/(?:messages|syslog|kern\.log|dmesg)/, kernelLog],
  [/(?:nginx|tengine|openresty|haproxy|redis|httpd|apache2?)\S{0,200}\.log(?:\.\d{1,3})?$/, serverLog],
  [
    /(?:nginx|tengine|openresty|haproxy|redis|httpd|apache2?)\S{0,200}(?:\.conf|\.cfg|\/)|\/(?:conf\.d|sites-enabled|sites-available)(?:\/|$)|^\/(?:etc|run|opt|usr\/local)\/\S{0,200}(?:nginx|openresty|haproxy|redis|httpd|apache2)$/,
    backlogConfig,
  ],
]

/** The formats of these files together, null where one of them is none of the machine's. */
export function machineFilesFormats(paths: readonly string[]): readonly Format[] | null {
  const found = paths.map((path) => FILES.find(([pattern]) => pattern.test(path.slice(0, 400)))?.[1])
  return found.length > 0 && found.every((one) => one !== undefined) ? [...new Set(found)] : null
}
