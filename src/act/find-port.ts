import type { PortSocket } from '../model/queue.ts'
import { parsePodCgroup } from '../parse/proc-pid.ts'
import { enterNetns } from '../sys/enter-netns.ts'
import { HostError } from '../sys/host-error.ts'
import { type LiveNetns, listNetns } from '../sys/netns-refs.ts'
import type { Proc } from '../sys/proc.ts'
import { openPortReader, type PortReader } from './read-port.ts'

/** A network namespace in which somebody listens on the port. */
export interface PortPlace {
  readonly netns: LiveNetns
  readonly listeners: readonly PortSocket[]
  /** To be closed by whoever got it. */
  readonly reader: PortReader
}

/**
 * Where on this machine somebody listens on a port.
 * Shape:  `which`: `all`, `self`, `host`, or a namespace's name; `denied`: namespaces that could not be looked into, and why
 * Errors: HostError `absent` where no namespace is called that
 */
export function findPort(
  proc: Proc,
  port: number,
  which: string,
): { readonly places: readonly PortPlace[]; readonly denied: readonly string[] } {
  const places: PortPlace[] = []
  const denied: string[] = []
  for (const netns of listNetns(proc, which, parsePodCgroup)) {
    const reader = openPortReader((act) => enterNetns(proc, netns, act))
    try {
      const { listeners } = reader.read(port)
      if (listeners.length > 0) {
        places.push({ netns, listeners, reader })
        continue
      }
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      denied.push(`${netns.ref.key}: ${error.message}`)
    }
    reader.close()
  }
  return { places, denied }
}
