import type { Capture, Packet, TcpFlag } from '../../src/model/capture.ts'

export interface PacketSpec {
  readonly elapsed: number | null
  readonly from: number
  readonly seq?: number
  readonly flags?: readonly TcpFlag[]
  /** It goes back: from the server to this port. */
  readonly answer?: boolean
}

const CLIENT = '10.0.0.7'

/** A capture of packets between ports of one client and port 80 of a server; SYNs unless told. */
export function packetsAt(
  specs: readonly PacketSpec[],
  { server = '10.0.0.1', command = 'tcpdump -nn tcp port 80' as string | null, droppedByKernel = 0, beyond = 0 } = {},
): Capture {
  const packets = specs.map(({ elapsed, from, seq = 7, flags = ['SYN'], answer = false }, i): Packet => {
    const ends = [
      { address: CLIENT, port: from },
      { address: server, port: 80 },
    ] as const
    return {
      time: null,
      elapsed,
      link: null,
      family: 4,
      protocol: 'tcp',
      from: answer ? ends[1] : ends[0],
      to: answer ? ends[0] : ends[1],
      flags,
      seq,
      ack: null,
      window: null,
      options: null,
      length: 0,
      badChecksum: null,
      payload: null,
      inner: null,
      vni: null,
      note: null,
      origin: { file: 'case.md', line: 300 + i, command },
    }
  })
  const origin = { file: 'case.md', line: 300, command }
  return { tool: 'tcpdump', packets, beyond, droppedByKernel, origin }
}
