import { expect } from 'vitest'
import { flow, flows } from '../../test/rules/forwarding-builder.ts'
import { ipv4Rules } from '../../test/rules/kube-node.ts'
import { absent, listener, netns, ok, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Flow } from '../model/flow.ts'
import rule from './nodeport-in-local-port-range.ts'

const NODE = '10.0.0.5'
const web = (nodePort: number) =>
  ipv4Rules([{ name: 'shop/web:http', nodePort, clusterIp: '10.96.0.10', endpoints: ['10.244.1.7:8080'] }])

interface Change {
  readonly range?: string
  readonly reserved?: string | null
  readonly nodePort?: number
  readonly flows?: readonly Flow[]
  readonly nat?: typeof absent
}

function node({ range = '1024 65535', reserved = '', nodePort = 30080, flows: seen, nat }: Change = {}) {
  return snapshot(
    netns({
      sysctls: sysctls({
        'net.ipv4.ip_local_port_range': range,
        ...(reserved === null ? {} : { 'net.ipv4.ip_local_reserved_ports': reserved }),
      }),
      nat: nat ?? web(nodePort),
      listeners: ok([listener(22, { address: NODE, owner: 'sshd' })]),
      flows: seen ? flows({ flows: seen }) : absent,
    }),
  )
}

const out = flow({ from: NODE, fromPort: 30080, to: '192.0.2.9', port: 443, state: 'ESTABLISHED' })

testRule(rule, {
  found: {
    'a range that was widened over the NodePorts': {
      readings: [node()],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'certain', when: 'setting' })
        expect(draft?.summary.en).toContain('2768 ports of 30000-32767')
        expect(draft?.summary.en).toContain('1 of them in use as NodePorts (30080)')
        expect(draft?.remedies[0]?.action).toBe('sysctl -w net.ipv4.ip_local_reserved_ports="30000-32767"')
      },
    },
    'what is reserved already is kept': {
      readings: [node({ reserved: '8080,9148' })],
      expect: ([draft]) => expect(draft?.remedies[0]?.action).toContain('"8080,9148,30000-32767"'),
    },
    'whether they are reserved was not captured': {
      readings: [node({ reserved: null })],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'possible', unknowns: [expect.anything()] }),
    },
    'a program has taken one': {
      readings: [node({ flows: [out] })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'now' })
        expect(draft?.summary.en).toContain('uses 30080 as the port of an outgoing connection')
        expect(draft?.evidence.at(-1)?.label.en).toContain('from 10.0.0.5:30080 to 192.0.2.9:443')
      },
    },
    'a client elsewhere may use any port it likes': {
      readings: [node({ flows: [flow({ from: '10.9.9.9', fromPort: 30080, to: NODE, port: 22 })] })],
      expect: ([draft]) => expect(draft?.severity).toBe('info'),
    },
    'NodePorts of another range': {
      readings: [node({ range: '20000 60999', nodePort: 24080 })],
      expect: ([draft]) => expect(draft?.summary.en).toContain('ports of 24080 are'),
    },
  },
  clear: {
    'the kernel’s own range': node({ range: '32768\t60999' }),
    'they are reserved': node({ reserved: '30000-32767' }),
    'reserved in two pieces': node({ reserved: '29000-31000,31001-33000' }),
    'NodePorts that were moved away': node({ range: '30000 60999', nodePort: 20080 }),
    'a node without NodePorts': snapshot(
      netns({ sysctls: sysctls({ 'net.ipv4.ip_local_port_range': '1024 65535' }), nat: ipv4Rules([]) }),
    ),
  },
  skipped: {
    'the range was not captured': snapshot(netns({ nat: web(30080) })),
    'nothing tells whether there are NodePorts': node({ nat: absent }),
  },
})
