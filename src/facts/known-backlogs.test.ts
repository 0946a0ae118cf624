import { expect, it } from 'vitest'
import { backlogsOf, KNOWN_BACKLOGS, programsPassing } from './known-backlogs.ts'

it('names who passes 511', () => {
  expect(programsPassing(511).map((one) => one.program)).toEqual(['nginx', 'Apache', 'Redis', 'Node.js'])
  expect(programsPassing(517)).toEqual([])
})

it('knows a program by its command name, with what a process title adds', () => {
  expect(backlogsOf('bird').map((one) => one.backlog)).toEqual([8])
  expect(backlogsOf('nginx: worker').map((one) => one.backlog)).toEqual([511])
  expect(backlogsOf('kube-proxy').map((one) => one.backlog)).toEqual(['somaxconn'])
  expect(backlogsOf('python3').map((one) => one.backlog)).toEqual([5, 100, 128])
  expect(backlogsOf('shop')).toEqual([])
})

it('has command names as the kernel cuts them, and a source each', () => {
  for (const { comms, source } of KNOWN_BACKLOGS) {
    expect(source).not.toBe('')
    for (const comm of comms) expect(comm.length).toBeLessThanOrEqual(15)
  }
})
