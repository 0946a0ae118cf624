import { join } from 'node:path'
import { defineScenario } from '../define-scenario.ts'
import { makeDisk } from '../frozen-disk.ts'
import type { Lab } from '../lab.ts'
import { fillBehind, SHOWN, startServer } from '../late-server.ts'
import { CLIENT_NAME, clients, owned } from '../parts.ts'

/** A server that writes a line to its log for each connection, before it looks for the next. */
async function logging(lab: Lab) {
  const disk = await makeDisk()
  lab.onClose({ before: disk.thaw, after: disk.remove })
  const server = await startServer(lab, { log: join(disk.path, 'access.log') })
  return { disk, server }
}

export default defineScenario({
  id: 'frozen-disk',
  title: {
    en: 'A server writes its log to a filesystem that is frozen for a snapshot',
    zh: '服务器的日志写在一个为做快照而冻结的文件系统上',
  },
  expects: {
    'accept-blocked-on-io': ['length', 'max'],
    'accept-queue-full': ['length', 'max'],
    'listen-overflows': [],
  },
  silent: ['listener-never-accepts', 'accept-starved-of-cpu', 'process-stopped', 'fd-limit-reached'],
  rootOnly: true,
  shown: SHOWN,
  async arrange(lab) {
    const { disk, server } = await logging(lab)
    await disk.freeze()
    return fillBehind(lab, server, 1)
  },
  twin: {
    title: { en: 'The same log on a filesystem that takes it', zh: '同样的日志写在正常的文件系统上' },
    async arrange(lab) {
      await logging(lab)
      const callers = await lab.start(lab.clients, 'hold-connections', clients(25))
      await lab.untilServer('25 accepted', (kernel) => owned(kernel, 'ESTABLISHED') === 25)
      await callers.tell('send 100')
      await lab.untilServer('all closed', (kernel) => owned(kernel, 'ESTABLISHED') + owned(kernel, 'CLOSE_WAIT') === 0)
      return { clients: CLIENT_NAME }
    },
  },
})
