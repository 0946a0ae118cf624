import { defineScenario } from '../define-scenario.ts'
import { fillQueue, queued, servedClients, waiting } from '../parts.ts'

const RESET = 29
const CLOSED = 100

export default defineScenario({
  id: 'queue-of-reset',
  title: {
    en: 'A program never accepts; some of its clients reset, the others closed',
    zh: '程序从不 accept，一部分客户端发了 RST，其余的正常关闭',
  },
  expects: {
    'accept-queue-full': ['length', 'max'],
    'listener-never-accepts': [],
    'queue-holds-reset-connections': ['reset'],
    'listen-overflows': [],
  },
  silent: ['backlog-too-small', 'close-wait-leak', 'netns-somaxconn-low', 'listen-drops-unexplained'],
  async arrange(lab) {
    const { inner, facts } = await fillQueue(lab, CLOSED + RESET - 1)
    await inner.tell(`reset ${RESET}`)
    await inner.tell(`close ${CLOSED}`)
    await lab.untilServer(
      `${CLOSED} CLOSE_WAIT, not accepted, and ${RESET} places more taken`,
      (kernel) =>
        waiting(kernel, 'CLOSE_WAIT').length === CLOSED &&
        waiting(kernel, 'ESTABLISHED').length === 0 &&
        queued(kernel) === CLOSED + RESET,
    )
    return { ...facts, reset: RESET, closeWait: CLOSED }
  },
  twin: {
    title: { en: 'The same clients are served', zh: '同样的客户端得到正常服务' },
    arrange: (lab) => servedClients(lab, CLOSED + RESET),
  },
})
