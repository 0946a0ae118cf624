import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call } from '../command.ts'
import { defineScenario } from '../define-scenario.ts'
import type { Lab } from '../lab.ts'
import { clients, SERVER } from '../parts.ts'

const BACKLOG = 12
const LENGTH = BACKLOG + 1

/** A path for a socket, away with the lab. */
async function makePath(lab: Lab): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'recvq-lab-'))
  lab.onClose({ after: () => rm(folder, { recursive: true }) })
  return join(folder, 'app.sock')
}

async function hold(lab: Lab, count: number) {
  const path = await makePath(lab)
  const { pid } = await lab.start(lab.server, 'hold-port', { ...SERVER, backlog: BACKLOG, path })
  await lab.start(lab.server, 'hold-connections', { ...clients(count), path })
  const listed = (await call(lab.server.inside(['ss', '-Hxl']))).split('\n').find((line) => line.includes(path)) ?? ''
  const expected = Math.min(count, LENGTH)
  if (Number(listed.split(/ +/)[2]) !== expected) throw new Error(`not ${expected} in the queue: ${listed}`)
  return { process: SERVER.name, pid, length: expected, max: BACKLOG }
}

export default defineScenario({
  id: 'unix-queue-full',
  title: {
    en: 'A program does not accept on its unix socket; further clients get EAGAIN',
    zh: '程序不在其 unix 套接字上 accept，后来的客户端得到 EAGAIN',
  },
  expects: { 'unix-queue-full': ['length', 'max'] },
  silent: ['accept-queue-full', 'listener-never-accepts', 'listen-overflows'],
  shown: ['ss -xlp'],
  arrange: (lab) => hold(lab, LENGTH + 5),
  twin: {
    title: { en: 'As many wait as its limit says: one more has room', zh: '等待的正好等于上限：还能再放一条' },
    arrange: (lab) => hold(lab, BACKLOG),
  },
})
