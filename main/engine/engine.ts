// The GRIP proxy as a whole: its ports, its routes, its channels. It emits events and does not know who watches.
import { randomBytes } from 'node:crypto'
import { PublishEndpoint } from '../control/publish-endpoint'
import { ZmqSockets, type ZmqState } from '../control/zmq-sockets'
import type { ZmqSpecs } from '../control/zmq-specs'
import { ZmqStats, type ZmqStatsOptions } from '../control/zmq-stats'
import { parsePublishItem } from '../grip/publish-item'
import { RouteTable } from '../grip/route-table'
import type { RouteWarning } from '../grip/routes'
import { Probes } from '../proxy/backend/probes'
import { SharedLinks } from '../proxy/backend/shared-links'
import { Upstream } from '../proxy/backend/upstream'
import { Channels } from '../proxy/channels/channels'
import { type Reached, reachOf } from '../proxy/channels/reach'
import { WaitingRoom } from '../proxy/channels/waiting-messages'
import type { ProxyContext } from '../proxy/exchange/context'
import { LiveExchanges } from '../proxy/exchange/live-exchanges'
import { Gate } from '../proxy/gate/gate'
import { REPLAY_HEADER } from '../proxy/http/internal-headers'
import { KeepAlives } from '../proxy/pacing/keep-alives'
import { LinkTimers } from '../proxy/pacing/link-timers'
import { Refreshes } from '../proxy/pacing/refreshes'
import { RequestRate } from '../proxy/pacing/request-rate'
import { Wheel } from '../proxy/pacing/wheel'
import { Descriptors } from '../proxy/ports/descriptors'
import { Listener } from '../proxy/ports/listener'
import type { ListenerState } from '../proxy/ports/listening'
import type { ServerIdentities } from '../proxy/ports/tls-identities'
import { loadRoutes, type RouteSource, watchRoutes } from '../proxy/routing/route-source'
import { defaultProxyOptions, type ProxyOptions } from '../proxy/settings/options'
import { Sockjs } from '../proxy/sockjs/sockjs'
import type { Problem, TraceSink } from '../trace/events'
import type { PortRole } from '../trace/events/engine'
import { settingsFacts } from './settings-facts'
import { Signers } from './signers'

export type { ListenerState } from '../proxy/ports/listening'
export type { ServerIdentities, ServerIdentity } from '../proxy/ports/tls-identities'
export type { RouteSource } from '../proxy/routing/route-source'

export interface EngineOptions {
  /** Gripscope's version, for the trace. */
  readonly version?: string
  readonly listen: string
  /** 0: any free port. */
  readonly proxyPort: number
  readonly publishPort: number
  /** Address of the publish port, where it is another one. */
  readonly publishListen?: string
  readonly routes: RouteSource
  readonly sigIss: string
  /** The key as in a config: plain, `base64:…`, `file:…` or PEM. */
  readonly sigKey: string
  /** Milliseconds that a message waits for the one before it. */
  readonly messageWait: number
  /** Error answers say why. */
  readonly debug: boolean
  /** Origins of web pages that may publish. */
  readonly allowedOrigins: readonly string[]
  /** A port with TLS beside the plain one; left out: none. */
  readonly tls?: { readonly port: number; readonly listen?: string; readonly identities: ServerIdentities }
  /** ZeroMQ sockets to bind; left out: none. */
  readonly zmq?: ZmqSpecs
  /** How the ZeroMQ statistics differ from the defaults. */
  readonly stats?: ZmqStatsOptions
  /** Switches and limits that differ from the defaults. */
  readonly proxy?: Partial<ProxyOptions>
}

/** What an engine has under way. All zero: nothing was left behind. */
export interface LiveCounts {
  /** Requests to backends. */
  readonly asked: number
  readonly subscriptions: number
  readonly webSockets: number
  /** Timeouts, keep-alives, pauses before another try, and channels that are remembered for a while. */
  readonly timers: number
  /** Bytes of messages that wait for links and filters. */
  readonly waiting: number
}

/** Routes, and warnings of routes, that are recorded. */
const RECORDED_MAX = 1000
const OFF: ListenerState = { state: 'off', address: '', port: 0, problem: null }

