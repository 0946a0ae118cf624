// Made by `npm run gen` from the files that it imports.

import type { Scenario } from './define-scenario.ts'
import backlogByDefault from './scenarios/backlog-by-default.ts'
import backlogOfFive from './scenarios/backlog-of-five.ts'
import bridgeNetfilterOff from './scenarios/bridge-netfilter-off.ts'
import busyServer from './scenarios/busy-server.ts'
import closeWaitLeak from './scenarios/close-wait-leak.ts'
import endpointUnreachable from './scenarios/endpoint-unreachable.ts'
import firewallDrop from './scenarios/firewall-drop.ts'
import frozenDisk from './scenarios/frozen-disk.ts'
import halfClosedConnections from './scenarios/half-closed-connections.ts'
import icmpRedirects from './scenarios/icmp-redirects.ts'
import ipForwardOff from './scenarios/ip-forward-off.ts'
import localPortsExhausted from './scenarios/local-ports-exhausted.ts'
import nodeportBeforeItsRules from './scenarios/nodeport-before-its-rules.ts'
import nodeportOverIpv6 from './scenarios/nodeport-over-ipv6.ts'
import nodeportTakenByClient from './scenarios/nodeport-taken-by-client.ts'
import nodeportWithoutEndpoints from './scenarios/nodeport-without-endpoints.ts'
import outOfDescriptors from './scenarios/out-of-descriptors.ts'
import pausedServer from './scenarios/paused-server.ts'
import pawsRejects from './scenarios/paws-rejects.ts'
import portConflict from './scenarios/port-conflict.ts'
import queueOfClosed from './scenarios/queue-of-closed.ts'
import queueOfRequests from './scenarios/queue-of-requests.ts'
import queueOfReset from './scenarios/queue-of-reset.ts'
import queueOfWaiting from './scenarios/queue-of-waiting.ts'
import rpFilterDrops from './scenarios/rp-filter-drops.ts'
import servicesShareEndpoints from './scenarios/services-share-endpoints.ts'
import slowServer from './scenarios/slow-server.ts'
import somaxconnOf128 from './scenarios/somaxconn-of-128.ts'
import stoppedServer from './scenarios/stopped-server.ts'
import synFlood from './scenarios/syn-flood.ts'
import synQueueFull from './scenarios/syn-queue-full.ts'
import synRecvStuck from './scenarios/syn-recv-stuck.ts'
import synSentStuck from './scenarios/syn-sent-stuck.ts'
import throttledServer from './scenarios/throttled-server.ts'
import timeWaitBucketsFull from './scenarios/time-wait-buckets-full.ts'
import udpReceiveBufferFull from './scenarios/udp-receive-buffer-full.ts'
import unixQueueFull from './scenarios/unix-queue-full.ts'
import unreadConnections from './scenarios/unread-connections.ts'

export const SCENARIOS: readonly Scenario[] = [
  backlogByDefault,
  backlogOfFive,
  bridgeNetfilterOff,
  busyServer,
  closeWaitLeak,
  endpointUnreachable,
  firewallDrop,
  frozenDisk,
  halfClosedConnections,
  icmpRedirects,
  ipForwardOff,
  localPortsExhausted,
  nodeportBeforeItsRules,
  nodeportOverIpv6,
  nodeportTakenByClient,
  nodeportWithoutEndpoints,
  outOfDescriptors,
  pausedServer,
  pawsRejects,
  portConflict,
  queueOfClosed,
  queueOfRequests,
  queueOfReset,
  queueOfWaiting,
  rpFilterDrops,
  servicesShareEndpoints,
  slowServer,
  somaxconnOf128,
  stoppedServer,
  synFlood,
  synQueueFull,
  synRecvStuck,
  synSentStuck,
  throttledServer,
  timeWaitBucketsFull,
  udpReceiveBufferFull,
  unixQueueFull,
  unreadConnections,
]
