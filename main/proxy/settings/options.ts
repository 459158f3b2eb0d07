// Switches and limits of the proxy that are neither ports nor routes. Named after Pushpin's config where it has them.
import { limitDefaults } from '../../../preload/vocabulary/limits'
import type { SigKey } from '../../grip/signature'

/** How to treat X-Forwarded-For: how many of the client's values stay (undefined: all), and if its address is added. */
export interface ForwardedForRule {
  readonly truncate?: number
  readonly append: boolean
}

/** Limits that can be set. Sizes are in bytes, times in milliseconds. Whoever reaches one finds it in the trace. */
export interface Limits {
  /** Channels that one hold may subscribe to; more are left out (connection_subscription_max). */
  readonly subscriptionMax: number
  /** Deliveries a second (message_rate); 0: no limit. What is over it waits. */
  readonly messageRate: number
  /** Deliveries that may wait under messageRate (message_hwm); more are dropped. 0: no limit. */
  readonly messageHwm: number
  /** Time in which an id that is published again on its channel is dropped (id_cache_ttl); 0: it is sent again. */
  readonly idCacheTtl: number
  /** Time that a channel is remembered after its last long-poll (subscription_linger). */
  readonly subscriptionLinger: number
  /** Bytes that may wait for a slow client of a stream before it is cut off. */
  readonly clientBufferMax: number
  /** Milliseconds that a backend which was asked may send nothing; 0: no limit. */
  readonly backendTimeout: number
  /** Bytes of an answer that is read whole because it instructs. */
  readonly instructMax: number
  /** Bytes of a request's body that are kept, for asking again; a longer one can't be held. */
  readonly requestBodyMax: number
  /** Tries of asking a backend again that may fail after the first. */
  readonly retryMax: number
  /** Links that one backend is asked at a time, until each is answered; more wait, paths in turn. 0: no limit. */
  readonly linkAsksMax: number
  /** Messages that wait while the next link of a stream is asked. */
  readonly linkQueueMax: number
  /** Bytes of a WebSocket message; of a longer one, the connection is closed with 1009. */
  readonly webSocketMessageMax: number
  /** Bytes of WebSocket events that wait for a backend over HTTP, and of one message to it. */
  readonly webSocketEventsMax: number
  /** Bytes of a backend's answer to events; of a longer one, the connection is ended. */
  readonly webSocketAnswerMax: number
  /** Bytes of the body with which a backend rejects a WebSocket that go on to the client. */
  readonly webSocketRejectionMax: number
  /** Messages that wait for one hold's filters while a backend is asked. */
  readonly filterQueueMax: number
  /** Filter requests in a second; more wait. 0: no limit. */
  readonly filterRate: number
  /** Milliseconds until a backend that a filter request must have answered. */
  readonly filterTimeout: number
  /** Bytes of an answer to http-modify. */
  readonly filterAnswerMax: number
  /** Bytes of a SockJS client's request. */
  readonly sockjsBodyMax: number
  /** SockJS sessions at a time; more are refused. */
  readonly sockjsSessionMax: number
  /** Bytes of a request's head. */
  readonly requestHeadMax: number
  /** Bytes of a publish call's head (push_in_http_max_headers_size). */
  readonly publishHeadMax: number
  /** Bytes of a publish call's body (push_in_http_max_body_size). */
  readonly publishBodyMax: number
  /** Milliseconds that a publish call may take until it is here whole; 0: no limit. */
  readonly publishTimeout: number
}

export interface ProxyOptions extends Limits {
  /** Error answers say why. */
  readonly debug: boolean
  /** CORS headers and JSON-P on all routes. */
  readonly autoCrossOrigin: boolean
  /** Address of the SockJS client that the iframe page loads (sockjs_url); '': our own. */
  readonly sockjsUrl: string
  /** A client may pick the route by its id with the header Pushpin-Route. */
  readonly acceptPushpinRoute: boolean
  /** X-Forwarded-Proto from clients is taken off. */
  readonly acceptForwardedProtocol: boolean
  /** X-Forwarded-Proto (and -Protocol) tells a backend that the client came by TLS; what clients say of it is taken off. */
  readonly setForwardedProtocol: 'off' | 'proto-only' | 'both'
  readonly forwardedFor: ForwardedForRule
  /** For requests that are signed with upstreamKey. */
  readonly forwardedForTrusted: ForwardedForRule
  /** Requests signed with this key come from another GRIP proxy, which acts on the instructs (chaining). */
  readonly upstreamKey?: SigKey
  /** Added to the header CDN-Loop; '': none. */
  readonly cdnLoop: string
  /** With `orig_headers`: names that only count as original where they are marked already. */
  readonly origHeadersNeedMark: readonly string[]
}

/** As Pushpin's, where it has them: those of the vocabulary. */
export const defaultLimits: Limits = limitDefaults

export const defaultProxyOptions: ProxyOptions = {
  ...defaultLimits,
  debug: false,
  autoCrossOrigin: false,
  sockjsUrl: '',
  acceptPushpinRoute: false,
  acceptForwardedProtocol: false,
  setForwardedProtocol: 'proto-only',
  forwardedFor: { append: false },
  forwardedForTrusted: { append: false },
  cdnLoop: '',
  origHeadersNeedMark: [],
}
