// The request of a HAR entry: what the client asked.
import type { Param, PostDataCommon, Request } from 'har-format'
import { headerValue } from '../grip/grip-headers'
import type { ExchangeRecord } from './exchange-state'
import type { HarBody } from './har-body'
import { requestCookies } from './har-cookies'
import { formParams } from './har-form'
import { harHeaders, headLength } from './har-headers'
import { listOf, listOfMany, objectOf, type Written } from './json-pieces'

/** HAR has no word for bytes in a request's body; these are how those that read them find them. */
type PostData = PostDataCommon & {
  readonly text: string
  readonly params?: Param[]
  /** As of a response's content: Playwright reads it so. */
  readonly encoding?: 'base64'
}
export type HarRequest = Omit<Request, 'postData'> & {
  readonly postData?: PostData
  /** HTTP Toolkit's, for a body that is no text: it reads `_content` then, not postData. */
  readonly _requestBodyStatus?: 'discarded:not-representable'
  readonly _content?: { readonly text: string; readonly size: number; readonly encoding: 'base64' }
}

type BodyFields = {
  readonly postData: Written<PostData>
  readonly _requestBodyStatus?: 'discarded:not-representable'
  readonly _content?: Written<NonNullable<HarRequest['_content']>>
}

/** What browsers always escape. They leave the rest as it is written, and so do those who compare addresses with theirs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
const NOT_IN_URLS = /[\x00-\x20"<>\x7f-\uffff]/g

/** @param server where clients reach the proxy: the address of a request that names none */
export function harRequest(
  exchange: ExchangeRecord,
  body: HarBody,
  server: { readonly address: string; readonly port: number } | undefined,
): Written<HarRequest> {
  const { method, url, headers, httpVersion } = exchange.request
  const address = addressOf(exchange, server)
  return objectOf<HarRequest>({
    method,
    url: address,
    httpVersion: `HTTP/${httpVersion}`,
    cookies: listOfMany(requestCookies(headers)),
    headers: harHeaders(headers),
    queryString: listOfMany([...new URL(address).searchParams].map(([name, value]) => ({ name, value }))),
    headersSize: headLength(httpVersion, `${method} ${url} HTTP/${httpVersion}`, headers),
    bodySize: body.wireSize,
    ...(body.size > 0 && bodyFields(headerValue(headers, 'content-type') ?? '', body)),
  })
}

/** As the client meant it: a URL in any case, also where Host or target are none. */
function addressOf({ kind, request }: ExchangeRecord, server: { address: string; port: number } | undefined): string {
  const { url, headers, secure } = request
  const scheme = `${kind === 'websocket' ? 'ws' : 'http'}${secure ? 's' : ''}`
  const path = `${url.startsWith('/') ? '' : '/'}${url}`.replace(NOT_IN_URLS, escapedByte)
  const named = `${scheme}://${headerValue(headers, 'host') || 'localhost'}${path}`
  if (headerValue(headers, 'host') && URL.canParse(named)) return named
  const host = server?.address.includes(':') ? `[${server.address}]` : server?.address
  return server ? `${scheme}://${host}:${server.port}${path}` : `${scheme}://localhost${path}`
}

/** A character of a request's target is a byte. */
function escapedByte(character: string): string {
  return `%${(character.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`
}

function bodyFields(mimeType: string, body: HarBody): BodyFields {
  const { text, base64, parts, whole, comment } = body
  const params = whole && mimeType !== '' ? formParams(mimeType, parts) : undefined
  const postData = objectOf<PostData>({
    mimeType,
    ...(params && { params: listOf(params.map((param) => objectOf<Param>(param))) }),
    text,
    ...(base64 && { encoding: 'base64' as const }),
    ...(comment !== '' && { comment }),
  })
  if (!base64) return { postData }
  const content = objectOf<NonNullable<HarRequest['_content']>>({
    text,
    size: parts.reduce((sum, part) => sum + part.byteLength, 0),
    encoding: 'base64',
  })
  return { postData, _requestBodyStatus: 'discarded:not-representable', _content: content }
}
