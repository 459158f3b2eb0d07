// What a backend is asked for a client's request: the request in origin form, or the one that a JSON-P request stands for.
import type { JsonpRequest } from '../../grip/jsonp'
import { linkUrl } from '../../grip/link-url'
import { normalTarget } from '../../grip/request-target'
import type { RawHeaders } from '../../trace/events'
import type { ClientRequest } from '../http/client-request'
import { headerOf, withoutNames } from '../http/headers'

export interface ForwardedRequest {
  readonly method: string
  readonly url: string
  readonly headers: RawHeaders
  /** Instead of the client's body. */
  readonly body?: Buffer
}

/** The client's own request. A target in absolute form names the host itself (RFC 9112, 3.2.2). */
export function originForm({ method = 'GET', url = '/', rawHeaders }: ClientRequest): ForwardedRequest {
  if (url.startsWith('/')) return { method, url: normalTarget(url), headers: withHost(rawHeaders) }
  const [, host, path] = /^https?:\/\/(?:[^/?#]*@)?([^/?#]*)([^#]*)/i.exec(url) ?? []
  if (host === undefined || path === undefined) return { method, url, headers: rawHeaders }
  const headers = ['Host', host, ...withoutNames(rawHeaders, HOST)]
  return { method, url: normalTarget(path.startsWith('/') ? path : `/${path}`), headers }
}

/** A client that names no host asks for this one, as with Pushpin. */
function withHost(headers: RawHeaders): RawHeaders {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name?.length === 4 && name.toLowerCase() === 'host') return headers
  }
  return ['Host', 'localhost', ...headers]
}

/**
 * The URL that a client asked for, on the host that it named, or that its route stands for.
 * @param path in origin form
 * @param asHost the route's `as_host`
 */
export function requestedUrl(path: string, headers: RawHeaders, secure: boolean, asHost?: string): URL {
  const host = asHost ?? (headerOf(headers, 'host') || 'localhost')
  const base = `${secure ? 'https' : 'http'}://${host}`
  // A path may begin like a host: `//a`.
  return linkUrl(path.startsWith('/') ? base + path : `${base}/${path}`, NOWHERE) ?? NOWHERE
}

/** The request that a JSON-P request stands for, with the other headers of the latter. */
export function requestOfJsonp({ headers }: ForwardedRequest, request: JsonpRequest): ForwardedRequest {
  const { method, url, body } = request
  const own: string[] = [...request.headers, 'Accept', '*/*', ...withoutNames(headers, ACCEPT)]
  if (body.length === 0) return { method, url, headers: own }
  own.push('Content-Length', String(body.length))
  return { method, url, headers: own, body }
}

const HOST = new Set(['host'])
const ACCEPT = new Set(['accept'])
const NOWHERE = new URL('http://localhost/')
