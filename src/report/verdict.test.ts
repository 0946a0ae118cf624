import { describe, expect, it } from 'vitest'
import { finding, outcome, report } from '../../test/report/report-builder.ts'
import { verdictOf } from './verdict.ts'

describe('verdictOf', () => {
  it('is clear only where accept queues were judged', () => {
    expect(verdictOf(report())).toEqual({ kind: 'clear' })
    expect(verdictOf(report({ outcomes: [outcome('accept-queue-full', 'skipped')] }))).toEqual({ kind: 'unjudged' })
    expect(verdictOf(report({ outcomes: [] }))).toEqual({ kind: 'unjudged' })
  })

  it('takes its severity from the worst and its sentence from the root', () => {
    const root = finding('root', { severity: 'warning' })
    const effect = finding('effect', { severity: 'critical', causes: [{ id: root.id, why: { en: '', zh: '' } }] })
    expect(verdictOf(report({ findings: [root, effect] }))).toEqual({
      kind: 'found',
      severity: 'critical',
      headline: root,
    })
  })

  it('does not climb to a cause that is only possible', () => {
    const root = finding('root', { confidence: 'possible' })
    const effect = finding('effect', { severity: 'critical', causes: [{ id: root.id, why: { en: '', zh: '' } }] })
    expect(verdictOf(report({ findings: [root, effect] }))).toMatchObject({ kind: 'found', headline: effect })
  })

  it('believes a certain warning before a possible disaster', () => {
    const maybe = finding('maybe', { severity: 'critical', confidence: 'possible' })
    const sure = finding('sure', { severity: 'info' })
    expect(verdictOf(report({ findings: [maybe, sure] }))).toMatchObject({
      kind: 'found',
      severity: 'info',
      headline: sure,
    })
    expect(verdictOf(report({ findings: [maybe] }))).toMatchObject({ kind: 'suspected', headline: maybe })
  })

  it('survives causes that run in a circle', () => {
    const a = finding('a', { causes: [{ id: 'b:00000001', why: { en: '', zh: '' } }] })
    const b = finding('b', { causes: [{ id: 'a:00000001', why: { en: '', zh: '' } }] })
    expect(verdictOf(report({ findings: [a, b] })).kind).toBe('found')
  })
})
