import { type Format, type FormatReader, startTrouble } from '../format.ts'

/**
 * Read `netstat` and `uname` of systems other than Linux: macOS and the BSDs, Windows. A client looks so; it is no node.
 * Shape:  none: how many rows stood there is told, nothing of them is judged by what Linux would mean
 * Gaps:   all of it. BSD's Recv-Q of a listener is no accept queue (`netstat -L` has these), Windows prints no queues at all
 * Source: FreeBSD usr.bin/netstat/inet.c, Apple network_cmds netstat.tproj; netstat.exe
 */
export const foreignNetstat: Format = {
  name: 'foreign-netstat',
  opens: (text) => systemOf(text) !== null,
  read: start,
}

type System = 'BSD or macOS' | 'Windows' | 'no Linux'

const WINDOWS_HEAD =
  /^\s{2}(?:Proto|协议|プロトコル|Protokoll)\s{1,8}(?:Local Address|本地地址|ローカル アドレス|Lokale Adresse|Dirección local|Endereço local)\s/
const WINDOWS_ROW =
  /^\s{0,4}(?:TCP|UDP)\s{2,8}(?:\[[\da-f:%.]{0,60}\]|[\d.*]{1,15}|[\w.-]{1,100}):[\w*-]{1,40}\s{2,60}\S{1,120}:[\w*-]{1,40}(?:\s{2,40}[A-Z_\d\u4e00-\u9fff]{2,20})?(?:\s{1,20}\d{1,10})?(?:\s+(?:InHost|Offloaded))?$/
const BSD_HEAD =
  /^(?:Active Internet connections(?: \(including servers\))?|Active Multipath Internet connections.{0,20}|Active LOCAL \(UNIX\) domain sockets|Current listen queue sizes \(qlen\/incqlen\/maxqlen\)|Listen\s+Local Address\s*|Proto\s+Recv-Q\s+Send-Q\s+Local Address\s+Foreign Address\s+\(state\).{0,200})$/
const BSD_ROW =
  /^(?:tcp4|tcp6|tcp46|udp4|udp6|udp46|icm4|icm6|icm46|tcp|udp)\s{1,8}\d{1,10}\s{1,8}\d{1,10}\s{1,8}[\w.:%*-]{1,80}\.[\w*-]{1,40}\s{1,40}[\w.:%*-]{1,80}\.[\w*-]{1,40}(?:\s{1,20}[A-Z_\d]{3,12}(?:\s.{0,200})?)?$/
const BSD_QUEUE = /^(?:(?:tcp4|tcp6|tcp46|unix)\s{1,8})?\d{1,6}\/\d{1,6}\/\d{1,6}\s{1,20}\S{1,200}\.[\w*-]{1,40}$/
const BSD_SECTION =
  /^(?:tcp|udp|ip|icmp|igmp|ipsec|esp|ah|arp|mptcp|ip6|icmp6|ipsec6|rip6|pfkey|sctp|carp|pfsync|kevt|kctl):$/
const KERNEL = /^(?:Darwin|FreeBSD|OpenBSD|NetBSD|DragonFly|SunOS|AIX|(?:MINGW|MSYS|CYGWIN)\S{1,40}) \S{1,253} \d/
const WINDOWS_STATISTICS = /^(?:IPv[46]|ICMPv[46]|TCP|UDP) Statistics(?: for IPv[46])?\s*$/

function systemOf(text: string): System | null {
  if (text.length > 400) return null
  if (WINDOWS_HEAD.test(text) || WINDOWS_ROW.test(text) || WINDOWS_STATISTICS.test(text)) return 'Windows'
  if (/^(?:Active Connections|活动连接|アクティブな接続|Aktive Verbindungen)\s*$/.test(text)) return 'Windows'
  if (BSD_HEAD.test(text) || BSD_ROW.test(text) || BSD_QUEUE.test(text) || BSD_SECTION.test(text)) return 'BSD or macOS'
  return KERNEL.test(text) ? 'no Linux' : null
}

/** Lines of `netstat -s` of these systems. */
const isCounter = (text: string): boolean =>
  text.length < 200 &&
  (/^\t{1,6}\S/.test(text) ||
    /^ {2,8}\S[^=]{1,60}= \d+(?:\s+\d+)?$/.test(text) ||
    /^ {20,60}Received\s+Sent$/.test(text))

function start(context: Parameters<Format['read']>[0]): FormatReader {
  const trouble = startTrouble(context)
  let system: System | null = null
  return {
    take(text, line) {
      const told = systemOf(text)
      if (told === null) return system !== null && isCounter(text)
      if (system === null)
        trouble.warn(line, `output of ${told}: a client's side or another system, not judged as a Linux node`)
      system ??= told
      return true
    },
    finish: () => trouble.result([]),
  }
}
