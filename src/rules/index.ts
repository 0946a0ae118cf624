// Made by `npm run gen` from the files that it imports.
import abortOnOverflowSet from './abort-on-overflow-set.ts'
import acceptBlockedOnIo from './accept-blocked-on-io.ts'
import acceptQueueFull from './accept-queue-full.ts'
import acceptQueueGrowing from './accept-queue-growing.ts'
import acceptStarvedOfCpu from './accept-starved-of-cpu.ts'
import backlogTooSmall from './backlog-too-small.ts'
import bridgeNetfilterOff from './bridge-netfilter-off.ts'
import checksumOffloadBroken from './checksum-offload-broken.ts'
import closeWaitLeak from './close-wait-leak.ts'
import conntrackInsertFailed from './conntrack-insert-failed.ts'
import conntrackTableFull from './conntrack-table-full.ts'
import type { Rule } from './define-rule.ts'
import endpointUnreachable from './endpoint-unreachable.ts'
import fdLimitReached from './fd-limit-reached.ts'
import finWait2Leak from './fin-wait2-leak.ts'
import firewallDrop from './firewall-drop.ts'
import icmpRedirects from './icmp-redirects.ts'
import ipForwardOff from './ip-forward-off.ts'
import ipvsStaleConnection from './ipvs-stale-connection.ts'
import listenDropsUnexplained from './listen-drops-unexplained.ts'
import listenOverflows from './listen-overflows.ts'
import listenerNeverAccepts from './listener-never-accepts.ts'
import localPortsExhausted from './local-ports-exhausted.ts'
import missingNatRule from './missing-nat-rule.ts'
import mtuBlackHole from './mtu-black-hole.ts'
import neighbourTableFull from './neighbour-table-full.ts'
import netnsSomaxconnLow from './netns-somaxconn-low.ts'
import nodeDiffers from './node-differs.ts'
import nodeportInLocalPortRange from './nodeport-in-local-port-range.ts'
import nodeportListenerBypassed from './nodeport-listener-bypassed.ts'
import nodeportWithoutEndpoints from './nodeport-without-endpoints.ts'
import orphanedSockets from './orphaned-sockets.ts'
import pawsRejects from './paws-rejects.ts'
import periodicConnector from './periodic-connector.ts'
import portConflict from './port-conflict.ts'
import portNotListening from './port-not-listening.ts'
import processStopped from './process-stopped.ts'
import queueHoldsResetConnections from './queue-holds-reset-connections.ts'
import receiveQueuePruned from './receive-queue-pruned.ts'
import retransmissionsHigh from './retransmissions-high.ts'
import rpFilterDrops from './rp-filter-drops.ts'
import servicesShareEndpoints from './services-share-endpoints.ts'
import socketLeak from './socket-leak.ts'
import softnetDrops from './softnet-drops.ts'
import staleBgpPeer from './stale-bgp-peer.ts'
import staleNatRule from './stale-nat-rule.ts'
import synFlood from './syn-flood.ts'
import synQueueFull from './syn-queue-full.ts'
import synRecvStuck from './syn-recv-stuck.ts'
import synSentStuck from './syn-sent-stuck.ts'
import synUnanswered from './syn-unanswered.ts'
import tcpMemoryPressure from './tcp-memory-pressure.ts'
import timeWaitBucketsFull from './time-wait-buckets-full.ts'
import twRecycleNat from './tw-recycle-nat.ts'
import udpReceiveBufferFull from './udp-receive-buffer-full.ts'
import unixQueueFull from './unix-queue-full.ts'

export const RULES: readonly Rule[] = [
  abortOnOverflowSet,
  acceptBlockedOnIo,
  acceptQueueFull,
  acceptQueueGrowing,
  acceptStarvedOfCpu,
  backlogTooSmall,
  bridgeNetfilterOff,
  checksumOffloadBroken,
  closeWaitLeak,
  conntrackInsertFailed,
  conntrackTableFull,
  endpointUnreachable,
  fdLimitReached,
  finWait2Leak,
  firewallDrop,
  icmpRedirects,
  ipForwardOff,
  ipvsStaleConnection,
  listenDropsUnexplained,
  listenOverflows,
  listenerNeverAccepts,
  localPortsExhausted,
  missingNatRule,
  mtuBlackHole,
  neighbourTableFull,
  netnsSomaxconnLow,
  nodeDiffers,
  nodeportInLocalPortRange,
  nodeportListenerBypassed,
  nodeportWithoutEndpoints,
  orphanedSockets,
  pawsRejects,
  periodicConnector,
  portConflict,
  portNotListening,
  processStopped,
  queueHoldsResetConnections,
  receiveQueuePruned,
  retransmissionsHigh,
  rpFilterDrops,
  servicesShareEndpoints,
  socketLeak,
  softnetDrops,
  staleBgpPeer,
  staleNatRule,
  synFlood,
  synQueueFull,
  synRecvStuck,
  synSentStuck,
  synUnanswered,
  tcpMemoryPressure,
  timeWaitBucketsFull,
  twRecycleNat,
  udpReceiveBufferFull,
  unixQueueFull,
]
