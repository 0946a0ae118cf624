import type { Flow } from '../model/flow.ts'
import type { Place } from '../model/nat.ts'

/** Where NAT sent a flow: the reply comes from there. null: nowhere else than it was addressed to, or the reply was not seen. */
export function dnatTarget(flow: Flow): Place | null {
  if (!flow.reply || isUntranslated(flow)) return null
  return { address: flow.reply.source, port: flow.reply.sourcePort }
}

/**
 * Whether the reply comes from the very place the flow was addressed to. On a NodePort or a Service address that means
 * that it got past the rules. null: the reply's tuple was not seen.
 */
export function isUntranslated(flow: Flow): boolean | null {
  if (!flow.reply) return null
  return flow.reply.source === flow.original.destination && flow.reply.sourcePort === flow.original.destinationPort
}

/** Flows to these NodePorts that no rule translated: they met the listener itself, or nobody. */
export function flowsPastTheRules(flows: readonly Flow[], nodePorts: ReadonlySet<number>): readonly Flow[] {
  return flows.filter((flow) => nodePorts.has(flow.original.destinationPort ?? -1) && isUntranslated(flow) === true)
}
