import type { Counters } from '../model/snapshot.ts'

/**
 * Counters that an engineer looks for by name when connections suffer: what was dropped, refused, pruned, retried or aborted,
 * and the bases to hold them against. nstat's names; kernel-facts tell what each one counts.
 */
const NOTABLE: readonly string[] = [
  'TcpActiveOpens',
  'TcpPassiveOpens',
  'TcpAttemptFails',
  'TcpEstabResets',
  'TcpOutSegs',
  'TcpRetransSegs',
  'TcpOutRsts',
  'TcpExtListenOverflows',
  'TcpExtListenDrops',
  'TcpExtTCPReqQFullDrop',
  'TcpExtTCPReqQFullDoCookies',
  'TcpExtSyncookiesSent',
  'TcpExtSyncookiesFailed',
  'TcpExtPAWSPassive',
  'TcpExtPAWSEstab',
  'TcpExtTCPTimeouts',
  'TcpExtTCPSynRetrans',
  'TcpExtTCPTimeWaitOverflow',
  'TcpExtTCPBacklogDrop',
  'TcpExtPruneCalled',
  'TcpExtRcvPruned',
  'TcpExtTCPRcvCollapsed',
  'TcpExtTCPAbortOnData',
  'TcpExtTCPAbortOnClose',
  'TcpExtTCPAbortOnMemory',
  'TcpExtTCPAbortOnTimeout',
  'TcpExtTCPMemoryPressures',
  'TcpExtTCPKeepAlive',
  'TcpExtIPReversePathFilter',
  'IcmpMsgOutType5',
]

/** Those of them that were read and are not 0, in the list's order. */
export function notableCounters({ values }: Counters): Readonly<Record<string, number>> {
  return Object.fromEntries(NOTABLE.flatMap((name) => (values[name] ? [[name, values[name]]] : [])))
}
