// The `grip` extension of WebSockets.
import type { RawHeaders } from '../trace/events'

export interface GripExtension {
  /** TEXT and BINARY for the client begin with it. */
  readonly messagePrefix: string
}
/** From a backend's answer; undefined: it did not take the offer. */
export declare function parseGripExtension(headers: RawHeaders): GripExtension | undefined
