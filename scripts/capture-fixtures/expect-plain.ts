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
}
