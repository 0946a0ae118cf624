import type { Answer } from './host.ts'
import { kernelLogText } from './kernel-log.ts'
import type { Proc } from './proc.ts'

/**
 * Files of procfs that tell of the machine at the price of a read: none of them asks a disk or a server, so none can hang on a
 * mount that is dead. A kernel without pressure stall information, or without NFS, has not all of them.
 */
const FILES: readonly string[] = [
  'loadavg',
  'pressure/cpu',
  'pressure/io',
  'pressure/memory',
  'stat',
  'diskstats',
  // Through the first process: `net` alone is that of our own namespace, and the neighbour tables show in the first one.
  '1/net/stat/arp_cache',
  '1/net/stat/ndisc_cache',
]

/** What procfs and the kernel's log tell of the machine. */
export function machineTexts(proc: Proc): readonly Answer[] {
  const texts = FILES.flatMap((path): readonly Answer[] => {
    const text = tryRead(proc, path)
    if (text === null) return []
    return [{ ok: true, via: 'proc', format: `proc-${path}`, file: `${proc.root}/${path}`, text }]
  })
  return [...texts, ...mountTexts(proc), kernelLogText(proc)]
}

/** Mounts with what NFS counted of them: as the first process sees them, else as this one does. */
function mountTexts(proc: Proc): readonly Answer[] {
  for (const who of ['1', 'self']) {
    const path = `${who}/mountstats`
    const text = tryRead(proc, path)
    if (text !== null) return [{ ok: true, via: 'proc', format: 'proc-mountstats', file: `${proc.root}/${path}`, text }]
  }
  return []
}

function tryRead(proc: Proc, path: string): string | null {
  try {
    return proc.read(path)
  } catch {
    return null
  }
}
