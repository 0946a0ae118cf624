import { defineScenario } from '../define-scenario.ts'
import { type Lab, SERVER_ADDRESS } from '../lab.ts'
import { CLIENT_NAME } from '../parts.ts'

const RECEIVER = { name: 'shop-metrics', host: '0.0.0.0', port: 8125 } as const
/** Room for a dozen of these datagrams; for several hundred, as much as a program may ask for by default. */
const [SMALL, LARGE] = [4096, 200_000]

async function receive(lab: Lab, reads: boolean): Promise<void> {
  await lab.start(lab.server, 'hold-datagrams', { ...RECEIVER, reads, bufferBytes: reads ? LARGE : SMALL })
  await lab.start(lab.clients, 'send-datagrams', {
    name: CLIENT_NAME,
    host: SERVER_ADDRESS,
    port: RECEIVER.port,
    bytes: 100,
    everyMs: 20,
  })
}

export default defineScenario({
  id: 'udp-receive-buffer-full',
  title: {
    en: 'A program is busy and does not read its UDP socket; datagrams are dropped',
    zh: '程序忙于别的事，没有读取其 UDP 套接字，数据报被丢弃',
  },
  expects: { 'udp-receive-buffer-full': [] },
  silent: ['accept-queue-full', 'listen-overflows', 'receive-queue-pruned', 'retransmissions-high'],
  shown: ['ss -uanmp'],
  async arrange(lab) {
    await receive(lab, false)
    await lab.untilServer('drops', ({ counters }) => (counters.get('UdpRcvbufErrors') ?? 0) > 30)
    return { process: RECEIVER.name }
  },
  twin: {
    title: { en: 'It reads what comes', zh: '程序及时读取' },
    async arrange(lab) {
      await receive(lab, true)
      await lab.untilServer('datagrams', ({ counters }) => (counters.get('UdpInDatagrams') ?? 0) > 50)
      return {}
    },
  },
})
