// Headers that let web pages of other origins read a response (routes with `aco`, GRIP reference §9).
import type { RawHeaders } from '../trace/events'
import { headerValue, headerValues } from './grip-headers'

/** Headers that a browser shows to a page without being told to. */
const SIMPLE = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
  // The framing is the connection's; a browser shows it to nobody.
  'transfer-encoding',
])
const METHODS = 'OPTIONS, HEAD, GET, POST, PUT, DELETE'

/** The CORS headers that a response lacks, for the request that it answers. What the backend said is kept. */
export function missingCorsHeaders(request: RawHeaders, response: RawHeaders): string[] {
  const present = new Set<string>()
  const exposed = new Map<string, string>()
  for (let i = 0; i < response.length; i += 2) {
    const name = response[i] ?? ''
    const lower = name.toLowerCase()
    present.add(lower)
    if (
      !SIMPLE.has(lower) &&
      !lower.startsWith('access-control-') &&
      !lower.startsWith('grip-') &&
      !exposed.has(lower)
    ) {
      exposed.set(lower, name)
    }
  }
  const out: string[] = []
  const add = (name: string, value: string): void => {
    if (value !== '' && !present.has(name.toLowerCase())) out.push(name, value)
  }
  add('Access-Control-Allow-Methods', headerValue(request, 'access-control-request-method') || METHODS)
  add('Access-Control-Allow-Headers', listOf(request, 'access-control-request-headers'))
  add('Access-Control-Expose-Headers', [...exposed.values()].join(', '))
  add('Access-Control-Allow-Credentials', 'true')
  add('Access-Control-Allow-Origin', headerValue(request, 'origin') || '*')
  add('Access-Control-Max-Age', '3600')
  return out
}

function listOf(headers: RawHeaders, name: string): string {
  const parts = headerValues(headers, name).flatMap((value) => value.split(','))
  return parts.flatMap((part) => (part.trim() === '' ? [] : [part.trim()])).join(', ')
}
