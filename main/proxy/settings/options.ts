// Switches and limits of the proxy that are neither ports nor routes. Named after Pushpin's config where it has them.
import { type LimitName, limitDefaults } from '../../../preload/vocabulary/limits'
import type { SigKey } from '../../grip/signature'

/** How to treat X-Forwarded-For: how many of the client's values stay (undefined: all), and if its address is added. */
export interface ForwardedForRule {
  readonly truncate?: number
  readonly append: boolean
}

/** Limits that can be set: vocabulary/limits.ts describes each. Whoever reaches one finds it in the trace. */
export type Limits = Readonly<Record<LimitName, number>>

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
