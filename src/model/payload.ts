/** What the first bytes of one direction of a TCP connection are. */
export type Payload =
  | {
      readonly protocol: 'http1'
      readonly kind: 'request'
      readonly method: string
      readonly target: string
      readonly host: string | null
    }
  | { readonly protocol: 'http1'; readonly kind: 'response'; readonly status: number; readonly server: string | null }
  | {
      readonly protocol: 'http2'
      /** `client` sends the preface first; a `server` begins with SETTINGS. */
      readonly from: 'client' | 'server'
      readonly frames: readonly Http2Frame[]
      /** Sends gRPC's own setting 0xfe03, as its C core and what is built on it do. */
      readonly grpc: boolean
    }
  | {
      readonly protocol: 'tls'
      readonly kind: 'ClientHello' | 'ServerHello' | 'alert' | 'record'
      /** Highest version offered or chosen; null where it cannot be told. */
      readonly version: string | null
      /** SNI. */
      readonly serverName: string | null
      readonly alpn: readonly string[]
    }
  | { readonly protocol: 'redis'; readonly kind: 'request' | 'reply'; readonly command: string | null }
  | { readonly protocol: 'mysql'; readonly kind: 'greeting'; readonly version: string }
  | { readonly protocol: 'postgresql'; readonly kind: 'startup' | 'ssl request' | 'authentication' | 'error' }
  | { readonly protocol: 'ssh'; readonly banner: string }
  | { readonly protocol: 'unknown' }

export interface Http2Frame {
  /** SETTINGS, WINDOW_UPDATE, PING …; `0x1f` for types that the standard does not name. */
  readonly type: string
  readonly stream: number
  readonly length: number
  readonly ack: boolean
  /** SETTINGS by name; `0xfe03` where the standard names none. */
  readonly settings?: Readonly<Record<string, number>>
  /** WINDOW_UPDATE. */
  readonly increment?: number
  /** PING: eight bytes in hexadecimal. GOAWAY: error code and text. */
  readonly data?: string
  /** The frame goes on behind what was captured. */
  readonly cut: boolean
}
