// What a request was for, as developer tools name it: they sort and filter by it.
import type { Entry } from 'har-format'
import { headerValue } from '../grip/grip-headers'
import type { ExchangeRecord } from './exchange-state'

export type ResourceType = NonNullable<Entry['_resourceType']>

/** By Sec-Fetch-Dest, which browsers send. https://fetch.spec.whatwg.org/#concept-request-destination */
const DESTINATIONS: Readonly<Record<string, ResourceType>> = {
  document: 'document',
  iframe: 'document',
  frame: 'document',
  fencedframe: 'document',
  script: 'script',
  worker: 'script',
  sharedworker: 'script',
  serviceworker: 'script',
  audioworklet: 'script',
  paintworklet: 'script',
  xslt: 'stylesheet',
  style: 'stylesheet',
  image: 'image',
  font: 'font',
  audio: 'media',
  video: 'media',
  track: 'texttrack',
  manifest: 'manifest',
  report: 'csp-violation-report',
  webidentity: 'fetch',
  json: 'fetch',
  object: 'other',
  embed: 'other',
}

/** By a content type: of the response, or the first that the client accepts. */
const TYPES: readonly (readonly [RegExp, ResourceType])[] = [
  [/^(text\/html|application\/xhtml\+xml)$/, 'document'],
  [/^text\/css$/, 'stylesheet'],
  [/^(text|application)\/(x-)?(java|ecma)script$/, 'script'],
  [/^image\//, 'image'],
  [/^(font\/|application\/(x-)?font-|application\/vnd\.ms-fontobject)/, 'font'],
  [/^(audio|video)\//, 'media'],
  [/^text\/vtt$/, 'texttrack'],
  [/^application\/manifest\+json$/, 'manifest'],
  [/^application\/wasm$/, 'wasm'],
  [/^text\/event-stream$/, 'eventsource'],
  // What programs exchange.
  [/^$|^text\/|[/+](json|xml)$|^application\/(x-)?(www-form-urlencoded|ndjson|jsonl|protobuf|grpc|msgpack)/, 'fetch'],
]

/** From facts: what the client says that it is for, what it accepts, and what it got. */
export function resourceType({ kind, request, response }: ExchangeRecord): ResourceType {
  if (kind === 'websocket') return 'websocket'
  if (kind === 'sse') return 'eventsource'
  const { method, headers } = request
  if (method === 'OPTIONS' && headerValue(headers, 'access-control-request-method') !== undefined) return 'preflight'
  const accepted = mediaType((headerValue(headers, 'accept') ?? '').split(',', 1)[0])
  if (accepted === 'text/event-stream') return 'eventsource'
  if (mediaType(headerValue(headers, 'content-type')) === 'text/ping') return 'ping'
  const destination = headerValue(headers, 'sec-fetch-dest')?.toLowerCase()
  const known = destination === undefined ? undefined : DESTINATIONS[destination]
  if (known) return known
  // A script's request: the specification names it so.
  if (destination === 'empty' || headerValue(headers, 'x-requested-with') !== undefined) return byScript(headers)
  if (accepted === 'text/html') return 'document'
  const got = response ? mediaType(headerValue(response.headers, 'content-type')) : ''
  return typeOf(got) ?? 'other'
}

function byScript(headers: readonly string[]): ResourceType {
  return headerValue(headers, 'x-requested-with')?.toLowerCase() === 'xmlhttprequest' ? 'xhr' : 'fetch'
}

function typeOf(mediaType: string): ResourceType | undefined {
  return TYPES.find(([pattern]) => pattern.test(mediaType))?.[1]
}

/** In lower case, without parameters. */
function mediaType(value: string | undefined): string {
  return (value ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}
