import { expect, it } from 'vitest'
import { backlogsOf, KNOWN_BACKLOGS, programsPassing } from './known-backlogs.ts'

it('names who passes 511', () => {
  expect(programsPassing(511).map((one) => one.program)).toEqual(['nginx', 'Apache', 'Redis', 'Node.js', 'php-fpm 7'])
  expect(programsPassing(517)).toEqual([])
})

it('knows a program by its command name, with what a process title adds', () => {
  expect(backlogsOf('bird').map((one) => one.backlog)).toEqual([8])
  expect(backlogsOf('nginx: worker').map((one) => one.backlog)).toEqual([511])
  expect(backlogsOf('kube-proxy').map((one) => one.backlog)).toEqual(['somaxconn'])
  expect(backlogsOf('python3').map((one) => one.backlog)).toEqual([5, 100, 128])
  expect(backlogsOf('mysqld').map((one) => [one.program, one.backlog])).toEqual([
    ['MySQL 8', 151],
    ['MySQL 5.7', 80],
  ])
  expect(backlogsOf('shop')).toEqual([])
})

it('what follows from other settings is no default that a limit could be known by', () => {
  expect(backlogsOf('haproxy').map((one) => [one.backlog, one.setting.en])).toEqual([
    ['configured', 'bind :80 backlog 4096'],
  ])
  expect(programsPassing(2000).map((one) => one.program)).toEqual([])
})

it('says of whom it is known that a reload is enough, or is not', () => {
  const byAgain = (again: 'reload' | 'restart') =>
    KNOWN_BACKLOGS.filter((one) => one.again === again).map((one) => one.program)
  expect(byAgain('reload')).toEqual(['nginx'])
  expect(byAgain('restart')).toEqual(expect.arrayContaining(['Apache', 'HAProxy', 'Redis']))
})

it('has command names as the kernel cuts them, and a source each', () => {
  for (const { comms, source } of KNOWN_BACKLOGS) {
    expect(source).not.toBe('')
    for (const comm of comms) expect(comm.length).toBeLessThanOrEqual(15)
  }
})
