// What all exchanges of an engine share: where events go, who asks backends, which channels there are, and the settings.
import type { RouteTable } from '../grip/route-table'
import type { Route } from '../grip/routes'
import type { Signer } from '../grip/signature'
import type { TraceSink } from '../trace/events'
import type { Channels } from './channels'
import type { KeepAlives } from './keep-alives'
import type { Upstream } from './upstream'
import type { Wheel } from './wheel'

/** Limits and switches that exchanges look at. */
export interface ProxyOptions {
  /** Error answers say why. */
  readonly debug: boolean
  /** Channels that one hold may subscribe to; more are left out, as Pushpin's connection_subscription_max. */
  readonly subscriptionMax: number
  /** Bytes that may wait for a slow client of a stream before it is cut off. */
  readonly clientBufferMax: number
}

export interface ProxyContext {
  readonly sink: TraceSink
  readonly wheel: Wheel
  readonly upstream: Upstream
  readonly channels: Channels
  readonly keepAlives: KeepAlives
  readonly options: ProxyOptions
  /** Replaced as a whole when the routes change; exchanges under way keep the route they have. */
  routes: RouteTable
  signerOf(route: Route): Signer
  nextExchange(): number
  /** Secret that marks a request of our own as the replay of an exchange. */
  readonly replaySecret: string
}

/** Name of the header, in lower case, that links a replay to its original: `ID SECRET`. Never sent on. */
export const REPLAY_HEADER = 'gripscope-replay-of'
export const INTERNAL_HEADERS: ReadonlySet<string> = new Set([REPLAY_HEADER])
