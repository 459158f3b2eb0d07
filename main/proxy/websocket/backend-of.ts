// Makes the way to a WebSocket's backend that a target asks for.
import type { Route, Target } from '../../grip/route-types'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { recordSent } from '../exchange/sent-record'
import type { BackendListener, BackendSide } from './backend-side'
import { overHttpHandshake, plainHandshake } from './handshake-headers'
import { OverHttpBackend } from './over-http'
import { PlainBackend } from './plain'
import { TestSocket } from './test-socket'

/** The exchange that asks. */
export interface BackendOwner extends BackendListener, Pick<ExchangeScope, 'id' | 'context' | 'sink'> {
  readonly connectionId: string
  /** The client's headers as a backend gets them, signed now. */
  headersFor(route: Route): string[]
}

/** @param path as the backend is asked. */
export function backendOf(
  asker: BackendOwner,
  route: Route,
  target: Target,
  path: string,
  why: 'request' | 'failover',
): BackendSide {
  const { id, connectionId, context, sink } = asker
  if (target.test)
    return new TestSocket(belowRoute(path, route), !route.noGrip, context.options.webSocketEventsMax, asker)
  if (target.overHttp) {
    const headers = (): string[] => overHttpHandshake(asker.headersFor(route), !route.noGrip)
    return new OverHttpBackend({ id, connectionId, context, sink, route, target, path, headers }, asker)
  }
  const headers = plainHandshake(asker.headersFor(route), !route.noGrip)
  recordSent({ sink, id, route }, target, { method: 'GET', path, headers }, why)
  const { wheel, probes, options } = context
  const { webSocketMessageMax: messageMax, webSocketRejectionMax: rejectionMax, backendTimeout: timeout } = options
  return new PlainBackend({ id, sink, wheel, probes, target, path, headers, messageMax, rejectionMax, timeout }, asker)
}

/** The test target sees no more of a path than what follows the route's own. */
function belowRoute(path: string, { pathBeg }: Route): string {
  return path.slice(pathBeg.endsWith('/') ? pathBeg.length - 1 : pathBeg.length)
}