export class Engine {
  /** Where things can be stopped on their way. */
  readonly gate: Gate
  readonly #options: EngineOptions
  readonly #context: ProxyContext
  readonly #descriptors: Descriptors
  readonly #listener: Listener
  readonly #endpoint: PublishEndpoint
  readonly #listeners = new Set<() => void>()
  #source: RouteSource
  #unwatch: () => void = () => {}
  #warnings: readonly RouteWarning[] = []
  #lines: readonly string[] = []
  #proxy = OFF
  #tls = OFF
  #publish = OFF
  #zmq: readonly ZmqState[] = []
  readonly #zmqSockets: ZmqSockets
  #allowedOrigins: readonly string[]
  readonly #signers: Signers
  #started = false

  constructor(options: EngineOptions, trace: TraceSink) {
    const proxyOptions = switchesOf(options)
    const { subscriptionLinger } = proxyOptions
    const stats =
      options.zmq?.stats === undefined ? undefined : new ZmqStats(trace, { subscriptionLinger, ...options.stats })
    const sink = stats ?? trace
    this.#options = options
    this.gate = new Gate(() => sink.now())
    this.#signers = new Signers(options.sigIss, options.sigKey)
    this.#source = options.routes
    this.#allowedOrigins = options.allowedOrigins
    const wheel = new Wheel(() => sink.now())
    const limits = { ...proxyOptions, messageWait: options.messageWait }
    const channels = new Channels(sink, wheel, limits, this.gate)
    const descriptors = new Descriptors(sink, () => this.#changed())
    this.#descriptors = descriptors
    const upstream = new Upstream(proxyOptions.backendTimeout, () => descriptors.failed())
    this.#context = {
      sink,
      wheel,
      upstream,
      channels,
      gate: this.gate,
      keepAlives: new KeepAlives(sink),
      refreshes: new Refreshes(wheel),
      links: new SharedLinks(upstream, proxyOptions.linkAsksMax),
      linkTimers: new LinkTimers(wheel),
      filterRate: new RequestRate(wheel, () => sink.now(), proxyOptions.filterRate),
      waitingRoom: new WaitingRoom(),
      options: proxyOptions,
      probes: new Probes(),
      exchanges: new LiveExchanges(),
      stopping: false,
      routes: new RouteTable([]),
      signerOf: (route) => this.#signers.of(route),
      nextExchange: () => sink.nextExchange(),
      replaySecret: randomBytes(18).toString('base64url'),
    }
    this.#listener = new Listener(
      this.#context,
      new Sockjs(proxyOptions.sockjsUrl, proxyOptions.sockjsSessionMax),
      descriptors,
    )
    this.#zmqSockets = new ZmqSockets(channels, sink, stats)
    this.#endpoint = new PublishEndpoint(channels, sink, {
      allowedOrigins: () => this.#allowedOrigins,
      limits: this.#context.options,
      watch: (server) => descriptors.watch(server),
    })
  }

  get proxy(): ListenerState {
    return this.#proxy
  }

  /** The port with TLS. */
  get tls(): ListenerState {
    return this.#tls
  }

  get publish(): ListenerState {
    return this.#publish
  }

  get zmq(): readonly ZmqState[] {
    return this.#zmq
  }

  /** Why clients are disconnected unseen, while there are no file descriptors left; null: there are. */
  get descriptors(): Problem | null {
    return this.#descriptors.problem
  }

  /** Backends that are being said hello to, because they may speak TLS. */
  get probing(): number {
    return this.#context.probes.running
  }

  get live(): LiveCounts {
    const { upstream, channels, wheel, waitingRoom } = this.#context
    return {
      asked: upstream.underWay,
      subscriptions: channels.subscriptionCount,
      webSockets: channels.sockets.size,
      timers: wheel.size,
      waiting: waitingRoom.bytes,
    }
  }

  /** The route lines in force, as written. */
  get routes(): readonly string[] {
    return this.#lines
  }

  get routeWarnings(): readonly RouteWarning[] {
    return this.#warnings
  }

  /** Reads the routes and listens on all ports. A port that can't be had shows as a failed state. */
  async start(): Promise<void> {
    this.#recordStart()
    await this.setRoutes(this.#source)
    const { listen, proxyPort, publishPort, tls } = this.#options
    ;[this.#proxy, this.#tls, this.#publish, this.#zmq] = await Promise.all([
      this.#listener.listen(listen, proxyPort),
      tls ? this.#listener.listenTls(tls.identities, tls.listen ?? listen, tls.port) : OFF,
      this.#endpoint.listen(this.#options.publishListen ?? listen, publishPort),
      this.#zmqSockets.start(this.#options.zmq ?? {}),
    ])
    this.#recordPorts()
    this.#changed()
  }

  /** Ends all exchanges and closes all ports. */
  async stop(): Promise<void> {
    this.gate.leave()
    this.#context.stopping = true
    this.#unwatch()
    this.#zmqSockets.close()
    await Promise.all([this.#listener.close(), this.#endpoint.close()])
    await this.#context.upstream.close()
    this.#context.channels.stop()
    this.#descriptors.stop()
    this.#context.probes.stop()
    this.#context.refreshes.stop()
    this.#context.filterRate.stop()
    this.#context.wheel.stop()
    this.#proxy = OFF
    this.#tls = OFF
    this.#publish = OFF
    const { sink } = this.#context
    if (this.#started) sink.emit({ type: 'engine-stopped', t: sink.now() })
    this.#started = false
  }

  /** Shows clients of the TLS port other certificates from now on. */
  useIdentities(identities: ServerIdentities): void {
    this.#listener.useIdentities(identities)
  }

  /** Changes the routes; exchanges under way keep theirs. A file is watched and read again when it changes. */
  async setRoutes(source: RouteSource): Promise<void> {
    this.#unwatch()
    this.#source = source
    await this.#load(source)
    this.#unwatch = watchRoutes(source, () => void this.#load(source))
  }

  /** Origins of web pages that may publish from now on. */
  allowOrigins(origins: readonly string[]): void {
    this.#allowedOrigins = origins
  }

  /** Tells when ports or routes have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Publishes one item given as JSON, as from the composer. */
  publishJson(item: unknown): { ok: true; id: number } | { ok: false; problem: Problem } {
    const parsed = parsePublishItem(item, 'item')
    if (!parsed.ok) return parsed
    return { ok: true, id: this.#context.channels.publish(parsed.item, 'app') }
  }

  /** Whom an item would reach now. */
  reach(item: unknown): Reached & { problem: Problem | null } {
    const parsed = parsePublishItem(item, 'item')
    if (parsed.ok) return { ...reachOf(parsed.item, this.#context.channels), problem: null }
    return {
      channel: '',
      held: 0,
      reached: 0,
      byKind: [],
      not: [],
      wouldWait: false,
      dropped: null,
      lastId: null,
      didYouMean: null,
      problem: parsed.problem,
    }
  }

  /** Header that marks a request to the proxy as the replay of an exchange. It goes no further. */
  replayHeaders(of: number): [string, string][] {
    return [[REPLAY_HEADER, `${of} ${this.#context.replaySecret}`]]
  }

  async #load(source: RouteSource): Promise<void> {
    const { routes, warnings } = await loadRoutes(source)
    const ofSigning = await this.#signers.read(routes)
    if (source !== this.#source) return
    this.#warnings = [...warnings, ...ofSigning].sort((a, b) => a.line - b.line)
    this.#lines = routes.map((route) => route.text)
    this.#context.routes = new RouteTable(routes)
    this.#recordRoutes(source)
    this.#changed()
  }

  #recordStart(): void {
    this.#started = true
    const { sink } = this.#context
    const { version = '', proxy: _, routes: __, tls, zmq, stats: ___, ...own } = this.#options
    const ports = { ...(tls && { tlsPort: tls.port }), ...(zmq && { zmq }) }
    const settings = settingsFacts({ ...this.#context.options, ...own, ...ports })
    sink.emit({ type: 'engine-started', t: sink.now(), version, settings })
  }

  #recordPorts(): void {
    const { sink } = this.#context
    const ports: [PortRole, ListenerState][] = [
      ['proxy', this.#proxy],
      ['tls', this.#tls],
      ['publish', this.#publish],
    ]
    for (const zmq of this.#zmq) ports.push([`zmq-${zmq.role}`, zmq])
    for (const [role, { state, address, port, problem }] of ports)
      if (state !== 'off') sink.emit({ type: 'port', t: sink.now(), role, address, port, ...(problem && { problem }) })
  }

  #recordRoutes(source: RouteSource): void {
    const { sink } = this.#context
    const warnings = this.#warnings.slice(0, RECORDED_MAX).map(({ line, message }) => ({ line, message }))
    sink.emit({
      type: 'routes',
      t: sink.now(),
      ...(source.kind === 'file' && { file: source.file }),
      lines: this.#lines.slice(0, RECORDED_MAX),
      count: this.#lines.length,
      warnings,
    })
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

function switchesOf({ proxy, debug }: EngineOptions): ProxyOptions {
  return proxy || debug ? { ...defaultProxyOptions, debug, ...proxy } : defaultProxyOptions
}
