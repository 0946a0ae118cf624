import { call } from '../command.ts'
import { defineScenario } from '../define-scenario.ts'
import { CLIENT_ADDRESS } from '../lab.ts'
import { CLIENT_NAME, SERVER } from '../parts.ts'

/** The server's own way to its database. */
const DATABASE = 5432
const COUNT = 12
const SHOWN = ['iptables-save -c', 'ip address'] as const

export default defineScenario({
  id: 'firewall-drop',
  title: {
    en: 'A rule of the machine itself drops what its program sends to the database',
    zh: '本机的规则丢弃了程序发往数据库的报文',
  },
  shown: SHOWN,
  expects: { 'firewall-drop': [], 'syn-sent-stuck': ['synSent'] },
  silent: ['rp-filter-drops', 'endpoint-unreachable', 'conntrack-table-full', 'ip-forward-off'],
  async arrange(lab) {
    const rule = `-A OUTPUT -p tcp --dport ${DATABASE} -j DROP`
    await call(lab.server.inside(['iptables', ...rule.split(' ')]))
    const program = await lab.start(lab.server, 'hold-connections', {
      name: SERVER.name,
      hosts: [CLIENT_ADDRESS],
      port: DATABASE,
      count: COUNT,
    })
    await lab.untilServer(
      `${COUNT} SYN_SENT that have repeated their SYN`,
      ({ connections, counters }) =>
        connections.filter((one) => one.state === 'SYN_SENT' && one.peerPort === DATABASE).length === COUNT &&
        (counters.get('TcpExtTCPSynRetrans') ?? 0) >= COUNT,
    )
    return { port: DATABASE, process: SERVER.name, pid: program.pid, synSent: COUNT }
  },
  twin: {
    title: { en: 'The rule concerns another port', zh: '规则针对的是别的端口' },
    async arrange(lab) {
      const rule = `-A OUTPUT -p tcp --dport ${DATABASE + 1} -j DROP`
      await call(lab.server.inside(['iptables', ...rule.split(' ')]))
      await lab.start(lab.clients, 'serve', {
        name: CLIENT_NAME,
        host: '::',
        port: DATABASE,
        backlog: null,
        workMs: 0,
        leak: false,
      })
      await lab.start(lab.server, 'hold-connections', {
        name: SERVER.name,
        hosts: [CLIENT_ADDRESS],
        port: DATABASE,
        count: COUNT,
      })
      await lab.untilServer(
        `${COUNT} ESTABLISHED`,
        ({ connections }) =>
          connections.filter((one) => one.state === 'ESTABLISHED' && one.peerPort === DATABASE).length === COUNT,
      )
      return { port: DATABASE, process: SERVER.name }
    },
  },
})
