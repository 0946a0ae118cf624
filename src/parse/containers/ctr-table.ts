import type { Container } from '../../model/snapshot.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { keep } from '../network/network-of.ts'

/**
 * Read the tables of containerd's `ctr`: `containers ls` and `tasks ls`.
 * Shape:  containers → id and image; tasks → id, pid on the host, state. Which sandbox or Pod an id belongs to only
 *         `ctr containers info` tells.
 * Gaps:   `containers ls` tells no state: a container may have no task. A task whose process has ended prints pid 0, or its last one
 * Errors: a row with too few cells is lost
 * Source: containerd cmd/ctr/commands/{containers,tasks}
 */
export const ctrTable: Format = {
  name: 'ctr-table',
  opens: (text) => kindOf(text) !== null || kindOfRow(text) !== null,
  read: startTable,
}

type Kind = 'containers' | 'tasks'

function kindOf(text: string): Kind | null {
  if (/^CONTAINER\s+IMAGE\s+RUNTIME\s*$/.test(text)) return 'containers'
  return /^TASK\s+PID\s+STATUS\s*$/.test(text) ? 'tasks' : null
}

/** Where a filter took the head away: a row of a Pod's container that can be nothing else. */
function kindOfRow(text: string): Kind | null {
  if (/^[\da-f]{64}\s+\d{1,10}\s+[A-Z]{6,7}\s*$/.test(text)) return 'tasks'
  return /^[\da-f]{64}\s+\S+\s+io\.containerd\.\S+\s*$/.test(text) ? 'containers' : null
}

/** Names that containerd accepts: letters, digits, and `_.-` between them. */
const ROW = /^([A-Za-z0-9][\w.-]{0,75})\s+(\S{1,500})\s+(\S{1,200})\s*$/
const STATES: ReadonlySet<string> = new Set(['CREATED', 'RUNNING', 'STOPPED', 'PAUSED', 'PAUSING', 'UNKNOWN'])
const NOT_RUNNING: ReadonlySet<string> = new Set(['STOPPED', 'UNKNOWN'])

function startTable(context: ReadContext): FormatReader {
  const containers: Container[] = []
  const trouble = startTrouble(context)
  let kind: Kind | null = null
  return {
    take(text, line) {
      const head = kindOf(text)
      if (head !== null) {
        kind = head
        return true
      }
      kind ??= kindOfRow(text)
      const [, id, second = '', third = ''] = ROW.exec(text) ?? []
      if (kind === null || id === undefined) {
        const cut = kind !== null && /^[\da-f]{64}\b/.test(text)
        if (cut) trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
        return cut
      }
      const row = kind === 'containers' ? containerRow(second) : taskRow(second, third)
      if (row === null) return false
      keep(containers, { id, name: null, pod: null, restarts: null, ...row, origin: originAt(context, line) })
      return true
    },
    finish: () => trouble.result([{ question: 'containers', containers }]),
  }
}

type Told = Pick<Container, 'image' | 'state' | 'pid'>

/** `-` stands for a container that was made from a folder instead of an image. */
const containerRow = (image: string): Told => ({ image: image === '-' ? null : image, state: null, pid: null })

function taskRow(pid: string, status: string): Told | null {
  if (!/^\d{1,10}$/.test(pid) || !STATES.has(status)) return null
  const runs = !NOT_RUNNING.has(status) && Number(pid) > 0
  return { image: null, state: status === 'STOPPED' ? 'exited' : status.toLowerCase(), pid: runs ? Number(pid) : null }
}
