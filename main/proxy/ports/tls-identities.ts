// The certificates that the TLS port shows to clients.

/** A certificate (with those between it and its authority) and its key, in PEM. */
export interface ServerIdentity {
  readonly cert: string
  readonly key: string
}

export interface ServerIdentities {
  /** For clients that name no server, or one that has none of its own. */
  readonly fallback: ServerIdentity | undefined
  /** The one for a name that a client asks for (SNI), in lower case; undefined: the fallback will do. */
  forName?(name: string): ServerIdentity | undefined
}
