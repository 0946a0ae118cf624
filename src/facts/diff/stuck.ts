import type { StuckDiff } from '../../model/diff.ts'
import type { View } from '../need.ts'
import { queueContents } from '../queue-contents.ts'
import { type ResetWhileQueued, resetWhileQueued } from '../reset-while-queued.ts'
import { placeName } from './place-name.ts'

/** Connections that wait in queues at both readings: are they the same ones? null: neither reading tells of any. */
export function diffStuck(before: View, after: View): StuckDiff | null {
  const same = sameSockets(before, after)
  const reset = sameReset(before, after)
  return same === null && reset === null ? null : { same, reset }
}

/** Queues whose connections are, by their cookies, the very same sockets. */
function sameSockets(before: View, after: View): StuckDiff['same'] {
  const [then, now] = [queueContents.get(before), queueContents.get(after)]
  if (!then.ok || !now.ok) return null
  const told = now.value.filter(({ contents }) => contents.fingerprint !== null)
  if (told.length === 0) return null
  return told.flatMap(({ listener: { local }, contents }) => {
    const earlier = then.value.find(
      ({ listener: other }) => other.local.address === local.address && other.local.port === local.port,
    )
    const isSame = earlier?.contents.fingerprint === contents.fingerprint
    return isSame ? [{ name: placeName(local), count: contents.visible }] : []
  })
}

/** As many as before, in queues that nothing leaves: likely the same ones. */
function sameReset(before: View, after: View): StuckDiff['reset'] {
  const [then, now] = [countReset(before), countReset(after)]
  if (then === null || now === null || (then === 0 && now === 0)) return null
  return { before: then, after: now, same: then === now }
}

function countReset(view: View): number | null {
  const told = resetWhileQueued.get(view)
  if (!told.ok) return null
  const { nodeWide, queues }: ResetWhileQueued = told.value
  return nodeWide?.most ?? (told.incomplete === null ? queues.reduce((sum, one) => sum + one.invisible, 0) : null)
}
