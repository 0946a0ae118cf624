import { describe, expect, it } from 'vitest'
import { renderLines } from './style.ts'
import { cell, tableLines } from './table.ts'
import { widthOf } from './wrap.ts'

const columns = [
  { head: '服务' },
  { head: 'Port', right: true },
  { head: 'Wide', spare: 1 },
  { head: 'Wider', spare: 2 },
]
const rows = [
  [cell('甲/乙'), cell('80'), cell('w1'), cell('x1')],
  [cell('abc'), cell('30080'), cell('w2'), cell('')],
]
const text = (width: number, fold = false) => {
  const { lines, left } = tableLines(columns, rows, { width, fold })
  return { lines: renderLines(lines, false).trimEnd().split('\n'), left }
}

describe('a table', () => {
  it('stands in columns, wide characters counted as two', () => {
    const { lines } = text(80)
    expect(lines).toEqual(['服务    Port  Wide  Wider', '甲/乙     80  w1    x1', 'abc    30080  w2'])
    expect(widthOf(lines[1]?.slice(0, lines[1].indexOf('80') + 2) ?? '')).toBe(12)
  })

  it('leaves out spare columns where the room is short, and says which', () => {
    expect(text(20).left).toEqual(['Wider'])
    expect(text(14)).toMatchObject({ left: ['Wide', 'Wider'], lines: ['服务    Port', '甲/乙     80', 'abc    30080'] })
  })

  it('or has them in a line below', () => {
    expect(text(14, true).lines).toEqual([
      '服务    Port',
      '甲/乙     80',
      '  Wide w1 · Wider x1',
      'abc    30080',
      '  Wide w2',
    ])
  })

  it('has no column in which nothing stands', () => {
    const { lines } = tableLines(columns, [[cell('a'), cell('1'), cell(''), cell('')]], { width: 80 })
    expect(renderLines(lines, false)).not.toContain('Wide')
  })
})
