// What all exchanges of an engine share: where events go, who asks backends, which channels there are, and the settings.
import type { RouteTable } from '../../grip/route-table'
import type { Route } from '../../grip/route-types'
import type { Signer } from '../../grip/signature'
import type { TraceSink } from '../../trace/events'
import type { Probes } from '../backend/probes'
import type { SharedLinks } from '../backend/shared-links'
import type { Upstream } from '../backend/upstream'
import type { Channels } from '../channels/channels'
import type { WaitingRoom } from '../channels/waiting-messages'
import type { Gate } from '../gate/gate'
import type { KeepAlives } from '../pacing/keep-alives'
import type { LinkTimers } from '../pacing/link-timers'
import type { Refreshes } from '../pacing/refreshes'
import type { RequestRate } from '../pacing/request-rate'
import type { Wheel } from '../pacing/wheel'
import type { ProxyOptions } from '../settings/options'
import type { LiveExchanges } from './live-exchanges'

export interface ProxyContext {
  readonly sink: TraceSink
  readonly wheel: Wheel
  readonly upstream: Upstream
  readonly channels: Channels
  /** Where requests, instructs and WebSocket messages can be stopped, as publishes and deliveries can. */
  readonly gate: Gate
  readonly keepAlives: KeepAlives
  /** When holds that look for news by themselves may do so. */
  readonly refreshes: Refreshes
  /** Who asks the links of streams, and when. */
  readonly links: SharedLinks
  readonly linkTimers: LinkTimers
  /** When filters may ask their backends. */
  readonly filterRate: RequestRate
  /** What waits for links and filters. */
  readonly waitingRoom: WaitingRoom
  readonly options: ProxyOptions
  /** Who finds out whether a backend that says nothing speaks TLS. */
  readonly probes: Probes
  /** Those that are not over. */
  readonly exchanges: LiveExchanges
  /** The proxy is being stopped: connections that end now were not left by their clients. */
  stopping: boolean
  /** Replaced as a whole when the routes change; exchanges under way keep the route they have. */
  routes: RouteTable
  signerOf(route: Route): Signer
  nextExchange(): number
  /** Secret that marks a request of our own as the replay of an exchange. */
  readonly replaySecret: string
}
