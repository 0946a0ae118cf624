import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { sweepDisks } from '../../src/lab/frozen-disk.ts'
import { SCENARIOS } from '../../src/lab/index.ts'
import { readKernel } from '../../src/lab/kernel.ts'
import { findWay, sweepLeftovers } from '../../src/lab/namespace.ts'
import { fillQueue } from '../../src/lab/parts.ts'
import { NO_LAB, run, withLab } from './lab-node.ts'

const exec = promisify(execFile)
const named = (await findWay()).way === 'named'

describe('scenarios', () => {
  it('keep their promises apart: what is expected is not silent', () => {
    for (const { id, expects, silent } of SCENARIOS) {
      expect(
        silent.filter((rule) => rule in expects),
        id,
      ).toEqual([])
    }
  })

  it('have a healthy twin each, or are healthy themselves', () => {
    for (const { id, expects, twin } of SCENARIOS) expect(twin === null, id).toBe(Object.keys(expects).length === 0)
  })
})

describe.skipIf(NO_LAB !== null)(`the lab${NO_LAB ?? ''}`, () => {
  it('shows what ss shows', async () => {
    await withLab(async (lab) => {
      await fillQueue(lab, 3)
      const kernel = readKernel(lab.server.pid)
      const { stdout } = await run(lab.server.inside(['ss', '-Hltn']))
      expect(stdout.trim().split(/ +/).slice(0, 4)).toEqual(['LISTEN', '4', '3', '*:8080'])
      expect(kernel.queued.get(8080)).toBe(4)
      expect(kernel.connections.filter((c) => c.state === 'ESTABLISHED' && c.inode === 0)).toHaveLength(4)
      expect(kernel.counters.get('TcpPassiveOpens')).toBe(4)
    })
  })

  it('leaves no process and no namespace behind', async () => {
    const { pids, names } = await withLab(async (lab) => {
      const { facts } = await fillQueue(lab, 3)
      return { pids: [lab.server.pid, lab.clients.pid, Number(facts.pid)], names: [lab.server.name, lab.clients.name] }
    })
    expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([])
    expect(names.filter((name) => name !== null && existsSync(`/run/netns/${name}`))).toEqual([])
  })

  it.skipIf(!named)('removes what a killed run left (only root leaves anything)', async () => {
    const lab = JSON.stringify(new URL('../../src/lab/lab.ts', import.meta.url).href)
    const script = `const { openLab } = await import(${lab})
      const { server } = await openLab()
      process.stdout.write(server.name, () => process.kill(process.pid, 'SIGKILL'))`
    const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', script]).catch((error) => error)
    expect(stdout).toMatch(/^recvq-lab-\d+-\d+$/)
    await sweepLeftovers()
    expect(existsSync(`/run/netns/${stdout}`)).toBe(false)
  })

  it.skipIf(!named)('thaws and removes the disk of a killed run (only root makes one)', async () => {
    const disks = JSON.stringify(new URL('../../src/lab/frozen-disk.ts', import.meta.url).href)
    const script = `const { makeDisk } = await import(${disks})
      const disk = await makeDisk()
      await disk.freeze()
      process.stdout.write(disk.path, () => process.kill(process.pid, 'SIGKILL'))`
    const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', script]).catch((error) => error)
    expect(stdout).toMatch(/recvq-lab-disk-\d+-1$/)
    // Its guard thaws it as soon as the maker is gone: then it can be written to.
    await exec('timeout', ['10', 'sh', '-c', 'echo thawed > "$0/mark"', stdout])
    await sweepDisks()
    expect([existsSync(stdout), existsSync(`${stdout}.img`)]).toEqual([false, false])
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(stdout)
  })
})
