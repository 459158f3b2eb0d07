// How much memory an event takes, about: cheap enough to be asked for every event.
import type { RawHeaders, TraceEvent } from './events'

/** An event object with its fields, and its place in the log. */
const EVENT = 160
/** A string's header, padding included. */
const STRING = 24
const SLOT = 8
/** A typed array with an ArrayBuffer of its own. */
const BYTES = 220
/** A typed array: the bytes of bodies lie in slabs (slabs.ts). */
const VIEW = 120
/** A channel's name is mostly the same string as others have; its id or prev-id is not. */
const SUBSCRIPTION = 120
/** What `sent` has that other events have not: Grip-Sig and a few headers of the proxy's own. */
const SIGNATURE = 400
const WHY = 120

/** Bytes of memory that an event takes, about. */
export function weigh(event: TraceEvent): number {
  switch (event.type) {
    case 'request':
      return EVENT + 2 * STRING + event.url.length + event.client.length + ownHeaders(event.headers)
    case 'sent':
      // Its headers are mostly the very strings of the request.
      return EVENT + SIGNATURE + event.headers.length * SLOT + (event.body ? bytes(event.body) : 0)
    case 'answered':
      return EVENT + ownHeaders(event.headers)
    case 'response':
      // The same strings as the answer's, mostly.
      return EVENT + event.headers.length * SLOT
    case 'request-data':
    case 'answer-data':
    case 'response-data':
    case 'ws-message':
      return EVENT + bytes(event.data)
    case 'publish':
      return EVENT + 4 * STRING + event.channel.length + 300 + event.size
    case 'publish-refused':
      return EVENT + 300 + bytes(event.data)
    case 'delivery':
      return EVENT + 2 * BYTES + event.exchanges.length * (event.why ? 5 + WHY : 5)
    case 'keep-alive':
      return EVENT + event.exchanges.length * SLOT
    case 'subscribed':
      return EVENT + SUBSCRIPTION + event.channel.length
    case 'instruct':
      return EVENT + event.problems.length * 300
    case 'limit':
    case 'backend-failed':
    case 'held':
      return EVENT + 120
    default:
      return EVENT
  }
}

function bytes(data: Uint8Array): number {
  return VIEW + data.byteLength
}

function ownHeaders(headers: RawHeaders): number {
  let bytes = headers.length * (SLOT + STRING)
  for (let i = 0; i < headers.length; i++) bytes += headers[i]?.length ?? 0
  return bytes
}
