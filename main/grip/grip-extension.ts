// The `grip` extension of WebSockets: what a backend says to take the proxy's offer.
import type { RawHeaders } from '../trace/events'
import { headerValues, parseParameters, splitList, textOfHeader, trimBlanks } from './grip-headers'

export interface GripExtension {
  /** TEXT and BINARY for the client begin with it; it is cut off. May be empty. */
  readonly messagePrefix: string
}

const DEFAULT_PREFIX = 'm:'

/** From the Sec-WebSocket-Extensions of a backend's answer; undefined: it did not take the offer. */
export function parseGripExtension(headers: RawHeaders): GripExtension | undefined {
  for (const value of headerValues(headers, 'sec-websocket-extensions')) {
    for (const element of splitList(value)) {
      const semicolon = element.indexOf(';')
      if (trimBlanks(semicolon < 0 ? element : element.slice(0, semicolon)) !== 'grip') continue
      const parameters = parseParameters(element, 'plain-first')
      // An open quote, or nothing at all after the last `=`: Pushpin then takes the whole extension as not given.
      if (parameters === undefined || (element.endsWith('=') && parameters.at(-1)?.given)) return undefined
      const prefix = parameters.findLast((p) => p.name === 'message-prefix')?.value
      return { messagePrefix: prefix === undefined ? DEFAULT_PREFIX : textOfHeader(prefix) }
    }
  }
  return undefined
}

/** Does a message begin with it? */
export function hasPrefix(data: Buffer, prefix: Buffer): boolean {
  return data.subarray(0, prefix.length).equals(prefix)
}
