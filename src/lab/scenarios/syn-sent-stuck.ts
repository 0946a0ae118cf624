import { defineScenario } from '../define-scenario.ts'
import { ABSENT_ADDRESSES, CLIENT_ADDRESS } from '../lab.ts'
import { CLIENT_NAME } from '../parts.ts'

const PEER_SYNC = { name: 'peer-sync', port: 179 }
const COUNT = 60

export default defineScenario({
  id: 'syn-sent-stuck',
  title: {
    en: 'A program connects to hosts that are not there',
    zh: '程序在连接并不存在的主机',
  },
  expects: { 'syn-sent-stuck': ['synSent'] },
  silent: ['accept-queue-full', 'close-wait-leak', 'retransmissions-high'],
  async arrange(lab) {
    const program = await lab.start(lab.server, 'hold-connections', {
      ...PEER_SYNC,
      hosts: ABSENT_ADDRESSES,
      count: COUNT,
    })
    await lab.untilServer(
      `${COUNT} SYN_SENT that have repeated their SYN`,
      ({ connections, counters }) =>
        connections.filter((c) => c.state === 'SYN_SENT' && c.peerPort === PEER_SYNC.port).length === COUNT &&
        (counters.get('TcpExtTCPSynRetrans') ?? 0) >= COUNT,
    )
    return {
      port: PEER_SYNC.port,
      process: PEER_SYNC.name,
      pid: program.pid,
      synSent: COUNT,
      peers: ABSENT_ADDRESSES.length,
    }
  },
  twin: {
    title: { en: 'The same program, and its peers answer', zh: '同一个程序，对端都有应答' },
    async arrange(lab) {
      await lab.start(lab.clients, 'serve', {
        name: CLIENT_NAME,
        host: '::',
        port: PEER_SYNC.port,
        backlog: null,
        workMs: 0,
        leak: false,
      })
      const program = await lab.start(lab.server, 'hold-connections', {
        ...PEER_SYNC,
        hosts: [CLIENT_ADDRESS],
        count: COUNT,
      })
      await lab.untilServer(
        `${COUNT} ESTABLISHED`,
        ({ connections }) =>
          connections.filter((c) => c.state === 'ESTABLISHED' && c.peerPort === PEER_SYNC.port).length === COUNT,
      )
      return { process: PEER_SYNC.name, pid: program.pid }
    },
  },
})
