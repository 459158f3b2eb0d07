// The response of a HAR entry: what went to the client.
import type { Content, Response } from 'har-format'
import { endWords } from '../grip/end-words'
import { headerValue, textOfHeader } from '../grip/grip-headers'
import { endMessage, failureOf, failureSaid } from './backend-failure'
import type { ResponseEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { HarBody } from './har-body'
import { responseCookies } from './har-cookies'
import { harHeaders, headLength } from './har-headers'
import { objectOf, type Written } from './json-pieces'

/** Chrome's; WebKit reads it too. */
type HarResponse = Response & { readonly _error?: string }

/** @param epoch wall clock at the beginning of the trace, ms since 1970 */
export function harResponse(exchange: ExchangeRecord, body: HarBody, epoch: number): Written<HarResponse> {
  const { response, end } = exchange
  const { httpVersion } = exchange.request
  const headers = response?.headers ?? []
  const { size, wireSize, text, base64, comment } = body
  const content = objectOf<Content>({
    size,
    ...(size !== wireSize && { compression: size - wireSize }),
    mimeType: headerValue(headers, 'content-type') ?? 'x-unknown',
    text,
    ...(base64 && { encoding: 'base64' }),
    ...(comment !== '' && { comment }),
  })
  const headersSize = response
    ? headLength(httpVersion, `HTTP/${httpVersion} ${response.status} ${response.reason}`, [
        ...headers,
        ...addedHeaders(exchange, response),
      ])
    : -1
  const error = errorOf(exchange)
  return objectOf<HarResponse>({
    // 0 is what others write where there was no answer (yet).
    status: response?.status ?? 0,
    statusText: textOfHeader(response?.reason ?? ''),
    httpVersion: `HTTP/${httpVersion}`,
    cookies: responseCookies(headers, epoch + (response?.t ?? 0)),
    headers: harHeaders(headers),
    content,
    redirectURL: textOfHeader(headerValue(headers, 'location') ?? ''),
    headersSize,
    bodySize: response ? wireSize : -1,
    _transferSize: response ? Math.max(headersSize, 0) + wireSize : 0,
    ...(error !== '' && { _error: error }),
    ...(!end && { comment: 'not finished when it was exported' }),
  })
}

/** What the connection adds to a head of HTTP/1.1 that does not apply to it. */
function addedHeaders({ request, kind }: ExchangeRecord, { status, headers }: ResponseEvent): string[] {
  if (request.httpVersion !== '1.1' || kind === 'websocket') return []
  const has = (name: string) => headerValue(headers, name) !== undefined
  const bodiless = status === 204 || status === 304 || request.method === 'HEAD'
  const closes = headerValue(request.headers, 'connection')?.toLowerCase() === 'close'
  return [
    ...(has('date') ? [] : ['Date', 'Thu, 01 Jan 1970 00:00:00 GMT']),
    ...(bodiless || has('content-length') || has('transfer-encoding') ? [] : ['Transfer-Encoding', 'chunked']),
    ...(closes && !has('connection') ? ['Connection', 'close'] : []),
  ]
}

/** Why the client got no response, or not all of it; empty where it got one. */
function errorOf(exchange: ExchangeRecord): string {
  const { end, response } = exchange
  if (!end) return ''
  const failure = failureOf(exchange)
  const said = failure ? failureSaid(failure) : ''
  switch (end.how) {
    case 'client-left':
      return endWords(end) || 'the client left'
    case 'client-slow':
      return endWords(end) || 'the client took its data too slowly'
    case 'stopped':
      return endWords(end) || 'the proxy was stopped'
    default: {
      if (!response) return endMessage(exchange) || said || end.how
      // What the backend broke off, the client got as far as it came.
      return end.how === 'backend-failed' && response.body === 'answer' ? endMessage(exchange) || said || end.how : ''
    }
  }
}
