// What the answer means that takes a WebSocket: what of it goes on to the client, and whether the backend speaks GRIP.
import { parseGripExtension } from '../../grip/grip-extension'
import type { RawHeaders } from '../../trace/events'
import { headerOf, responseHeaders } from '../http/headers'
import { BackendMessages } from './backend-messages'
import { acceptingHeaders } from './handshake-headers'

export interface Opening {
  readonly protocol: string | undefined
  readonly headers: RawHeaders
  /** Which messages go to the client; undefined: all, for the backend does not speak GRIP with us. */
  readonly messages: BackendMessages | undefined
}

/** @param plain GRIP was not offered. @param trusted another GRIP proxy asked */
export function openingOf(answer: RawHeaders, plain: boolean, trusted: boolean): Opening {
  const grip = plain ? undefined : parseGripExtension(answer)
  const headers = acceptingHeaders(responseHeaders(answer, trusted))
  const protocol = headerOf(answer, 'sec-websocket-protocol') || undefined
  if (!grip) return { protocol, headers, messages: undefined }
  if (!trusted) return { protocol, headers, messages: new BackendMessages(grip.messagePrefix) }
  // The proxy that asked acts on the control messages: it must know that there will be some.
  headers.push('Sec-WebSocket-Extensions', headerOf(answer, 'sec-websocket-extensions'))
  return { protocol, headers, messages: undefined }
}
