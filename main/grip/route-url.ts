// The route for a backend that is named by its URL alone: `* host:port`, and whatever the URL needs besides.
import type { Problem } from '../trace/events'
import type { Route } from './route-types'
import { parseRoutes } from './routes'

export type RouteOfUrl =
  | { readonly ok: true; readonly route: Route }
  | { readonly ok: false; readonly problem: Problem }

/**
 * `http://localhost:8000` becomes the route `* localhost:8000`; https makes it `ssl`; a base path is put before every
 * path. A backend elsewhere than on this machine is asked with its own name as Host, as it would be without a proxy.
 */
export function routeOfUrl(url: string): RouteOfUrl {
  const parsed = parseUrl(completeUrl(url))
  if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') || parsed.hostname === '')
    return refused(url, 'is not the URL of a backend')
  if (parsed.username !== '' || parsed.password !== '') return refused(url, 'contains a user name or password')
  if (parsed.search !== '' || parsed.hash !== '') return refused(url, 'contains a query or fragment')
  if (parsed.port === '0') return refused(url, 'has port 0')
  const secure = parsed.protocol === 'https:'
  const port = parsed.port === '' ? (secure ? '443' : '80') : parsed.port
  const base = parsed.pathname.replace(/\/+$/, '')
  const options = [
    secure ? ',ssl,trust_connect_host' : '',
    isThisMachine(parsed.hostname) ? '' : `,host=${quoted(parsed.host)}`,
  ].join('')
  const line = `*${base === '' ? '' : `,replace_beg=${quoted(base)}`} ${quoted(parsed.hostname)}:${port}${options}`
  const route = parseRoutes(line).routes[0]
  return route === undefined ? refused(url, 'is not the URL of a backend') : { ok: true, route: { ...route, line: 0 } }
}

/**
 * What people write for a backend, as the URL that they mean: a bare port (`8000`, `:8000`) is one of this machine,
 * `host:port` without a scheme means http. Anything else is left as it is, whether or not it is a URL.
 */
export function completeUrl(text: string): string {
  const trimmed = text.trim()
  if (/^:?\d+(\/|$)/.test(trimmed)) return `http://localhost:${trimmed.replace(/^:/, '')}`
  return /^(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d+(\/|$)/.test(trimmed) ? `http://${trimmed}` : trimmed
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

function refused(url: string, what: string): RouteOfUrl {
  const shown = url.length > 100 ? `${url.slice(0, 99)}…` : url
  return {
    ok: false,
    problem: { field: 'backend', message: `"${shown}" ${what}.`, fix: 'Write it like http://localhost:8000.' },
  }
}

function isThisMachine(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|\[::\])$/.test(hostname)
}

function quoted(value: string): string {
  return /[\s,#"\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value
}
