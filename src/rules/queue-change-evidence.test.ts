import { expect, it } from 'vitest'
import { earlierReading, laterReading } from '../../test/rules/nodeport-node.ts'
import { ask } from '../../test/rules/test-rule.ts'
import { queueChanges } from '../facts/queue-changes.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { changeEvidence } from './queue-change-evidence.ts'

function said(first: Snapshot, second: Snapshot) {
  const changes = ask(queueChanges, { readings: [first, second], by: 'inferred' })
  if (!changes.ok) throw new Error(changes.why.en)
  return changeEvidence(changes.value).map(({ label, value }) => ({ said: label.en, value }))
}

it('names the ports that grew, and the one no longer listed', () => {
  expect(said(earlierReading(), laterReading())).toEqual([
    {
      said: 'Ports whose queue grew since the reading before: 32078 92 → 93, 31123 122 → 129, 32634 50 → 129; 29 unchanged',
      value: 3,
    },
    {
      said: 'Ports no longer listed, with what waited there: 30225 (15); likely gone, since a queue that nobody accepts from cannot shrink',
      value: 1,
    },
  ])
})

it('says that none grew', () => {
  expect(said(earlierReading(), earlierReading())).toEqual([
    { said: 'Ports whose queue is as long as at the reading before; none grew', value: 33 },
  ])
})

it('names queues that shrank: then the owner was restarted, or accepts', () => {
  const [evidence] = said(earlierReading(), earlierReading({ lengths: new Map([[32426, 5]]) }))
  expect(evidence?.said).toContain('32426 82 → 5')
})

it('has nothing to say of one reading', () => expect(changeEvidence(null)).toEqual([]))
