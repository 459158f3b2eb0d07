// The request that a replay sends: that of the original, with what was changed.
import type { Calls } from '../../preload/contract/calls'
import { bodyOf, joined, missingText } from '../trace/bodies'
import type { Problem } from '../trace/events'
import { exchangeDetails } from '../trace/exchange-details'
import type { GripscopeApp } from './app'
import type { Replayed, ReplayRequest } from './replay'

type ReplayInput = Calls['exchange.replay']['input']['_output']

/** Sends an exchange's request again, as it was or edited. */
export async function replayExchange(app: GripscopeApp, input: ReplayInput): Promise<Replayed> {
  const model = await app.live.model()
  const details = exchangeDetails(model, input.id)
  if (!details) return refused('id', `exchange ${input.id} is no longer in memory`, 'Choose another one.')
  if (details.row.kind === 'websocket') {
    return refused('id', 'a WebSocket can’t be replayed: it is more than one request', 'Choose an HTTP exchange.')
  }
  const url = input.url ?? details.row.path
  if (!url.startsWith('/'))
    return refused('url', `"${url.slice(0, 100)}" does not begin with /`, 'Give path and query.')
  let body: Uint8Array
  if (input.bodyBase64 !== undefined) {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(input.bodyBase64))
      return refused('bodyBase64', 'it is not valid base64', 'Encode it again.')
    body = Buffer.from(input.bodyBase64, 'base64')
  } else {
    const exchange = model.exchanges.get(input.id)
    const kept = exchange && bodyOf(model, exchange, 'request')
    const missing = kept ? missingText(kept) : ''
    if (missing !== '')
      return refused(
        'body',
        `of its body only ${missing} were kept`,
        'Give a body, or raise the body limit in the settings and record it again.',
      )
    body = kept ? joined(kept) : Buffer.alloc(0)
  }
  const request: ReplayRequest = {
    method: input.method ?? details.row.method,
    url,
    headers: input.headers ?? details.requestHeaders,
    body,
    secure: details.secure,
  }
  return app.replay(input.id, request)
}

function refused(field: string, message: string, fix: string): Replayed & { problem: Problem } {
  return { ok: false, problem: { field, message, fix } }
}
