/** What truth.py prints. */
export interface Truth {
  readonly tcp: readonly TrueSocket[]
  readonly udp: readonly TrueSocket[]
  readonly unix: readonly {
    readonly type: string
    readonly listening: boolean
    readonly inode: number
    readonly path: string | null
    readonly rqueue: number | null
    readonly wqueue: number | null
  }[]
  readonly counters: Readonly<Record<string, number>>
  readonly sockstat: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly softnet: readonly (readonly number[])[]
  readonly sysctls: Readonly<Record<string, string>>
  readonly owners: Readonly<Record<string, readonly (readonly [comm: string, pid: number, argv0: string])[]>>
  readonly load: readonly string[]
  readonly memory: Readonly<Record<string, number>>
  readonly kernel: string
  readonly cores: number
}

export interface TrueSocket {
  readonly family: number
  readonly state: string
  readonly local: string
  readonly port: number
  readonly peer: string
  readonly peerPort: number
  readonly rqueue: number
  readonly wqueue: number
  readonly inode: number
  readonly drops: number | null
}
