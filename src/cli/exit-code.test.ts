import { describe, expect, it } from 'vitest'
import { finding, outcome, report } from '../../test/report/report-builder.ts'
import type { Confidence, Severity } from '../model/finding.ts'
import { exitCodeOf, type FailOn } from './exit-code.ts'

const judged = outcome('accept-queue-full', 'clear')
const unjudged = outcome('accept-queue-full', 'skipped', 'no sockets')
const found = (severity: Severity, confidence: Confidence = 'certain') => finding('x', { severity, confidence })

describe('exitCodeOf', () => {
  it.each<[string, Parameters<typeof report>[0], FailOn, number]>([
    ['nothing found, judged', { outcomes: [judged] }, 'warning', 0],
    ['nothing found, judged in one place only', { outcomes: [unjudged, judged] }, 'warning', 0],
    ['nothing found, judged nowhere', { outcomes: [unjudged, outcome('x', 'clear')] }, 'warning', 3],
    ['nothing read at all', { outcomes: [] }, 'warning', 3],
    ['a warning', { findings: [found('warning')] }, 'warning', 1],
    ['a critical', { findings: [found('critical', 'likely')] }, 'warning', 1],
    ['a warning where only critical fails', { findings: [found('warning')] }, 'critical', 0],
    ['information', { findings: [found('info')] }, 'warning', 0],
    ['information where it fails', { findings: [found('info')] }, 'info', 1],
    ['only possible, however grave', { findings: [found('critical', 'possible')] }, 'info', 0],
    ['only possible and not judged', { findings: [found('critical', 'possible')], outcomes: [unjudged] }, 'info', 3],
    [
      'found, though accept queues were not judged',
      { findings: [found('warning')], outcomes: [unjudged] },
      'warning',
      1,
    ],
    ['a broken rule', { outcomes: [judged, outcome('x', 'broken', 'boom')] }, 'warning', 4],
    [
      'a broken rule beside a finding',
      { findings: [found('critical')], outcomes: [outcome('x', 'broken')] },
      'warning',
      4,
    ],
    [
      'a gap is not broken',
      { gaps: [{ snapshot: 0, netns: null, part: 'x', reason: 'denied', detail: '' }] },
      'warning',
      0,
    ],
  ])('%s', (_, spec, failOn, code) => {
    expect(exitCodeOf(report(spec), failOn)).toBe(code)
  })
})
