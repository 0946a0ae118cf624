import { call, until } from './command.ts'
import { sweepDisks } from './frozen-disk.ts'
import { type KernelView, readKernel } from './kernel.ts'
import { findWay, type LabNetns, makeNetns, sweepLeftovers } from './namespace.ts'
import { type Program, startProgram } from './program.ts'
import type { ProgramName, ProgramOptions } from './programs/options.ts'

export const SERVER_ADDRESS = '10.111.0.1'
export const CLIENT_ADDRESS = '10.111.0.2'
/** Nobody has these; the namespace is told a hardware address for each, so that SYNs leave and nothing ever answers. */
export const ABSENT_ADDRESSES: readonly string[] = Array.from({ length: 6 }, (_, i) => `10.111.0.${100 + i}`)

/** Two namespaces joined by a cable: the one that is diagnosed, and the one where its clients live. */
export interface Lab {
  readonly server: LabNetns
  readonly clients: LabNetns
  /** Start a program of src/lab/programs and wait until it is ready. */
  start<P extends ProgramName>(netns: LabNetns, program: P, options: ProgramOptions[P]): Promise<Program>
  setSysctl(netns: LabNetns, key: string, value: string): Promise<void>
  /** Wait until the kernel shows it in the server's namespace. Errors: throws with what it showed instead. */
  untilServer(what: string, isSo: (kernel: KernelView) => boolean): Promise<KernelView>
  /** What else must be undone: `before` the programs are ended (else they may not end), and `after`. */
  onClose(undo: Undo): void
  /** End the programs, remove the namespaces. */
  close(): Promise<void>
}

export interface Undo {
  before?(): Promise<void>
  after?(): Promise<void>
}

const STANDS_WITHIN_MS = 20_000

/** Errors: throws where namespaces cannot be made, with the reason; nothing stays behind. */
export async function openLab(): Promise<Lab> {
  const found = await findWay()
  if (found.way === null) throw new Error(`no network namespaces here: ${found.why}`)
  if (found.way === 'named') {
    await sweepLeftovers()
    await sweepDisks()
  }

  const server = await makeNetns(found.way)
  const clients = await makeNetns(found.way, server).catch(async (error) => {
    await server.remove()
    throw error
  })
  const programs: Program[] = []
  const undone: Undo[] = []
  const close = async () => {
    for (const one of undone) await one.before?.()
    await Promise.all(programs.map((program) => program.stop()))
    await clients.remove()
    await server.remove()
    for (const one of undone) await one.after?.()
  }

  try {
    await join(server, clients)
  } catch (error) {
    await close()
    throw error
  }

  return {
    server,
    clients,
    close,
    onClose: (undo) => void undone.push(undo),
    async start(netns, program, options) {
      const started = await startProgram(netns, program, options)
      programs.push(started)
      return started
    },
    async setSysctl(netns, key, value) {
      await call(netns.inside(['sysctl', '-q', '-w', `${key}=${value}`]))
    },
    async untilServer(what, isSo) {
      let kernel = readKernel(server.pid)
      await until(
        what,
        STANDS_WITHIN_MS,
        () => {
          kernel = readKernel(server.pid)
          return isSo(kernel)
        },
        () => describe(kernel),
      )
      return kernel
    },
  }
}

async function join(server: LabNetns, clients: LabNetns): Promise<void> {
  const inServer = (line: string) => call(server.inside(['ip', ...line.split(' ')]))
  const inClients = (line: string) => call(clients.inside(['ip', ...line.split(' ')]))
  await inServer(`link add eth0 type veth peer name eth0 netns ${clients.pid}`)
  await inServer(`address add ${SERVER_ADDRESS}/24 dev eth0`)
  await inClients(`address add ${CLIENT_ADDRESS}/24 dev eth0`)
  await inServer('link set eth0 up')
  await inClients('link set eth0 up')
  for (const address of ABSENT_ADDRESSES) {
    await inServer(`neigh add ${address} lladdr 02:00:00:00:00:99 dev eth0 nud permanent`)
  }
}

function describe({ queued, connections, counters }: KernelView): string {
  const states = Map.groupBy(connections, ({ state, inode }) => `${state}${inode === 0 ? ' without inode' : ''}`)
  return JSON.stringify({
    queued: Object.fromEntries(queued),
    states: Object.fromEntries([...states].map(([state, rows]) => [state, rows.length])),
    ListenOverflows: counters.get('TcpExtListenOverflows'),
  })
}
