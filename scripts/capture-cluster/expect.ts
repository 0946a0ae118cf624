/** What a reading of a fixture must hold: taken from the API's objects, the kernel's tables or the runtime's files, by code of its own. */
export interface Expected {
  /** Exactly these, by the fields that the form shows; kinds that are not named here are not looked at. */
  readonly nodes?: readonly Row[]
  readonly services?: readonly Row[]
  readonly pods?: readonly Row[]
  readonly events?: readonly Row[]
  readonly endpoints?: readonly ExpectedEndpoints[]
  /** Services whose NodePorts rules forward, and what they send to; refused ones send to nothing. */
  readonly nodePorts?: Readonly<
    Record<string, { readonly service: string | null; readonly endpoints: readonly string[] }>
  >
  /** Entries of conntrack by the port that was dialled. */
  readonly flows?: Readonly<Record<string, { readonly count: number; readonly untranslated: number }>>
  readonly containers?: readonly Row[]
  /** Nothing of a cluster, of rules, flows or containers is told. */
  readonly nothing?: true
}

export type Row = Readonly<Record<string, unknown>> & { readonly name: string }

export interface ExpectedEndpoints {
  /** `namespace/name`. */
  readonly service: string
  /** `address:port`, or the address alone where the form shows no pairs. */
  readonly ready: readonly string[]
  /** null: the form does not show them. */
  readonly unready: readonly string[] | null
}
