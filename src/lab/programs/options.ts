/** What each program of the lab is told, by its file name. `name` becomes the program's name in `ss -p` and `ps`. */
export interface ProgramOptions {
  'hold-port': {
    readonly name: string
    readonly host: string
    readonly port: number
    readonly backlog: number
    /** A unix socket there instead. */
    readonly path?: string
  }
  serve: {
    readonly name: string
    readonly host: string
    readonly port: number
    /** null: what Node asks for by itself, 511. */
    readonly backlog: number | null
    /** Its only thread sleeps so long for each connection, as one does that waits for a disk. */
    readonly workMs: number
    /** It never closes what its peers have closed. */
    readonly leak: boolean
    /** It computes for `workMs` instead of sleeping. */
    readonly burn?: boolean
    /** A file to which it adds a line for each connection, and waits until it is written. */
    readonly log?: string
    /** It accepts and never reads. */
    readonly deaf?: boolean
  }
  'hold-connections': {
    readonly name: string
    /** Connections go to the hosts in turn. */
    readonly hosts: readonly string[]
    readonly port: number
    readonly count: number
    /** To a unix socket there instead. */
    readonly path?: string
    /** Their own addresses, in turn; left out: as the kernel chooses. */
    readonly from?: readonly string[]
    /** Their own port, each of its own address; left out: as the kernel chooses. */
    readonly fromPort?: number
    /** They keep their side open when the server has shut its own. */
    readonly halfOpen?: boolean
  }
  'hold-datagrams': {
    readonly name: string
    readonly host: string
    readonly port: number
    /** Asked for with SO_RCVBUF; the kernel doubles it. */
    readonly bufferBytes: number
    /** It reads what comes; otherwise never. */
    readonly reads: boolean
  }
  'send-datagrams': {
    readonly name: string
    readonly host: string
    readonly port: number
    readonly bytes: number
    /** One in each so many milliseconds. */
    readonly everyMs: number
  }
  'keep-calling': {
    readonly name: string
    readonly host: string
    readonly port: number
    readonly count: number
    readonly bytes: number
    /** A client's next call starts no sooner after its last one started. */
    readonly everyMs: number
    /** A connect(2) that was not answered by then is taken back. */
    readonly giveUpMs: number
    /** All of them call in the same instant; otherwise they are spread evenly over `everyMs`. */
    readonly together: boolean
  }
}

export type ProgramName = keyof ProgramOptions

/** The options a program was started with. It bears its name from now on. */
export function begin<P extends ProgramName>(): ProgramOptions[P] {
  const options = JSON.parse(process.argv[2] ?? '{}')
  process.title = options.name
  return options
}

/** End when the maker does: standard input ends then, however the maker ended. */
export function endWithMaker(): void {
  process.stdin.on('end', () => process.exit(0)).resume()
}
