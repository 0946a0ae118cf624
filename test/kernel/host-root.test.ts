import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { call } from '../../src/lab/command.ts'
import { findHostRoot } from '../../src/sys/host-root.ts'
import { openPrograms, runProgram } from '../../src/sys/programs.ts'

const isRoot = process.getuid?.() === 0

describe('programs of the host', () => {
  it('are ours where its root is ours, and nobody else can be asked', () => {
    expect(findHostRoot()).toBe('')
    expect(findHostRoot('/nowhere')).toBe('')
  })

  it('a root that is not ours is told from ours', () => {
    const folder = mkdtempSync(join(tmpdir(), 'recvq-root-'))
    try {
      symlinkSync(folder, join(folder, '1'))
      symlinkSync(tmpdir(), join(folder, 'root'))
      expect(findHostRoot(folder)).toBe(`${folder}/1/root`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('are found by name, asked for their version once, and run', async () => {
    const programs = openPrograms('')
    const nft = programs.find(['no-such-program', 'nft'])
    expect(nft).toMatchObject({ name: 'nft', version: expect.stringMatching(/^v\d/) })
    expect(programs.find(['nft'])).toBe(nft)
    expect(programs.find(['no-such-program'])).toBeNull()
    if (!nft) throw new Error('nft is not installed')
    expect(Buffer.from(runProgram(nft, ['--version'], 2000).bytes).toString()).toBe(await call(['nft', '--version']))
  })

  it('that fail say why, those that take too long are ended', () => {
    const sh = openPrograms('').find(['dash', 'bash'])
    if (!sh) throw new Error('no shell')
    expect(() => runProgram(sh, ['-c', 'echo "Operation not permitted" >&2; exit 4'], 2000)).toThrow(
      expect.objectContaining({ code: 'denied', message: expect.stringContaining('not permitted') }),
    )
    expect(() => runProgram(sh, ['-c', 'exit 3'], 2000)).toThrow(/ended with 3/)
    const from = performance.now()
    expect(() => runProgram(sh, ['-c', 'sleep 4 & wait'], 200)).toThrow(expect.objectContaining({ code: 'timeout' }))
    expect(performance.now() - from).toBeLessThan(3000)
  })

  it.skipIf(!isRoot)('are run below another root (chroot is for root)', () => {
    const programs = openPrograms('/proc/self/root')
    expect(programs.find(['nft'])?.argv).toEqual(['chroot', '/proc/self/root', 'nft'])
    expect(programs.find(['no-such-program'])).toBeNull()
  })
})
