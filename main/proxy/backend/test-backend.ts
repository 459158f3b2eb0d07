// The built-in answers of a route's `test` target, for trying a proxy without a backend (as Pushpin's test handler).
import type { Route } from '../../grip/route-types'
import { type AnswerListener, BackendRequest } from './upstream'

/**
 * Answers a request to the `test` target: `/` says hello, `/response` and `/stream` hold on the channels given as
 * `channel` in the query (default `test`), all else is 404. `begun` gets the request before it is answered.
 */
export function testAnswer(
  route: Route,
  { method, path }: { readonly method: string; readonly path: string },
  listener: AnswerListener,
  begun: (request: BackendRequest) => void,
): void {
  const target = route.targets.find((t) => t.test)
  if (!target) return
  const request = new BackendRequest(target, listener)
  begun(request)
  const prefix = route.pathBeg.endsWith('/') ? route.pathBeg.length - 1 : route.pathBeg.length
  const url = new URL(`http://test${path.slice(prefix) || '/'}`)
  const channels = url.searchParams.getAll('channel')
  const { status, body, grip } = resource(url.pathname.replace(/(.)\/$/, '$1'))
  const headers = ['Content-Type', 'text/plain']
  if (!grip) headers.push('Content-Length', String(body.length))
  else headers.push('Grip-Hold', grip, 'Grip-Channel', (channels.length > 0 ? channels : ['test']).join(', '))
  listener.onHead(request, status, status === 200 ? 'OK' : 'Not Found', headers)
  if (method !== 'HEAD') listener.onData(request, Buffer.from(body))
  listener.onEnd(request)
}

/** The words are those that a client of Pushpin sees: scripts look for them. */
function resource(path: string): { status: number; body: string; grip?: 'response' | 'stream' } {
  switch (path) {
    case '/':
      return { status: 200, body: 'Hello from the Pushpin test handler!\n' }
    case '/response':
      return { status: 200, body: 'nothing for now\n', grip: 'response' }
    case '/stream':
      return { status: 200, body: '[stream opened]\n', grip: 'stream' }
    default:
      return { status: 404, body: 'no such test resource\n' }
  }
}
