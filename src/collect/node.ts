import type { NodeFacts } from '../model/snapshot.ts'
import type { Host } from '../sys/host.ts'
import { contentsOf } from './answers.ts'

const NOTHING: NodeFacts = { name: null, kernel: null, os: null, bootId: null, cores: null, uptimeSeconds: null }

/** What kind of machine a Host is: each fact from the first answer that tells it. */
export function collectNode(host: Host): NodeFacts {
  const told = contentsOf(host.ask('node', null), 'node').map((one) => one.content.facts)
  return Object.assign({ ...NOTHING, name: host.node }, ...[...told].reverse().map(withoutNulls))
}

const withoutNulls = (facts: Partial<NodeFacts>): Partial<NodeFacts> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null && value !== undefined))
