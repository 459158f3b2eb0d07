// What those that serve an exchange need of it: filters, links, records, holds, and requests of SockJS.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Route, Target } from '../../grip/route-types'
import type { EndReason, ExchangeId, PublishId, SentReason, TraceSink } from '../../trace/events'
import type { ForwardedRequest } from '../client/forwarded-request'
import type { Reply } from '../client/reply'
import type { RequestBody } from '../client/request-body'
import type { ClientRequest } from '../http/client-request'
import type { RequestRules } from '../http/headers'
import type { ProxyContext } from './context'

/** Of an HTTP exchange and of a WebSocket alike. */
export interface ExchangeScope {
  readonly id: ExchangeId
  readonly context: ProxyContext
  /** Where its events go: nowhere, if recording was paused when it began. */
  readonly sink: TraceSink
  /** The route taken; there is one from the time a backend was asked. */
  readonly route: Route | undefined
  /** The target that was asked last. */
  readonly target: Target | undefined
  /** The URL that the client asked for, on the host that it named, or that the route stands for; http or https. */
  readonly url: URL
  /** What headers of a request to the backend depend on. */
  readonly rules: RequestRules
  /** Faults are told to the client. */
  readonly debug: boolean
}

/** Of an HTTP exchange. */
export interface HttpExchangeScope extends ExchangeScope {
  readonly request: ClientRequest
  readonly reply: Reply
  /** What backends are asked. */
  readonly forwarded: ForwardedRequest
  /** The client's request body, if it has one. */
  readonly body: RequestBody | undefined
  readonly over: boolean
  /** True for a client that takes chunked bodies (HTTP/1.1). */
  readonly chunked: boolean
  /**
   * Asks the backend the client's request again, with what the client is known to have (reference §6). A hold's
   * subscriptions must have been given up before.
   */
  requestAgain(why: SentReason, lastIds: ReadonlyMap<string, string>): void
  /** Sends a whole response and ends the exchange. `p`: the publish that it comes from; `cause`: what is recorded. */
  respond(
    status: number,
    reason: string,
    headers: string[],
    body: Buffer,
    how: EndReason,
    more?: { p?: PublishId; cause?: Cause },
  ): void
  /** Answers with an error page. It says why only where faults are told: the trace always knows. */
  respondError(status: number, how: EndReason, why: Cause): void
  /** Ends a response that has begun, properly, because something is wrong. In debug mode it says what. */
  finishFaulty(why: Cause): void
  /** Ends the response where it is, properly. */
  finish(how: EndReason, why?: Cause): void
  /** Cuts the client off: it must see that the response is not whole. */
  cutOff(how: EndReason, why: Cause): void
}

/** What an exchange tells of a request that SockJS has taken. */
export interface SockjsRequest {
  readonly kind: 'sockjs'
  /** The exchange is over. */
  release(): void
  /** The client takes data again. */
  drained(): void
}

/** Takes requests below a route's `sockjs=`. */
export interface SockjsTaker {
  /** @param below the request's path below the route's `sockjs=`. */
  take(exchange: HttpExchangeScope, route: Route, below: string): SockjsRequest
}
