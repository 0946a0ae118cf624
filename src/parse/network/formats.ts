import { tcpdump } from '../capture/tcpdump.ts'
import { tshark } from '../capture/tshark.ts'
import { tsharkFields } from '../capture/tshark-fields.ts'
import { wiresharkDetails } from '../capture/wireshark-details.ts'
import { containerTable } from '../containers/container-table.ts'
import { ctrTable } from '../containers/ctr-table.ts'
import type { Format } from '../format.ts'
import { ab } from '../probes/ab.ts'
import { connect } from '../probes/connect.ts'
import { curl } from '../probes/curl.ts'
import { ping } from '../probes/ping.ts'
import { wrk } from '../probes/wrk.ts'
import { arp } from './arp.ts'
import { bridge } from './bridge.ts'
import { ethtool } from './ethtool.ts'
import { ifconfig } from './ifconfig.ts'
import { interfaceTable } from './interface-table.ts'
import { ipJson } from './ip-json.ts'
import { ipLink } from './ip-link.ts'
import { ipRoute } from './ip-route.ts'
import { lsof } from './lsof.ts'
import { procNetSnmp6 } from './proc-net-snmp6.ts'
import { procNetSoftnet } from './proc-net-softnet.ts'
import { procNetUdp } from './proc-net-udp.ts'
import { procNetUnix } from './proc-net-unix.ts'
import { routeTable } from './route-table.ts'
import { ssOther } from './ss-other.ts'
import { ssSummary } from './ss-summary.ts'
import { tcQdisc } from './tc-qdisc.ts'

/** Formats of this room that text of unknown origin is tried for, the strictest first. */
export const NETWORK_BY_SHAPE: readonly Format[] = [
  tcpdump,
  tshark,
  tsharkFields,
  wiresharkDetails,
  ssSummary,
  ssOther,
  procNetUdp,
  procNetUnix,
  procNetSoftnet,
  procNetSnmp6,
  lsof,
  ipJson,
  ifconfig,
  ipLink,
  interfaceTable,
  routeTable,
  arp,
  ethtool,
  tcQdisc,
  bridge,
  ipRoute,
  containerTable,
  ctrTable,
  curl,
  connect,
  ping,
  ab,
  wrk,
]

/** Files under /proc/net. */
export const NETWORK_FILES: Readonly<Record<string, readonly Format[]>> = {
  udp: [procNetUdp],
  udp6: [procNetUdp],
  udplite: [procNetUdp],
  raw: [procNetUdp],
  raw6: [procNetUdp],
  icmp: [procNetUdp],
  unix: [procNetUnix],
  softnet_stat: [procNetSoftnet],
  dev: [interfaceTable],
  snmp6: [procNetSnmp6],
  arp: [arp],
}
