// Which messages of a backend that speaks GRIP go to the client: those with its prefix, which is cut off. Others are for the
// proxy, or for nobody.
import { hasPrefix } from '../../grip/grip-extension'
import type { WsMessageType } from '../../grip/ws-control'

/** Before the text of a control message. */
const CONTROL_PREFIX = Buffer.from('c:')
/** Bytes of a control message, its prefix included. */
const CONTROL_MAX = 16_384

export class BackendMessages {
  readonly prefix: string
  readonly #prefix: Buffer
  /** The message that is under way goes on to the client. */
  #passes = false

  constructor(prefix: string) {
    this.prefix = prefix
    this.#prefix = Buffer.from(prefix)
  }

  /** A control message, or a part of one, begins here. */
  isControl(kind: WsMessageType, data: Buffer, first: boolean): boolean {
    if (!first || kind !== 'text' || !hasPrefix(data, CONTROL_PREFIX)) return false
    this.#passes = false
    return true
  }

  /** What a control message says. As behind Pushpin, one in more than one frame, or longer than its frames, is of no use. */
  controlIn(data: Buffer, last: boolean): Buffer | undefined {
    return last && data.length <= CONTROL_MAX ? data.subarray(CONTROL_PREFIX.length) : undefined
  }

  /** Bytes to be cut off a message, or a part of one, for the client; -1: it is not for the client. */
  cut(data: Buffer, first: boolean): number {
    if (first) this.#passes = hasPrefix(data, this.#prefix)
    if (!this.#passes) return -1
    return first ? this.#prefix.length : 0
  }
}
