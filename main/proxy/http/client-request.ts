// A client's request as an exchange reads it, whichever HTTP the client speaks. Of HTTP/1.1, node's own request is one.

export interface ClientRequest {
  readonly method?: string | undefined
  /** Path and query, or a whole URL. */
  readonly url?: string | undefined
  readonly httpVersion: string
  readonly httpVersionMinor: number
  readonly rawHeaders: string[]
  /** The connection; one with TLS has `encrypted`. */
  readonly socket: { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined }
  /** HTTP/2 says with the head if a body follows; left out, the headers tell. */
  readonly bodyFollows?: boolean
  pause(): unknown
  resume(): unknown
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'end', listener: () => void): unknown
}
