/** What is known of a plain state by its making. */
export interface Plain {
  /** Where rules send connections, each once. */
  readonly dnat?: readonly string[]
  /** Number of entries of conntrack by the port that was dialled. */
  readonly flows?: Readonly<Record<number, number>>
  /** MTU by name. */
  readonly links?: Readonly<Record<string, number>>
  readonly addresses?: readonly string[]
  readonly routes?: readonly string[]
  readonly neighbours?: readonly string[]
  readonly memoryTotal?: number
  readonly load?: readonly number[]
  readonly cores?: number
  readonly processes?: readonly string[]
  readonly probe?: { readonly outcome: string; readonly port: number | null }
  /** The flags of the first packets. */
  readonly packets?: readonly string[]
  /** The programs that listen, by port. */
  readonly holders?: Readonly<Record<number, readonly string[]>>
  readonly backlogs?: readonly (readonly [program: string, port: number | null, value: number])[]
  /** What the kernel's log says: kind, port, and what the kernel did. */
  readonly events?: readonly (readonly [kind: string, port: number, answer: string])[]
  readonly acceptErrors?: readonly (readonly [program: string, error: string])[]
  readonly nics?: Readonly<Record<string, TrueNic>>
}

export interface TrueNic {
  readonly driver?: string
  readonly speed?: number
  readonly counters?: Readonly<Record<string, number>>
  readonly features?: Readonly<Record<string, boolean>>
}
