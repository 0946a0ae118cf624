import type { Counter } from '../facts/counters.ts'
import type { View } from '../facts/need.ts'
import type { Evidence } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { shellWord } from '../words/format.ts'

/** A counter as a proof: its value, what it is held against, and the command that shows it and those beside it. */
export function counterEvidence(
  view: View,
  names: string,
  label: Text,
  counter: Counter,
  more: Partial<Evidence> = {},
): Evidence {
  return {
    label,
    value: counter.value,
    unit: null,
    limit: null,
    source: counter.origin,
    command: inNetns(view, `nstat -az ${names}`),
    ...more,
  }
}

/** The same for one that may not have been captured: then it is no proof. */
export function optionalEvidence(view: View, names: string, label: Text, counter: Counter | null): readonly Evidence[] {
  return counter ? [counterEvidence(view, names, label, counter)] : []
}

/** How to run a command in the namespace of a view: as it stands on the host, else with what is known of the way in. */
export function inNetns(view: View, command: string): string {
  const { kind, key, inode, pod } = view.netns
  if (kind === 'host' || kind === 'unplaced') return command
  if (kind === 'named') return `ip netns exec ${shellWord(key.replace(/^named /, ''))} ${command}`
  const processes = view.snapshot.processes.ok ? view.snapshot.processes.data : []
  const inside = inode === null ? undefined : processes.find((process) => process.netns === inode)
  if (inside) return `nsenter -t ${inside.pid} -n ${command}`
  const name = pod?.name ?? pod?.uid ?? key
  return `nsenter -t PID_IN_${name.replace(/[^\w.-]/g, '_')} -n ${command}`
}
