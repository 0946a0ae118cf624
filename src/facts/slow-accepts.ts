import type { Listener } from '../model/socket.ts'
import { blockedAccepts } from './blocked-accepts.ts'
import { descriptorLimits } from './descriptor-limits.ts'
import { got, type Need, need, type View } from './need.ts'
import { starvedAccepts } from './starved-accepts.ts'
import { stoppedOwners } from './stopped-owners.ts'

/** Rules that say why accept() is late, by listener; only what is likely at least. A listener without an entry: no cause was seen. */
export type SlowAccepts = ReadonlyMap<Listener, readonly string[]>

/** What was seen to hold up accept(). Never missing: where nothing was captured, nothing was seen. */
export const slowAccepts: Need<SlowAccepts> = need('slow-accepts', (view) => {
  const causes = new Map<Listener, string[]>()
  const put = (rule: string, listener: Listener) => causes.set(listener, [...(causes.get(listener) ?? []), rule])
  for (const [rule, found] of foundIn(view))
    for (const { items, confidence } of found)
      if (confidence !== 'possible') for (const { listener } of items) put(rule, listener)
  return got(causes)
})

interface Found {
  readonly items: readonly { readonly listener: Listener }[]
  readonly confidence: 'certain' | 'likely' | 'possible'
}

function foundIn(view: View): readonly (readonly [string, readonly Found[]])[] {
  const [blocked, starved, stopped, limits] = [
    blockedAccepts.get(view),
    starvedAccepts.get(view),
    stoppedOwners.get(view),
    descriptorLimits.get(view),
  ]
  return [
    ['accept-blocked-on-io', blocked.ok ? blocked.value : []],
    ['accept-starved-of-cpu', starved.ok ? starved.value : []],
    ['process-stopped', stopped.ok ? stopped.value : []],
    ['fd-limit-reached', limits.ok ? limits.value.programs : []],
  ]
}
